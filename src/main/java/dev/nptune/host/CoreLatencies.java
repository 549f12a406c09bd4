package dev.nptune.host;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// How long it takes for one CPU to see what another wrote: a measured matrix.
///
/// @param schemaVersion version of this record's JSON form
/// @param processor the processor's name, so that the measurement is not taken for another machine's
/// @param cpus the logical CPUs measured, ascending: the order of rows and columns
/// @param nanos `nanos[i][j]`, half a round trip in nanoseconds between `cpus[i]` and `cpus[j]`; below the diagonal
///     only (`j < i`), empty where it was not measured
public record CoreLatencies(
        int schemaVersion, String processor, List<Integer> cpus, List<List<Optional<Double>>> nanos) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    /// @throws IllegalArgumentException if the matrix has another size than the list of CPUs
    public CoreLatencies {
        cpus = List.copyOf(cpus);
        List<List<Optional<Double>>> rows = nanos.stream().map(List::copyOf).toList();
        if (rows.size() != cpus.size()) {
            throw new IllegalArgumentException(rows.size() + " rows for " + cpus.size() + " CPUs");
        }
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).size() != i) {
                throw new IllegalArgumentException(
                        "row " + i + " has " + rows.get(i).size() + " values, not " + i);
            }
        }
        nanos = rows;
    }

    /// Half a round trip between two CPUs in nanoseconds, whichever is named first; empty if it was not measured.
    public OptionalDouble between(int a, int b) {
        int i = cpus.indexOf(a);
        int j = cpus.indexOf(b);
        if (i < 0 || j < 0 || i == j) {
            return OptionalDouble.empty();
        }
        return nanos.get(Math.max(i, j))
                .get(Math.min(i, j))
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }
}
