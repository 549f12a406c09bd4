package dev.nptune.bench.capture;

/// Which of the two sequences of times is meant. Without frame generation they tell much the same; with it there are
/// more display changes than frames that the game made.
public enum Track {
    /// From one present of the game to the next.
    PRESENTS("presents"),
    /// From one change on the display to the next, generated frames included.
    DISPLAYED("displayed");

    private final String word;

    Track(String word) {
        this.word = word;
    }

    /// As it is written on the command line.
    public String word() {
        return word;
    }
}
