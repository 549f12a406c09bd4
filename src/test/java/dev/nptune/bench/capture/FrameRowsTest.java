package dev.nptune.bench.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.internal.text.UserException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The hot loop against the plain reader: the same captures to the last bit, or the same refusal.
class FrameRowsTest {
    private static final int MUTANTS = 400;

    /// All that can be told of a capture.
    private static String describe(byte[] bytes, Table.Reader reader, int chunk) {
        try {
            StringBuilder text = new StringBuilder();
            for (Capture c :
                    CaptureFile.read(new Trickle(bytes, chunk), "x.csv", reader).captures()) {
                text.append(c.format())
                        .append(c.version())
                        .append(c.process())
                        .append(c.pid())
                        .append(c.swapChain());
                text.append(c.started())
                        .append(c.generated())
                        .append(c.badRows())
                        .append(c.info());
                List<Series> all = new ArrayList<>(List.of(c.frameTimes(), c.displayTimes()));
                for (Column column : Column.values()) {
                    c.column(column).ifPresent(all::add);
                }
                all.forEach(series -> series.stream()
                        .forEach(v -> text.append(' ').append(Long.toHexString(Double.doubleToLongBits(v)))));
                text.append('\n');
            }
            return text.toString();
        } catch (UserException e) {
            return e.getMessage() + "\n" + e.nextStep();
        }
    }

    private static void same(byte[] bytes, int chunk, String about) {
        String fast = describe(bytes, FrameRows::read, chunk);
        String plain = describe(bytes, ReferenceRows::read, Integer.MAX_VALUE);
        if (!fast.equals(plain)) {
            int at = Math.max(0, Arrays.mismatch(fast.toCharArray(), plain.toCharArray()) - 100);
            assertThat(brief(fast, at)).as(about).isEqualTo(brief(plain, at));
        }
    }

    private static String brief(String text, int from) {
        return text.substring(Math.min(from, text.length()), Math.min(from + 300, text.length()));
    }

    /// Gives a few bytes at a time.
    private static final class Trickle extends ByteArrayInputStream {
        private final int most;

        Trickle(byte[] bytes, int most) {
            super(bytes);
            this.most = most;
        }

        @Override
        public synchronized int read(byte[] into, int from, int length) {
            return super.read(into, from, Math.min(length, most));
        }
    }

    @Test
    void samplesAreReadTheSame() {
        for (String sample : Samples.tables()) {
            byte[] bytes = sample.getBytes(StandardCharsets.UTF_8);
            same(bytes, 7, sample);
            same(sample.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8), 7, sample);
            same(sample.stripTrailing().getBytes(StandardCharsets.UTF_8), 7, sample);
            assertThat(describe(bytes, FrameRows::read, 1)).doesNotContain("next");
        }
    }

    @Test
    void generatedCapturesAreReadTheSame() {
        for (int seed = 1; seed <= 3; seed++) {
            byte[] bytes = GeneratedCapture.rows(seed, 6000).getBytes(StandardCharsets.UTF_8);
            assertThat(bytes.length).as("more than one buffer").isGreaterThan(3 * Table.BUFFER);
            same(bytes, 100_000 + seed, "seed " + seed);
        }
    }

    @Test
    void realCapturesAreReadTheSame() throws IOException {
        for (Path file : RealCaptures.all()) {
            same(Files.readAllBytes(file), 5000, file.toString());
        }
    }

    @Test
    void mutatedCapturesAreReadTheSame() {
        for (String sample : Samples.tables()) {
            for (int seed = 0; seed < MUTANTS; seed++) {
                byte[] bytes = Mutations.of(sample.getBytes(StandardCharsets.UTF_8), seed);
                same(bytes, 11, "seed " + seed + " of\n" + sample);
            }
        }
    }

    @Test
    void mutatedRealCapturesAreReadTheSame() throws IOException {
        for (Path file : RealCaptures.all()) {
            byte[] bytes = Files.readAllBytes(file);
            for (int seed = 0; seed < 10; seed++) {
                same(Mutations.of(bytes, seed), 70_000, "seed " + seed + " of " + file);
            }
        }
    }

    @Test
    void numbersAreTheNearestDouble() {
        SplittableRandom random = new SplittableRandom(5);
        StringBuilder text = new StringBuilder("frametime\n");
        for (int i = 0; i < 20_000; i++) {
            String digits = String.valueOf(random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63));
            int point = random.nextInt(digits.length() + 1);
            text.append(
                    switch (i % 5) {
                        case 0 -> digits.substring(0, point) + "." + digits.substring(point);
                        case 1 -> "0." + "0".repeat(random.nextInt(30)) + digits;
                        case 2 -> digits.charAt(0) + "." + digits + "e" + (random.nextInt(40) - 20);
                        case 3 -> String.format(Locale.ROOT, "%.14f", random.nextDouble() * 100);
                        default -> random.nextDouble() + "000000";
                    });
            text.append('\n');
        }
        same(text.toString().getBytes(StandardCharsets.UTF_8), 999, "numbers");
        assertThat(describe(text.toString().getBytes(StandardCharsets.UTF_8), FrameRows::read, 99)
                        .length())
                .isGreaterThan(100_000);
    }

    @Test
    void whatIsNoNumberIsNone() {
        String text =
                "frametime\n1\n1d\n0x10\nNaN\nInfinity\n1e\n1e+\n.\n+\n-\n--1\n1.2.3\n1 2\n٣\n\"2\"\n +3 \n\"4\n1e400\n"
                        + "0".repeat(80) + "1\n";
        same(text.getBytes(StandardCharsets.UTF_8), 3, text);
        assertThat(describe(text.getBytes(StandardCharsets.UTF_8), FrameRows::read, 3))
                .contains("count=15", "line=3, why=frametime is '1d'");
    }

    @Test
    void aLineIsBounded() {
        String header = "MsBetweenPresents,Comment\n";
        String text = header + "1," + "x".repeat(Table.MAX_LINE - 10) + "\n2,y\n";
        assertThat(describe(text.getBytes(StandardCharsets.UTF_8), FrameRows::read, 50_000))
                .contains("PRESENTMON_1");
        InputStream endless = new SequenceInputStream(
                new ByteArrayInputStream(header.getBytes(StandardCharsets.UTF_8)),
                new ByteArrayInputStream("5".repeat(3 * Table.BUFFER).getBytes(StandardCharsets.UTF_8)));
        UserException e = catchThrowableOfType(UserException.class, () -> CaptureFile.read(endless, "endless"));
        assertThat(e).hasMessage("endless has a line of more than 65536 bytes, line 2");
    }

    @Test
    void quotedFieldsMayHoldCommas() throws UserException {
        String text = """
                Application,ProcessID,SwapChainAddress,MsBetweenPresents
                "a, ""b"".exe",7,0x1,10
                "unclosed,7,0x1,11
                "x"y,7,0x1,12
                """;
        same(text.getBytes(StandardCharsets.UTF_8), 3, text);
        CaptureFile file = CaptureFile.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "x.csv");
        assertThat(file.captures()).extracting(Capture::process).containsExactlyInAnyOrder("a, \"b\".exe", "xy");
    }
}
