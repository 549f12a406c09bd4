package dev.nptune.kernel.lint;

/// A mistake in a patch.
///
/// @param id its kind
/// @param line where, counted from 1
/// @param what what is there
/// @param why why that is a mistake
/// @param mend what to do
/// @param mendable whether [PatchMender] does it
public record LintFinding(Kind id, int line, String what, String why, String mend, boolean mendable) {
    /// What is looked for, in the order in which findings of one line stand.
    public enum Kind {
        OUTSIDE_TREE("outside-tree"),
        REVERSED("reversed"),
        MISSING_PREFIX("missing-prefix"),
        STRIP_LEVEL("strip-level"),
        OLD_PATH("old-path"),
        BINARY("binary"),
        SYMLINK("symlink"),
        PASTED_TWICE("pasted-twice"),
        FORMAT_FLOWED("format-flowed"),
        CRLF("crlf"),
        WRONG_COUNT("wrong-count"),
        NO_CONTEXT("no-context"),
        WRAPPED("wrapped"),
        SIGN_LOST("sign-lost"),
        TABS_LOST("tabs-lost"),
        HIDDEN_CHARACTER("hidden-character"),
        SMART_QUOTES("smart-quotes"),
        HTML_ENTITY("html-entity"),
        TRAILING_BLANK("trailing-blank"),
        ACS_SEMICOLON("acs-semicolon"),
        NO_FINAL_NEWLINE("no-final-newline"),
        /// What a patch does and does not, which is no mistake of the patch.
        ACS_OVERRIDE("acs-override");

        private final String id;

        Kind(String id) {
            this.id = id;
        }

        /// As people see it.
        public String id() {
            return id;
        }

        /// Whether it is a mistake; otherwise it is only worth knowing.
        public boolean isMistake() {
            return this != ACS_OVERRIDE;
        }
    }
}
