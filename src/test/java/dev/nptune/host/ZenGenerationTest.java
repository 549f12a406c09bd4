package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZenGenerationTest {
    private static final Path DUMPS = Path.of("..", "shared", "data", "cpuid");
    private static final Pattern LEAF =
            Pattern.compile("(?m)^CPUID ([0-9A-F]{8}): ([0-9A-F]{8})-([0-9A-F]{8})-([0-9A-F]{8})-([0-9A-F]{8})");

    @ParameterizedTest
    @CsvSource({
        "0x17, 0x01, Zen", "0x17, 0x08, Zen+", "0x17, 0x11, Zen", "0x17, 0x18, Zen+", "0x17, 0x20, Zen",
        "0x17, 0x31, Zen 2", "0x17, 0x60, Zen 2", "0x17, 0x68, Zen 2", "0x17, 0x71, Zen 2", "0x17, 0x90, Zen 2",
        "0x17, 0xa0, Zen 2", "0x19, 0x01, Zen 3", "0x19, 0x08, Zen 3", "0x19, 0x21, Zen 3", "0x19, 0x50, Zen 3",
        "0x19, 0x44, Zen 3+", "0x19, 0x11, Zen 4", "0x19, 0x18, Zen 4", "0x19, 0x61, Zen 4", "0x19, 0x74, Zen 4",
        "0x19, 0x78, Zen 4", "0x19, 0xa0, Zen 4", "0x1a, 0x02, Zen 5", "0x1a, 0x08, Zen 5", "0x1a, 0x11, Zen 5",
        "0x1a, 0x24, Zen 5", "0x1a, 0x44, Zen 5", "0x1a, 0x60, Zen 5", "0x1a, 0x70, Zen 5"
    })
    void knownModels(String family, String model, String generation) {
        assertThat(ZenGeneration.of(Integer.decode(family), Integer.decode(model)))
                .map(ZenGeneration::title)
                .contains(generation);
    }

    @ParameterizedTest
    @CsvSource({
        "0x15, 0x02", "0x16, 0x30", "0x18, 0x01", "0x17, 0xb0", "0x17, 0xff", "0x17, 0x100", "0x17, -1", "0x19, 0x80",
        "0x19, 0xb0", "0x1a, 0x30", "0x1a, 0x50", "0x1a, 0x80", "0x1a, 0xc0", "0x1b, 0x00", "6, 0x97", "0, 0"
    })
    void nothingIsGuessed(String family, String model) {
        assertThat(ZenGeneration.of(Integer.decode(family), Integer.decode(model)))
                .isEmpty();
    }

    /// The processors' own CPUID leaves, against what their names say.
    @Test
    void processorsAreWhatTheirNamesSay() throws IOException {
        assumeTrue(Files.isDirectory(DUMPS), "no dumps in " + DUMPS);
        Map<String, String> byName = Map.of(
                "1700X", "Zen", "1950X", "Zen", "3950X", "Zen 2", "5800X3D", "Zen 3", "5950X", "Zen 3", "7700X",
                "Zen 4", "7800X3D", "Zen 4", "9950X", "Zen 5");
        List<Path> dumps;
        try (Stream<Path> files = Files.list(DUMPS)) {
            dumps = files.filter(f -> f.toString().endsWith(".test")).toList();
        }
        assertThat(dumps).isNotEmpty();
        for (Path dump : dumps) {
            Map<Long, int[]> leaves = leaves(Files.readString(dump, StandardCharsets.ISO_8859_1));
            String brand = brand(leaves);
            int signature = leaves.getOrDefault(1L, new int[4])[0];
            int family = (signature >> 8 & 0xf) + (signature >> 20 & 0xff);
            int model = (signature >> 4 & 0xf) + (signature >> 16 & 0xf) * 16;
            Optional<String> expected = Stream.of(brand.split(" "))
                    .flatMap(w -> Optional.ofNullable(byName.get(w)).stream())
                    .findFirst();
            assertThat(expected).as(brand).isPresent();
            assertThat(ZenGeneration.of(family, model).map(ZenGeneration::title))
                    .as(brand)
                    .isEqualTo(expected);
        }
    }

    /// The registers EAX to EDX of each leaf of the first CPU.
    private static Map<Long, int[]> leaves(String dump) {
        Map<Long, int[]> leaves = new TreeMap<>();
        Matcher m = LEAF.matcher(dump);
        while (m.find()) {
            int[] registers = new int[4];
            for (int i = 0; i < 4; i++) {
                registers[i] = Integer.parseUnsignedInt(m.group(i + 2), 16);
            }
            leaves.putIfAbsent(Long.parseLong(m.group(1), 16), registers);
        }
        return leaves;
    }

    private static String brand(Map<Long, int[]> leaves) {
        StringBuilder text = new StringBuilder();
        for (long leaf = 0x80000002L; leaf <= 0x80000004L; leaf++) {
            for (int register : leaves.getOrDefault(leaf, new int[4])) {
                for (int shift = 0; shift < 32; shift += 8) {
                    text.append((char) (register >> shift & 0xff));
                }
            }
        }
        return text.toString().replace("\0", "").strip();
    }

    @Test
    void onlyAmdHasGenerations() {
        TestTopology amd = new TestTopology();
        assertThat(ZenGeneration.of(amd.cpu())).contains(ZenGeneration.ZEN_3);
        amd.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo");
        assertThat(ZenGeneration.of(amd.cpu())).isEmpty();
        amd.vendor = Fact.unreadable("/proc/cpuinfo", "not in the snapshot");
        assertThat(ZenGeneration.of(amd.cpu())).isEmpty();
    }
}
