package dev.nptune.paging.space;

import java.util.Optional;

/// How a walk through an address space ended.
///
/// @param tables tables followed, each as often as it was
/// @param entries entries looked at, those of the nested tables included
/// @param stopped where it was given up; empty if it reached the end
public record Walked(long tables, long entries, Optional<Stopped> stopped) {
    /// Where [Limits#entries()] was reached.
    ///
    /// @param virtual the address whose entry would have been next
    /// @param level of the table being read
    /// @param table its address
    public record Stopped(long virtual, int level, long table) {}
}
