package dev.nptune.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Results with bytes changed, left out and doubled, a seed each: read or refused, and judged without a fault.
class DiskFuzzTest {
    private static final int ROUNDS = 4000;
    private static final String[] PIECES = {
        "99999999999999999999",
        "-1",
        "1e308",
        "{",
        "}",
        "\"",
        "\\",
        "[Read]",
        "(Q=99999, T=9999)",
        "\u0000",
        "NaN",
        "null"
    };

    @Test
    void mutatedResults() {
        List<byte[]> samples = List.of(
                Samples.CRYSTAL_8.getBytes(StandardCharsets.UTF_8),
                Samples.CRYSTAL_6.getBytes(StandardCharsets.UTF_8),
                Samples.CRYSTAL_3.getBytes(StandardCharsets.UTF_16),
                Samples.FIO_2.getBytes(StandardCharsets.UTF_8),
                Samples.mixed().getBytes(StandardCharsets.UTF_8));
        int read = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            byte[] mutated = mutate(samples.get(seed % samples.size()), random);
            try {
                DiskReport report = DiskReport.of(DiskResultFile.parse(mutated), DiskSurroundings.unknown());
                assertThat(Json.compact(report)).as("seed %d", seed).doesNotContain(":\"NaN\"", ":\"Infinity\"");
                report.result().metrics().values().forEach(v -> assertThat(v).isFinite());
                read++;
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
            }
        }
        assertThat(read).isGreaterThan(ROUNDS / 4);
    }

    private static byte[] mutate(byte[] sample, Random random) {
        byte[] bytes = sample;
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            byte[] tail = Arrays.copyOfRange(bytes, at, bytes.length);
            byte[] head = Arrays.copyOf(bytes, at);
            bytes = switch (random.nextInt(5)) {
                case 0 -> join(head, new byte[] {(byte) random.nextInt(256)}, tail);
                case 1 -> join(head, Arrays.copyOfRange(tail, Math.min(tail.length, random.nextInt(40)), tail.length));
                case 2 -> join(head, PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8), tail);
                case 3 -> join(head, Arrays.copyOf(tail, Math.min(tail.length, random.nextInt(200))), tail);
                default -> {
                    byte[] flipped = bytes.clone();
                    flipped[at] ^= (byte) (1 << random.nextInt(8));
                    yield flipped;
                }
            };
        }
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(p -> p.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all.length == 0 ? new byte[1] : all;
    }
}
