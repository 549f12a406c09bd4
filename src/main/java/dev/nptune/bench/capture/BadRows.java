package dev.nptune.bench.capture;

import java.util.List;

/// Rows that were left out.
///
/// @param count how many
/// @param first the first few
public record BadRows(long count, List<BadRow> first) {
    /// How many are told in full.
    public static final int TOLD = 5;

    /// None.
    public static final BadRows NONE = new BadRows(0, List.of());

    public BadRows {
        first = List.copyOf(first);
    }

    /// One of them.
    ///
    /// @param line its line in the file, from 1; in JSON the place in the array
    /// @param why what is wrong with it
    public record BadRow(long line, String why) {}
}
