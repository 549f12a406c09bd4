package dev.nptune.bench.why;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.CaptureFile;
import dev.nptune.bench.why.Stutters.Definition;
import dev.nptune.internal.text.UserException;
import dev.nptune.watch.Recording;
import dev.nptune.watch.Recordings;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JoinedClocksTest {
    private static final Instant BEGAN = Instant.parse("2026-11-20T20:15:03Z");
    private static final double ERROR = 0.005;

    @Test
    void aStutterLiesWhereTheHostsClockSaysAndSoDoItsEvents() {
        double[] frames = new double[200];
        Arrays.fill(frames, 10);
        frames[100] = 50;
        long[] delays = new long[400];
        delays[203] = 9;

        JoinedClocks joined = joined(Capture.ofFrameTimes("x", frames), BEGAN.plusSeconds(1), delays);

        assertThat(joined.begins()).isCloseTo(1, within(1e-9));
        assertThat(joined.ends()).isCloseTo(3.04, within(1e-9));
        assertThat(joined.recorded()).isCloseTo(4, within(1e-9));
        assertThat(joined.overlap()).isTrue();
        assertThat(joined.stutters()).singleElement().satisfies(stutter -> {
            assertThat(stutter.endSeconds()).isCloseTo(2.05, within(1e-9));
            assertThat(stutter.excessMillis()).isCloseTo(40, within(1e-9));
        });
        EventSeries delay = joined.events().getFirst();
        assertThat(delay.cause()).isEqualTo("run delay of vCPU 0");
        assertThat(delay.between(2.0, 2.05)).isCloseTo(9e6, within(1.0));
        assertThat(delay.between(1.0, 2.0)).isZero();
        assertThat(delay.resolution()).isCloseTo(0.01, within(1e-9));
    }

    @Test
    void whatHappenedOutsideOfTheCaptureIsLeftOut() {
        double[] frames = new double[100];
        Arrays.fill(frames, 10);
        long[] delays = new long[400];
        delays[50] = 9;
        delays[300] = 9;

        assertThat(joined(Capture.ofFrameTimes("x", frames), BEGAN.plusSeconds(1), delays)
                        .events())
                .isEmpty();
        delays[99] = 8;
        EventSeries delay = joined(Capture.ofFrameTimes("x", frames), BEGAN.plusSeconds(1), delays)
                .events()
                .getFirst();
        assertThat(delay.start()).isCloseTo(1 - ERROR, within(1e-9));
        assertThat(delay.end()).isCloseTo(2 + ERROR, within(1e-9));
        assertThat(delay.between(0, 4)).as("half of the sample reaches in").isCloseTo(4e6, within(1.0));
    }

    @Test
    void aCaptureElsewhereInTimeOverlapsNothing() {
        Capture capture = Capture.ofFrameTimes("x", 10, 10, 10);
        assertThat(joined(capture, BEGAN.plusSeconds(3600), 1, 1).overlap()).isFalse();
        assertThat(joined(capture, BEGAN.minusSeconds(3600), 1, 1).overlap()).isFalse();
        assertThat(joined(capture, BEGAN.minusSeconds(3600), 1, 1).events()).isEmpty();
    }

    @Test
    void timeStampsCountMoreThanSums() throws UserException {
        StringBuilder text =
                new StringBuilder("Application,ProcessID,SwapChainAddress,TimeInSeconds,msBetweenPresents\n");
        for (int i = 0; i < 100; i++) {
            // half a second is missing in the middle, as if rows had been lost
            double time = 1 + i * 0.01 + (i >= 50 ? 0.5 : 0) + (i >= 80 ? 0.03 : 0);
            text.append("g.exe,1,0x1,")
                    .append(time)
                    .append(',')
                    .append(i == 80 ? 40 : 10)
                    .append('\n');
        }
        Capture capture = CaptureFile.read(
                        new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8)), "x")
                .longest();

        JoinedClocks joined = joined(capture, BEGAN, new long[400]);

        assertThat(joined.stutters())
                .singleElement()
                .satisfies(s -> assertThat(s.endSeconds()).isCloseTo(2.33, within(1e-6)));
    }

    @Test
    void anEmptyRecordingIsRefused() {
        Capture capture = Capture.ofFrameTimes("x", 10, 10, 10);
        assertThatThrownBy(() -> joined(capture, BEGAN)).hasMessage("the recording has no second of samples");
    }

    private static JoinedClocks joined(Capture capture, Instant zero, long... delays) {
        Recording recording = Recordings.ofRunDelay(BEGAN.getEpochSecond() * 1_000_000_000L, delays);
        return JoinedClocks.of(capture, recording, zero, ERROR, Definition.ROLLING_MEDIAN);
    }
}
