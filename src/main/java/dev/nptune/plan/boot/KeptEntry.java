package dev.nptune.plan.boot;

/// An entry as it was before an edit, put at the end of a menu so that a person can choose it. The order of the entries
/// before it, by which menus name their default, stays.
///
/// @param block its text without the last line end
record KeptEntry(String block) {
    /// What its name ends with.
    static final String SUFFIX = " before NPTune";

    /// The menu with the entry; the entry goes again when the edited one says the same.
    ///
    /// @param edited the menu after the edit
    /// @param isAsKept whether the edited entry now is what the kept one is
    /// @param separator what stands between entries: a line end, or two with an empty line between
    String in(String edited, boolean isAsKept, String separator) {
        String withEnd = separator.substring(1) + block + "\n";
        String withoutEnd = separator + block;
        if (isAsKept) {
            if (edited.endsWith("\n" + withEnd)) {
                return edited.substring(0, edited.length() - withEnd.length());
            }
            return edited.endsWith(withoutEnd) ? edited.substring(0, edited.length() - withoutEnd.length()) : edited;
        }
        if (edited.contains(SUFFIX)) {
            return edited;
        }
        return edited.endsWith("\n") ? edited + withEnd : edited + withoutEnd;
    }
}
