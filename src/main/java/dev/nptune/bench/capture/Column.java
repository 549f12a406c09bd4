package dev.nptune.bench.capture;

/// What a capture may tell of each frame besides its time.
public enum Column {
    /// When the frame was presented, or when the CPU began it ([Format#stampsBegin]), in seconds on the file's clock;
    /// see [Capture#started].
    TIME(Slot.TIME, "time stamps"),
    /// The same on the guest's performance counter, in ticks.
    QPC(Slot.QPC, "QPC"),
    /// 1 if the frame was never shown, else 0.
    DROPPED(Slot.DROPPED, "dropped frames"),
    /// Time spent inside the call that presents, in ms.
    IN_PRESENT(Slot.IN_PRESENT, "time in Present"),
    /// From the present until it was seen, in ms; NaN if it never was.
    UNTIL_DISPLAYED(Slot.UNTIL_DISPLAYED, "time until displayed"),
    /// Step of the game's own time less step on the screen, in ms, with its sign (PresentMon's AnimationErrorTracker).
    ANIMATION_ERROR(Slot.ANIMATION, "animation error");

    private final Slot slot;
    private final String title;

    Column(Slot slot, String title) {
        this.slot = slot;
        this.title = title;
    }

    Slot slot() {
        return slot;
    }

    /// What it is, in words.
    public String title() {
        return title;
    }
}
