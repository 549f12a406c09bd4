package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.why.CoincidenceFinder;
import dev.nptune.bench.why.JoinedClocks;
import dev.nptune.bench.why.Stutters.Definition;
import dev.nptune.watch.Recording;
import dev.nptune.watch.Recordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchWhyTextTest {
    private static final Instant BEGAN = Instant.parse("2026-11-20T20:15:03Z");

    @TempDir
    Path folder;

    @Test
    void aDelayThatIsThereWheneverAFrameIsLateIsNamed() {
        String text = shown(true, 12);
        assertThat(text)
                .startsWith("12 stutters in 3000 frames")
                .contains("They coincide with run delay of vCPU 0 (1 cause looked at")
                .contains("run delay of vCPU 0", "20.00 ms", "100 %")
                .contains("Whether one is the cause shows only when the same is run again\nwithout it")
                .contains("Clocks: as given by --start, wrong by up to 5 ms.")
                .doesNotContain("caused");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void aDelayAtOtherTimesIsNot() {
        assertThat(shown(false, 12)).contains("They coincide with nothing that was recorded (1 cause looked at");
    }

    @Test
    void ofFewStuttersNothingIsSaid() {
        assertThat(shown(true, 4)).contains("Of fewer than 5 stutters within the recording nothing can be said.");
        assertThat(shown(true, 0))
                .isEqualTo("no stutter in 3000 frames (more than twice the median of the 21 frames" + " around\nit)\n");
    }

    /// 30 s of frames of 10 ms, some of which take 30.
    private static String shown(boolean together, int stutters) {
        Random random = new Random(7);
        double[] frames = new double[3000];
        Arrays.fill(frames, 10);
        long[] delays = new long[3400];
        double[] begins = new double[frames.length];
        for (int i = 0; i < stutters; i++) {
            frames[100 + 230 * i + random.nextInt(150)] = 30;
        }
        double at = 0;
        for (int i = 0; i < frames.length; i++) {
            begins[i] = at;
            at += frames[i];
            if (frames[i] > 20) {
                int sample = (int) (begins[i] / 10) + (together ? 1 : 60);
                delays[sample] = 10;
                delays[sample + 1] = 10;
            }
        }
        Capture capture = Capture.ofFrameTimes("game.csv", frames);
        Recording recording = Recordings.ofRunDelay(BEGAN.getEpochSecond() * 1_000_000_000L, delays);
        JoinedClocks joined = JoinedClocks.of(capture, recording, BEGAN, 0.005, Definition.ROLLING_MEDIAN);
        BenchWhyDocument document = BenchWhyDocument.of(
                capture,
                recording,
                joined,
                Definition.ROLLING_MEDIAN,
                "as given by --start, wrong by up to 5 ms",
                CoincidenceFinder.find(joined.stutters(), joined.events(), 0.005, 2000, 1));
        return BenchWhyText.render(document, 80, true);
    }

    @Test
    void wrongUseIsExplained() throws IOException {
        Path capture = folder.resolve("capture.txt");
        Files.writeString(capture, "10\n".repeat(200));
        String file = capture.toString();
        assertRefused(2, "does not say when it was made", "why", file, "rec");
        assertRefused(3, "cannot read ", "why", file, folder.resolve("rec").toString(), "--start", "1795695041.38");
        assertRefused(3, "is no recording", "why", file, file, "--start", "2026-11-20T20:15:03");
        assertRefused(2, "--start 'soon' is no time", "why", file, file, "--start", "soon");
        assertRefused(2, "--error -1.0 is out of range", "why", file, file, "--start", "1", "--error", "-1");
        assertRefused(2, "--shifts 10 are too few", "why", file, file, "--start", "1", "--shifts", "10");
        assertRefused(2, "there is no definition of stutter 'x'", "why", file, file, "--stutter", "x");
    }

    private static void assertRefused(int exit, String message, String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "bench";
        System.arraycopy(args, 0, all, 1, args.length);
        CliRun run = CliRun.of(all);
        assertThat(run.err()).contains(message).contains("  next: ");
        assertThat(run.exit()).as(message).isEqualTo(exit);
    }
}
