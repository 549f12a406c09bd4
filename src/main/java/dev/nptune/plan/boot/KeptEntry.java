package dev.nptune.plan.boot;

/// An entry as it was before an edit, put at the end of a menu so that a person can choose it. The order of the entries
/// before it, by which menus name their default, stays.
///
/// @param block its text without the last line end
record KeptEntry(String block) {
    /// What its name ends with.
    static final String SUFFIX = " before NPTune";

    /// The menu with the entry.
    ///
    /// @param separator what stands between entries: a line end, or two with an empty line between
    String in(String menu, String separator) {
        return menu.endsWith("\n") ? menu + separator.substring(1) + block + "\n" : menu + separator + block;
    }

    /// A menu as it was before an entry was put there.
    ///
    /// @param from where the entry begins
    /// @param to where it ends, without its line end
    static String without(String menu, int from, int to, String separator) {
        boolean ended = to < menu.length();
        int before = Math.max(0, from - separator.length() + (ended ? 1 : 0));
        return menu.substring(0, before) + menu.substring(Math.min(menu.length(), to + 1));
    }
}
