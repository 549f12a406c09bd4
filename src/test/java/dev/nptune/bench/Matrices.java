package dev.nptune.bench;

import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Matrices for tests.
public final class Matrices {
    /// What people measured with nviennot/core-to-core-latency.
    public static final Path FOLDER = Path.of("../shared/data/core-to-core");

    private Matrices() {}

    /// The measured matrix of a processor; empty where the files are not there.
    public static Optional<CoreLatencies> measured(String processor) throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            Path file = files.filter(f -> f.getFileName().toString().contains(processor))
                    .filter(f -> f.toString().endsWith(".csv"))
                    .findFirst()
                    .orElseThrow();
            return Optional.of(LatencyCsv.parse(Files.readString(file), processor));
        }
    }

    /// A matrix by a function of two different CPUs.
    public static CoreLatencies of(int cpus, BiFunction<Integer, Integer, Optional<Double>> nanos) {
        List<List<Optional<Double>>> rows = new ArrayList<>();
        for (int i = 0; i < cpus; i++) {
            int row = i;
            rows.add(IntStream.range(0, i).mapToObj(j -> nanos.apply(row, j)).toList());
        }
        return new CoreLatencies(
                CoreLatencies.SCHEMA_VERSION,
                "made up",
                IntStream.range(0, cpus).boxed().toList(),
                rows);
    }

    /// Two L3 domains of two cores with two threads each, siblings n and n + 4.
    public static CoreLatencies small() {
        return of(8, (i, j) -> Optional.of(i % 4 == j % 4 ? 7.5 : i % 4 / 2 == j % 4 / 2 ? 18 : 84.0));
    }

    /// `0,1 2,3` as sets.
    public static List<CpuSet> sets(String text) {
        return Arrays.stream(text.split(" ")).map(CpuSet::parse).toList();
    }
}
