package dev.nptune.bench.compare;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Captures of real games that CapFrameX tests with. They are not part of the project.
public final class RealCaptures {
    public static final Path FAR_CRY = Path.of("../shared/data/capframex/PresentMonTestOutputFilename.csv");
    public static final Path METRO = Path.of("../shared/data/capframex/OCAT-MetroExodus.exe-2019-02-20T101522.csv");

    private RealCaptures() {}

    /// The frame times of a capture; skips the test where it is absent. No comma stands in quotes before that column.
    public static double[] frames(Path file) throws IOException {
        assumeTrue(file.toFile().isFile(), "no capture " + file);
        List<String> lines = Files.readAllLines(file);
        int column = List.of(lines.getFirst().split(",")).indexOf("MsBetweenPresents");
        return lines.stream()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.split(",")[column]))
                .toArray();
    }
}
