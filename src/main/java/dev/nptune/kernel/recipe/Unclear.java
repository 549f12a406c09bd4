package dev.nptune.kernel.recipe;

/// A recipe has something that cannot be edited safely.
final class Unclear extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int line;
    private final String next;

    /// @param line counted from 1
    /// @param what what there is, in a few words
    Unclear(int line, String what) {
        this(line, what, "add the patch by hand there; nothing was changed");
    }

    /// As above.
    ///
    /// @param next what a person can do
    Unclear(int line, String what, String next) {
        super(what, null, false, false);
        this.line = line;
        this.next = next;
    }

    int line() {
        return line;
    }

    String next() {
        return next;
    }

    /// @param text the recipe
    /// @param at a place in it
    static Unclear at(String text, int at, String what) {
        return new Unclear(Splices.line(text, at), what);
    }

    /// What there is.
    String what() {
        return String.valueOf(getMessage());
    }
}
