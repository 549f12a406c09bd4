package dev.nptune.kernel.diff;

/// A line of a hunk.
///
/// @param kind on which sides it stands
/// @param text without its sign and its line feed, ISO 8859-1; a carriage return before the line feed is part of it
/// @param terminated whether a line feed follows; false only for the last line of a file that has none
public record HunkLine(Kind kind, String text, boolean terminated) {
    /// On which sides a line stands.
    public enum Kind {
        /// On both.
        CONTEXT(' '),
        /// On the old side only.
        REMOVED('-'),
        /// On the new side only.
        ADDED('+');

        private final char sign;

        Kind(char sign) {
            this.sign = sign;
        }

        /// Its sign in a unified diff.
        public char sign() {
            return sign;
        }
    }

    /// The line without its sign.
    public TextLine line() {
        return new TextLine(text, terminated);
    }

    /// As it stands in a unified diff, without the remark on a missing line feed.
    @Override
    public String toString() {
        return kind.sign() + text;
    }

    HunkLine reversed() {
        Kind back = switch (kind) {
            case CONTEXT -> Kind.CONTEXT;
            case REMOVED -> Kind.ADDED;
            case ADDED -> Kind.REMOVED;
        };
        return new HunkLine(back, text, terminated);
    }
}
