package dev.nptune.bench.capture;

/// What is wanted of a row. Text comes first, so that an array of numbers can begin at [#FRAME].
enum Slot {
    PROCESS(0),
    PID(1),
    CHAIN(2),
    /// Afterburner's record type; only rows of type 80 hold data.
    RECORD(3),
    /// PresentMon's FrameType: who made the frame.
    TYPE(4),
    /// A date with a time of day.
    DATE(5),
    FRAME(6),
    /// What must be added to [#FRAME] (PresentMon 2.0).
    REST(7),
    FPS(8),
    DISPLAY(9),
    TIME(10),
    QPC(11),
    DROPPED(12),
    IN_PRESENT(13),
    UNTIL_DISPLAYED(14),
    ANIMATION(15);

    /// How many there are.
    static final int COUNT = 16;
    /// The first that is a number.
    static final int NUMBERS = 6;

    private final int at;

    Slot(int at) {
        this.at = at;
    }

    /// Its place in arrays of slots.
    int at() {
        return at;
    }

    boolean isNumber() {
        return at >= NUMBERS;
    }
}
