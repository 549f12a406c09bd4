package dev.nptune.kernel.module;

/// Whether a kernel has a fix, and how that is known.
///
/// @param state the answer
/// @param evidence what was seen
public record Presence(State state, String evidence) {
    /// The answer.
    public enum State {
        IN("in"),
        NOT_IN("not in"),
        CANNOT_TELL("cannot tell");

        private final String words;

        State(String words) {
            this.words = words;
        }

        /// For people.
        public String words() {
            return words;
        }
    }

    static Presence there(String evidence) {
        return new Presence(State.IN, evidence);
    }

    static Presence missing(String evidence) {
        return new Presence(State.NOT_IN, evidence);
    }

    static Presence unknown(String evidence) {
        return new Presence(State.CANNOT_TELL, evidence);
    }
}
