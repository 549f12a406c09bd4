package dev.nptune.bench;

import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Latencies as nviennot/core-to-core-latency prints them (`--csv`): a row for each CPU in the order of their numbers,
/// commas, no heading, nanoseconds below the diagonal, blanks elsewhere and where nothing was measured.
public final class LatencyCsv {
    /// The longest text read, in characters: 512 rows of 512 values of 20 digits.
    public static final int MAX_TEXT = 6 << 20;

    /// The largest value read, in nanoseconds: a millisecond, which no two CPUs are apart.
    public static final double MAX_NANOS = 1e6;

    private static final String NUMBER = "[0-9]{1,9}(\\.[0-9]{0,20})?([eE][+-]?[0-9]{1,2})?";

    private LatencyCsv() {}

    /// Reads such a text.
    ///
    /// @param processor the processor's name, which is not in it
    /// @return CPUs without any value are left out
    /// @throws IllegalArgumentException if it is no such text, naming the line; if it has more than
    ///     [CoreProbe#MAX_CPUS] rows, or no value at all
    public static CoreLatencies parse(String text, String processor) {
        if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException("more than " + (MAX_TEXT >> 20) + " MiB");
        }
        String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        List<String> lines = plain.lines().limit(CoreProbe.MAX_CPUS + 1L).toList();
        if (lines.size() > CoreProbe.MAX_CPUS) {
            throw new IllegalArgumentException("more than " + CoreProbe.MAX_CPUS + " rows");
        }
        List<List<Optional<Double>>> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            rows.add(row(lines.get(i), i, lines.size()));
        }
        return measured(rows, processor);
    }

    private static List<Optional<Double>> row(String line, int i, int all) {
        String[] cells = line.split(",", all + 2);
        if (cells.length > all) {
            throw new IllegalArgumentException("line " + (i + 1) + " has more values than there are rows");
        }
        List<Optional<Double>> row = new ArrayList<>();
        for (int j = 0; j < Math.max(i, cells.length); j++) {
            Optional<Double> value = j < cells.length ? value(cells[j].strip(), i, j) : Optional.empty();
            if (j < i) {
                row.add(value);
            } else if (value.isPresent()) {
                throw new IllegalArgumentException("line " + (i + 1) + " has a value on or above the diagonal (place "
                        + (j + 1) + "): only those below it belong there");
            }
        }
        return row;
    }

    private static Optional<Double> value(String cell, int i, int j) {
        if (cell.isEmpty()) {
            return Optional.empty();
        }
        if (!cell.matches(NUMBER) || !plausible(Double.parseDouble(cell))) {
            throw new IllegalArgumentException("line " + (i + 1) + ", place " + (j + 1) + ": '"
                    + (cell.length() > 20 ? cell.substring(0, 20) + "…" : cell) + "' is no latency in nanoseconds");
        }
        return Optional.of(Double.parseDouble(cell));
    }

    /// Whether a number of nanoseconds can be a latency between CPUs at all.
    static boolean plausible(double nanos) {
        return nanos > 0 && nanos <= MAX_NANOS;
    }

    /// Holds a matrix from outside against the bounds that one read from CSV has.
    ///
    /// @throws IllegalArgumentException if it breaks them
    public static CoreLatencies checked(CoreLatencies matrix) {
        List<Integer> cpus = matrix.cpus();
        if (cpus.size() > CoreProbe.MAX_CPUS) {
            throw new IllegalArgumentException("more than " + CoreProbe.MAX_CPUS + " CPUs");
        }
        for (int i = 0; i < cpus.size(); i++) {
            if (cpus.get(i) < 0 || cpus.get(i) > CpuSet.MAX_CPU || (i > 0 && cpus.get(i) <= cpus.get(i - 1))) {
                throw new IllegalArgumentException("the CPUs are not ascending numbers up to " + CpuSet.MAX_CPU);
            }
            for (Optional<Double> value : matrix.nanos().get(i)) {
                if (value.isPresent() && !plausible(value.get())) {
                    throw new IllegalArgumentException(value.get() + " is no latency in nanoseconds");
                }
            }
        }
        return measured(matrix);
    }

    private static CoreLatencies measured(List<List<Optional<Double>>> rows, String processor) {
        List<Integer> all = IntStream.range(0, rows.size()).boxed().toList();
        return measured(new CoreLatencies(CoreLatencies.SCHEMA_VERSION, processor, all, rows));
    }

    /// Without the CPUs that have no value.
    private static CoreLatencies measured(CoreLatencies matrix) {
        boolean[] any = new boolean[matrix.cpus().size()];
        for (int i = 0; i < any.length; i++) {
            for (int j = 0; j < i; j++) {
                boolean present = matrix.nanos().get(i).get(j).isPresent();
                any[i] |= present;
                any[j] |= present;
            }
        }
        int[] kept = IntStream.range(0, any.length).filter(i -> any[i]).toArray();
        if (kept.length == 0) {
            throw new IllegalArgumentException("there is no value in it");
        }
        List<List<Optional<Double>>> rows = new ArrayList<>();
        for (int i = 0; i < kept.length; i++) {
            List<Optional<Double>> row = matrix.nanos().get(kept[i]);
            rows.add(IntStream.range(0, i).mapToObj(j -> row.get(kept[j])).toList());
        }
        List<Integer> cpus = IntStream.of(kept).mapToObj(matrix.cpus()::get).toList();
        return new CoreLatencies(matrix.schemaVersion(), matrix.processor(), cpus, rows);
    }

    /// Writes such a text, so that a row's place is the CPU's number: CPUs that were not measured are blank.
    public static String write(CoreLatencies matrix) {
        int rows = matrix.cpus().getLast() + 1;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                text.append(j == 0 ? "" : ",");
                if (j < i) {
                    matrix.between(i, j).ifPresent(text::append);
                }
            }
            text.append('\n');
        }
        return text.toString();
    }
}
