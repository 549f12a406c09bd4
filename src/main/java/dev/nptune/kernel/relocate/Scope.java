package dev.nptune.kernel.relocate;

import java.util.List;

/// A piece of a file that has a name.
///
/// @param names what it is called; a table whose type is declared with it has both names, its own last
/// @param begin its first line, from 0
/// @param end its last line, that with the closing brace
record Scope(Kind kind, List<String> names, int begin, int end) {
    enum Kind {
        FUNCTION("the function "),
        TABLE("the table "),
        STRUCT("the struct "),
        ENUM("the enum "),
        ENTRY("the entry ");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /// Whether a line added before this one would lie within.
    boolean holdsBefore(int line) {
        return begin < line && line <= end;
    }

    String words() {
        return kind.words + names.getLast() + (kind == Kind.FUNCTION ? "()" : kind == Kind.TABLE ? "[]" : "");
    }
}
