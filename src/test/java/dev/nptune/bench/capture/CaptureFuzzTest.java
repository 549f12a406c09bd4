package dev.nptune.bench.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.bench.metric.Judged;
import dev.nptune.bench.metric.Metric;
import dev.nptune.bench.metric.MetricValue;
import dev.nptune.bench.metric.Metrics;
import dev.nptune.internal.text.UserException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whatever the bytes are, they are a capture with numbers or a message, in bounded time.
class CaptureFuzzTest {
    private static final int MUTANTS = 1500;

    /// @return whether it was read
    private static boolean read(byte[] bytes) {
        try {
            CaptureFile file = CaptureFile.read(new ByteArrayInputStream(bytes), "fuzz");
            for (Capture capture : file.captures()) {
                for (Track track : Track.values()) {
                    Judged judged = Judged.of(capture, track);
                    for (Metric metric : Metrics.all()) {
                        if (metric.value(judged) instanceof MetricValue.Measured(double value)) {
                            assertThat(value).isFinite();
                        }
                    }
                }
            }
            return true;
        } catch (UserException e) {
            assertThat(e.getMessage()).startsWith("fuzz ").hasSizeLessThan(400).matches("\\P{Cntrl}*");
            assertThat(e.nextStep()).isNotEmpty();
            return false;
        }
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void damagedCaptures() {
        List<String> samples = new ArrayList<>(Samples.tables());
        samples.add(Samples.CAPFRAMEX_JSON);
        for (String sample : samples) {
            int read = 0;
            for (int seed = 0; seed < MUTANTS; seed++) {
                read += read(Mutations.of(sample.getBytes(StandardCharsets.UTF_8), seed)) ? 1 : 0;
            }
            assertThat(read).as("some are still read, some not: %s", sample).isBetween(MUTANTS / 10, MUTANTS - 10);
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void bytesOfNoMeaning() {
        SplittableRandom random = new SplittableRandom(9);
        byte[] signs = "\"\",,,\n\n\r .0123456789eE-+NA;{}[]:/".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            read(bytes);
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = signs[(bytes[j] & 0xFF) % signs.length];
            }
            read(bytes);
            read(("MsBetweenPresents,Application,TimeInSeconds,MsUntilDisplayed\n"
                            + new String(bytes, StandardCharsets.US_ASCII))
                    .getBytes(StandardCharsets.US_ASCII));
        }
    }
}
