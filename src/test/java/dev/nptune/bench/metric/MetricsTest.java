package dev.nptune.bench.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.CaptureFile;
import dev.nptune.bench.capture.RealCaptures;
import dev.nptune.bench.capture.Track;
import dev.nptune.internal.text.UserException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values of real captures were computed a second time by a program of its own in Python (its standard library only),
/// from the tools' definitions and not from this code.
class MetricsTest {
    private static Capture farCry() throws UserException {
        return CaptureFile.read(RealCaptures.file("capframex/PresentMonTestOutputFilename.csv"))
                .longest();
    }

    private static Capture metro() throws UserException {
        return CaptureFile.read(RealCaptures.file("capframex/OCAT-MetroExodus.exe-2019-02-20T101522.csv"))
                .longest();
    }

    private static Capture list(DoubleStream times) throws UserException {
        String text = times.mapToObj(String::valueOf).collect(Collectors.joining("\n", "", "\n"));
        return CaptureFile.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "list")
                .longest();
    }

    private static double value(String id, Capture capture) {
        MetricValue value = Metrics.of(id).orElseThrow().value(capture);
        return value instanceof MetricValue.Measured(double number) ? number : Double.NaN;
    }

    private static String refusal(String id, Judged judged) {
        MetricValue value = Metrics.of(id).orElseThrow().value(judged);
        return value instanceof MetricValue.Refused(String reason) ? reason : value.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "average, 76.7566909253206, 98.55657941389403",
        "average-mangoplot, 78.32863955405647, 99.52513250952947",
        "low1-capframex, 59.42239105204006, 78.93815823430013",
        "low1-presentmon, 59.438543517929645, 79.02651971948747",
        "low1-mangohud, 59.227671167969675, 78.88923950773115",
        "low1-average, 29.487869427714173, 73.73304508628242",
        "low1-old-mangohud, 43.70352074063871, 74.33798784264846",
        "low1-integral, 12.541701156344848, 78.125",
        "p99-frame-time, 16.824099999999998, 12.653979999999999",
        "longest, 80.095, 17.945",
        "deviation, 3.556513342263459, 0.9958390845310922",
        "adaptive-deviation, 3.284297270698856, 0.7482423977954883",
        "masd, 0.8228307692307693, 0.8306469412235107",
        "steps-0-2, 96.06837606837607, 92.12315073970412",
        "steps-2-4, 2.564102564102564, 6.437425029988004",
        "steps-4-8, 0.5982905982905984, 1.4394242303078768",
        "steps-8-12, 0.3418803418803419, 0",
        "steps-12, 0.4273504273504274, 0",
        "stutter-time, 1.5090391655112194, 0",
        "low-fps-time, 0, 0",
        "lag-lower, 16.929415739948677, 11.060188",
        "lag-expected, 29.80392942686056, 21.1014798",
        "lag-upper, 42.67844311377246, 31.1427716",
        "hitches, 15.731516500492692, 0",
        "long-frames, 11.79863737536952, 0",
    })
    void realCapturesHaveTheKnownValues(String id, double farCry, double metro) throws UserException {
        assertThat(value(id, farCry())).as("FarCry").isCloseTo(farCry, within(1e-9 * Math.max(1, farCry)));
        assertThat(value(id, metro())).as("Metro").isCloseTo(metro, within(1e-9 * Math.max(1, metro)));
    }

    @ParameterizedTest
    @CsvSource({
        "average, 76.76",
        "low1-capframex, 59.42",
        "low1-average, 29.49",
        "low1-integral, 12.54",
        "low1-mangohud, 59.23",
        "stutter-time, 1.51"
    })
    void farCryHasTheValuesMeasuredBefore(String id, String known) throws UserException {
        assertThat(String.format(Locale.ROOT, "%.2f", value(id, farCry()))).isEqualTo(known);
        assertThat(Stutter.stutterTimes(farCry().frameTimes().toArray()))
                .satisfies(times -> assertThat(Arrays.stream(times).filter(time -> time > 0))
                        .hasSize(3));
    }

    @Test
    void lowsOfFramesThatCanBeCountedByHand() throws UserException {
        // 1, 2, … 200 ms: 20 100 ms in all, the worst 1 % of frames are 199 and 200 ms, 1 % of the time is 201 ms
        Capture capture = list(DoubleStream.iterate(1, t -> t <= 200, t -> t + 1));
        assertThat(value("average", capture)).isCloseTo(1000 / 100.5, within(1e-12));
        assertThat(value("low1-mangohud", capture)).as("rank 1").isEqualTo(1000.0 / 199);
        assertThat(value("low1-old-mangohud", capture)).isCloseTo((1000 / 200.0 + 1000 / 199.0) / 2, within(1e-12));
        assertThat(value("low1-integral", capture))
                .as("200 ms are less, 200 + 199 more")
                .isEqualTo(1000.0 / 199);
        assertThat(value("low1-average", capture)).isCloseTo(1000 / 199.5, within(1e-12));
        assertThat(value("low1-presentmon", capture)).as("rank 197.01 from 0").isCloseTo(1000 / 198.01, within(1e-9));
        assertThat(value("masd", capture)).isEqualTo(1);
        assertThat(value("variance", capture)).isCloseTo(200 * 201 / 12.0, within(1e-9));
        assertThat(value("low-fps-time", capture))
                .as("from 41 ms on; no frame is 2.5 times the mean before it but the first few")
                .isCloseTo(100 * (20100 - 820) / 20100.0, within(1e-9));
    }

    @Test
    void thousandthsTakeTenThousandFrames() throws UserException {
        Capture capture = list(DoubleStream.iterate(10, t -> t + 1e-4).limit(10_000));
        assertThat(value("low01-mangohud", capture)).as("rank 9").isCloseTo(1000 / 10.9990, within(1e-9));
        assertThat(value("low01-average", capture)).isCloseTo(1000 / 10.99945, within(1e-9));
        Judged fewer = Judged.of(list(DoubleStream.generate(() -> 10).limit(9_999)));
        for (Metric metric : Metrics.all()) {
            if (metric.id().startsWith("low01")) {
                assertThat(refusal(metric.id(), fewer)).isEqualTo("9999 frames are too few, it takes 10000");
            }
        }
        assertThat(refusal(
                        "low1-average",
                        Judged.of(list(DoubleStream.generate(() -> 10).limit(99)))))
                .isEqualTo("1 % of 99 frames is less than one");
    }

    @Test
    void stutterIsAgainstTheFramesBefore() throws UserException {
        double[] times = DoubleStream.generate(() -> 10).limit(200).toArray();
        times[100] = 31;
        times[150] = 24;
        double[] stutter = Stutter.stutterTimes(times);
        assertThat(IntStream.range(0, 200).filter(i -> stutter[i] > 0))
                .as("31 is 2.5 times the mean, into which it comes as 10; 24 is not")
                .containsExactly(100);
        Capture capture = list(DoubleStream.of(times));
        assertThat(value("stutter-time", capture)).isCloseTo(100 * 31 / 2035.0, within(1e-9));
        assertThat(value("low-fps-time", capture)).isZero();
    }

    @Test
    void inputLagGoesThroughDroppedFrames() throws UserException {
        String text = """
                MsBetweenPresents,MsInPresentAPI,MsUntilDisplayed,Dropped,TimeInSeconds
                10,1,5,0,0.01
                11,2,6,0,0.021
                12,3,0,1,0.033
                13,4,8,0,0.046
                """;
        Capture capture = CaptureFile.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "lag")
                .longest();
        // only the last frame has one shown before it that has a present before it: (11 - 1) + 12 + 13 + 8
        assertThat(value("lag-upper", capture)).isEqualTo(43);
        assertThat(value("lag-lower", capture)).isEqualTo(8);
        assertThat(value("lag-expected", capture)).isEqualTo(25.5);
        assertThat(value("dropped", capture)).isEqualTo(25);
        assertThat(refusal("lag-upper", Judged.of(capture, Track.DISPLAYED))).isEqualTo("it is of presents");
        assertThat(refusal("animation-error", Judged.of(capture))).isEqualTo("the file has no animation error");
    }

    @Test
    void everyMetricIsNamedOnce() {
        List<Metric> all = Metrics.all();
        assertThat(new HashSet<>(all.stream().map(Metric::id).toList())).hasSameSizeAs(all);
        assertThat(new HashSet<>(all.stream().map(Metric::name).toList())).hasSameSizeAs(all);
        assertThat(all).allSatisfy(m -> assertThat(m.id()).matches("[a-z0-9-]+"));
        assertThat(Metrics.defaults()).extracting(Metric::id).contains("average", "low1-average", "p99-frame-time");
        List<Metric.Group> groups = all.stream().map(Metric::group).distinct().toList();
        assertThat(all.stream().map(Metric::group).toList())
                .as("a group stands together")
                .isEqualTo(groups.stream()
                        .flatMap(g -> all.stream().filter(m -> m.group() == g).map(Metric::group))
                        .toList());
    }
}
