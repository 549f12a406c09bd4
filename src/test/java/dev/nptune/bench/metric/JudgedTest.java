package dev.nptune.bench.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.CaptureFile;
import dev.nptune.bench.capture.RealCaptures;
import dev.nptune.bench.capture.Track;
import dev.nptune.bench.metric.Caveat.Kind;
import dev.nptune.internal.text.UserException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class JudgedTest {
    private static Capture read(String text) throws UserException {
        return CaptureFile.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "log")
                .longest();
    }

    /// A MangoHud log of frames of 10 ms, of which every so manieth is in it.
    private static Capture mangoHud(int frames, int every) throws UserException {
        StringBuilder text = new StringBuilder("fps,frametime,elapsed\n");
        for (int i = 1; i <= frames; i++) {
            text.append("100,10,").append(i * 10_000_000L * every).append('\n');
        }
        return read(text.toString());
    }

    private static List<Kind> kinds(Judged judged) {
        return judged.caveats().stream().map(Caveat::kind).toList();
    }

    private static String refusal(String id, Judged judged) {
        return Metrics.of(id).orElseThrow().value(judged) instanceof MetricValue.Refused(String reason) ? reason : "";
    }

    private static List<String> given(Judged judged) {
        return Metrics.all().stream()
                .filter(m -> m.value(judged) instanceof MetricValue.Measured)
                .map(Metric::id)
                .toList();
    }

    @Test
    void aCompleteLogIsGoodForAll() throws UserException {
        Judged judged = Judged.of(mangoHud(10_000, 1));
        assertThat(judged.caveats()).isEmpty();
        assertThat(given(judged)).hasSizeGreaterThan(25).contains("low01-integral", "stutter-time");
    }

    @Test
    void aSampledLogIsGoodForTheAverageOnly() throws UserException {
        Judged judged = Judged.of(mangoHud(20_000, 25));
        assertThat(kinds(judged)).containsExactly(Kind.SAMPLED);
        assertThat(judged.caveats().getFirst().sentence())
                .startsWith("It is a sample: the frame times in it add up to 4.0 % of the time that passed");
        assertThat(given(judged)).containsExactly("average");
        assertThat(Metrics.of("low1-average").orElseThrow().value(judged))
                .isEqualTo(new MetricValue.Refused("the log has not every frame"));
        assertThat(Judged.of(mangoHud(20_000, 1)).sampled()).isFalse();
    }

    @Test
    void aValueASecondIsGoodForTheAverageOnly() throws UserException {
        StringBuilder text = new StringBuilder("02, 09-03-2026 07:08:09, Framerate, Frametime\n");
        for (int i = 0; i < 3600; i++) {
            text.append(String.format(Locale.ROOT, "80, 09-03-2026 07:%02d:%02d, 100.0, 10.0\n", i / 60, i % 60));
        }
        Judged judged = Judged.of(read(text.toString()));
        assertThat(kinds(judged)).contains(Kind.ONE_A_SECOND);
        assertThat(given(judged)).containsExactly("average");
    }

    @Test
    void shortCapturesAndFewFrames() throws UserException {
        assertThat(kinds(Judged.of(mangoHud(99, 1)))).containsExactly(Kind.SHORT, Kind.FEW_FRAMES);
        assertThat(kinds(Judged.of(mangoHud(1500, 1)))).containsExactly(Kind.SHORT, Kind.FEW_FOR_TENTHS);
        assertThat(kinds(Judged.of(mangoHud(1501, 1)))).containsExactly(Kind.FEW_FOR_TENTHS);
        assertThat(kinds(Judged.of(mangoHud(10_000, 1)))).isEmpty();
    }

    @Test
    void oneHitchThatDecides() throws UserException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 12_000; i++) {
            text.append(i == 6000 ? 4000 : 10 + i % 1000 / 1000.0).append('\n');
        }
        // the worst 1 % are the hitch and 12 each of 10.990, 10.991, … 10.999 ms: 121 frames, 5319.34 ms
        Judged judged = Judged.of(read(text.toString()));
        assertThat(kinds(judged)).containsExactly(Kind.NO_CLOCK, Kind.ONE_HITCH);
        assertThat(judged.caveats().getLast().sentence())
                .isEqualTo(
                        "One hitch (1 frame, 4000 ms, 63.0 s after the start) decides its lows: without it the 1 % low"
                                + " average (CapFrameX) would be 91.0 fps and not 22.7.");
        assertThat(refusal("low01-average", judged)).isEqualTo("one hitch would decide it");
        assertThat(refusal("low1-average", judged)).isEqualTo("one hitch decides it");
        assertThat(refusal("low1-average", judged.lenient())).isEmpty();
        assertThat(refusal("low1-presentmon", judged))
                .as("its rank is what it is")
                .isEmpty();
    }

    @Test
    void clocksThatDisagree() throws UserException {
        StringBuilder text = new StringBuilder("fps,frametime,elapsed\n");
        for (int i = 1; i <= 10_000; i++) {
            text.append("100,10,").append(i * 5_000_000L).append('\n');
        }
        assertThat(kinds(Judged.of(read(text.toString())))).containsExactly(Kind.CLOCK_DISAGREES);
    }

    @Test
    void generatedFramesAreCountedApart() throws UserException {
        StringBuilder text =
                new StringBuilder("Application,ProcessID,FrameType,CPUStartTime,FrameTime,DisplayedTime\n");
        for (int i = 0; i < 300; i++) {
            text.append("a.exe,1,Application,").append(i * 20).append(",20,10\na.exe,1,AMD AFMF,NA,NA,10\n");
        }
        Capture capture = read(text.toString());
        Metric average = Metrics.of("average").orElseThrow();
        assertThat(average.value(Judged.of(capture))).isEqualTo(new MetricValue.Measured(50));
        assertThat(average.value(Judged.of(capture, Track.DISPLAYED))).isEqualTo(new MetricValue.Measured(100));
        assertThat(Judged.of(capture).caveats())
                .extracting(Caveat::sentence)
                .contains("Frames were generated: 300 presents by the game, 600 changes on the display; the two are not"
                        + " mixed.");
    }

    @Test
    void aFileWithoutDisplayChangesHasNoneToJudge() throws UserException {
        Judged judged = Judged.of(mangoHud(200, 1), Track.DISPLAYED);
        assertThat(Metrics.of("average").orElseThrow().value(judged))
                .isEqualTo(new MetricValue.Refused("the file has no display changes"));
    }

    @Test
    void farCrysLowsAreTwoFrames() throws UserException {
        Judged judged = Judged.of(CaptureFile.read(RealCaptures.file("capframex/PresentMonTestOutputFilename.csv"))
                .longest());
        assertThat(kinds(judged)).containsExactly(Kind.FEW_FOR_TENTHS, Kind.ONE_HITCH);
        assertThat(judged.caveats().getLast().sentence()).contains("2 frames, 150 ms", "41.4 fps and not 29.5");
        Metric low = Metrics.of("low1-average").orElseThrow();
        assertThat(low.value(judged)).isEqualTo(new MetricValue.Refused("one hitch decides it"));
        assertThat(low.value(judged.lenient())).isInstanceOf(MetricValue.Measured.class);
    }

    @Test
    void lowsOfAShortCaptureAreRefused() throws UserException {
        Metric low = Metrics.of("low1-average").orElseThrow();
        assertThat(low.value(Judged.of(mangoHud(1500, 1))))
                .isEqualTo(new MetricValue.Refused("in 15 s or less one hitch can decide it"));
        assertThat(low.value(Judged.of(mangoHud(1501, 1)))).isInstanceOf(MetricValue.Measured.class);
        assertThat(refusal("p99-frame-time", Judged.of(mangoHud(1500, 1))))
                .as("it says the same as a low by rank")
                .isNotEmpty();
    }
}
