package dev.nptune.paging.space;

/// What ends a walk through tables that loop or share each other without end.
///
/// @param visits how often one table is followed at one level
/// @param entries how many entries are looked at in all, those of the nested tables included
public record Limits(int visits, long entries) {
    /// Enough for every table of a machine that is in use: 2³¹ entries, of which this takes seconds.
    public static final Limits USUAL = new Limits(8, 1L << 31);

    /// @throws IllegalArgumentException if nothing could be followed
    public Limits {
        if (visits < 1 || entries < 1) {
            throw new IllegalArgumentException("limits of " + visits + " visits and " + entries + " entries");
        }
    }
}
