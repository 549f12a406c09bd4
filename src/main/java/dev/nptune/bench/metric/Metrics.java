package dev.nptune.bench.metric;

import dev.nptune.bench.capture.Column;
import dev.nptune.bench.capture.Series;
import dev.nptune.bench.metric.Judged.Needs;
import dev.nptune.bench.metric.Metric.Group;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.descriptive.StandardDeviation;
import org.apache.commons.statistics.descriptive.Variance;

/// All metrics there are.
public final class Metrics {
    private static final String FPS = "fps";
    private static final String MS = "ms";
    private static final String PERCENT = "%";
    private static final String CAPFRAMEX = "CapFrameX";
    private static final String PRESENTMON = "PresentMon";
    private static final String NEW_MANGOHUD = "MangoHud >= 0.8.1";
    private static final String OLD_MANGOHUD = "MangoHud < 0.7.1";
    private static final String RTSS = "RTSS, CapFrameX";
    private static final String STUTTERSCOPE = "stutterscope";

    /// What is shown where nobody asks for others.
    private static final List<String> DEFAULTS =
            List.of("average", "low1-average", "p99-frame-time", "stutter-time", "variance");

    private static final List<Metric> ALL = all(new ArrayList<>());

    private Metrics() {}

    /// All, in the order of their groups.
    public static List<Metric> all() {
        return ALL;
    }

    /// Average, 1 % low average (CapFrameX), P99 frame time, stutter time, frame-time variance.
    public static List<Metric> defaults() {
        return DEFAULTS.stream().map(id -> of(id).orElseThrow()).toList();
    }

    /// The one with this id.
    public static Optional<Metric> of(String id) {
        return ALL.stream().filter(m -> m.id().equals(id)).findFirst();
    }

    private static List<Metric> all(List<Metric> all) {
        averages(all);
        lows(
                all,
                "low1",
                "1 % low",
                Lows.HUNDREDTH,
                Needs.LOW_HUNDREDTHS,
                Group.LOW_RANK,
                Group.LOW_MEAN,
                Group.LOW_TIME);
        lows(
                all,
                "low01",
                "0.1 % low",
                Lows.THOUSANDTH,
                Needs.THOUSANDTHS,
                Group.TENTH_RANK,
                Group.TENTH_MEAN,
                Group.TENTH_TIME);
        frameTimes(all);
        evenness(all);
        stutter(all);
        display(all);
        return List.copyOf(all);
    }

    private static void averages(List<Metric> all) {
        all.add(higher(
                "average",
                "Average",
                "frames / time",
                Group.AVERAGE,
                Needs.SOME,
                new Formula.PerTime(Metrics::thousands)));
        all.add(higher(
                "average-mangoplot",
                "Mean of each frame's fps",
                "mangoplot",
                Group.AVERAGE,
                Needs.ALL,
                new Formula.OfSeries(t -> t.stream().map(ms -> 1000 / ms).sum() / t.size())));
        all.add(higher("median", "Median", CAPFRAMEX, Group.AVERAGE, Needs.ALL, slowest(0.5, Lows::percentileOfFps)));
    }

    /// What each frame adds to an average: a frame, in ms of a second.
    private static double[] thousands(double[] times) {
        double[] each = new double[times.length];
        Arrays.fill(each, 1000);
        return each;
    }

    /// A definition that takes which part of the frames decides.
    @FunctionalInterface
    private interface ByPart {
        double of(Slowest frames, double part);
    }

    private static Formula slowest(double part, ByPart definition) {
        return new Formula.OfSlowest(part, frames -> definition.of(frames, part));
    }

    /// A percentile of frame times, which a part of the frames exceeds.
    private static Formula percentile(double part) {
        return slowest(part, (frames, p) -> Lows.percentile(frames, 1 - p));
    }

    private static void lows(
            List<Metric> all, String id, String title, double part, Needs needs, Group rank, Group mean, Group time) {
        // a frame's rank is what it is, however long a hitch before it took
        Needs byRank = needs == Needs.LOW_HUNDREDTHS ? Needs.HUNDREDTHS : needs;
        String p = title.startsWith("1") ? "P1" : "P0.1";
        all.add(higher(
                id + "-capframex", p, CAPFRAMEX + ", type 8", rank, byRank, slowest(part, Lows::percentileOfFps)));
        all.add(higher(
                id + "-presentmon",
                p,
                PRESENTMON + " percentile",
                rank,
                byRank,
                slowest(part, (frames, decides) -> 1000 / Lows.percentile(frames, 1 - decides))));
        all.add(higher(id + "-mangohud", title, NEW_MANGOHUD, rank, byRank, slowest(part, Lows::mangoHud)));
        all.add(higher(id + "-average", title + " average", CAPFRAMEX, mean, needs, slowest(part, Lows::average)));
        all.add(higher(id + "-old-mangohud", title, OLD_MANGOHUD, mean, needs, slowest(part, Lows::oldMangoHud)));
        all.add(higher(id + "-integral", title + " integral", RTSS, time, needs, slowest(part, Lows::integral)));
    }

    private static void frameTimes(List<Metric> all) {
        String tools = PRESENTMON + ", OCAT";
        all.add(lower(
                "p99-frame-time",
                "P99 frame time",
                MS,
                tools,
                Group.FRAME_TIME,
                Needs.HUNDREDTHS,
                percentile(Lows.HUNDREDTH)));
        all.add(lower(
                "p999-frame-time",
                "P99.9 frame time",
                MS,
                tools,
                Group.FRAME_TIME,
                Needs.THOUSANDTHS,
                percentile(Lows.THOUSANDTH)));
        all.add(lower(
                "longest",
                "Longest frame",
                MS,
                "all",
                Group.FRAME_TIME,
                Needs.ALL,
                new Formula.OfSeries(t -> t.ascending().get(t.size() - 1))));
    }

    private static void evenness(List<Metric> all) {
        Group group = Group.EVENNESS;
        all.add(lower(
                "variance",
                "Frame-time variance",
                "ms^2",
                "n - 1",
                group,
                Needs.ALL,
                new Formula.OfSeries(t -> Variance.of(t.toArray()).getAsDouble())));
        all.add(lower(
                "deviation",
                "Standard deviation",
                MS,
                "OCAT, n",
                group,
                Needs.ALL,
                new Formula.OfSeries(
                        t -> StandardDeviation.of(t.toArray()).setBiased(true).getAsDouble())));
        all.add(lower(
                "adaptive-deviation",
                "Adaptive deviation",
                MS,
                CAPFRAMEX,
                group,
                Needs.ALL,
                new Formula.OfSeries(Evenness::adaptiveDeviation)));
        all.add(lower(
                "masd",
                "Mean step |d|",
                MS,
                STUTTERSCOPE + ", MASD",
                group,
                Needs.ALL,
                new Formula.OfSeries(Evenness::meanStep)));
        double[] limits = {0, 2, 4, 8, 12, Double.POSITIVE_INFINITY};
        String[] titles = {"< 2 ms", "2 to 4 ms", "4 to 8 ms", "8 to 12 ms", ">= 12 ms"};
        for (int i = 0; i < titles.length; i++) {
            double from = limits[i];
            double to = limits[i + 1];
            String id = i == 4 ? "steps-12" : "steps-" + (int) from + "-" + (int) to;
            Formula formula = new Formula.OfSeries(t -> Evenness.steps(t, from, to));
            String title = "Steps " + titles[i];
            all.add(
                    i == 0
                            ? metric(id, title, PERCENT, CAPFRAMEX + " variance", true, group, Needs.ALL, formula)
                            : lower(id, title, PERCENT, CAPFRAMEX + " variance", group, Needs.ALL, formula));
        }
    }

    private static void stutter(List<Metric> all) {
        Group group = Group.STUTTER;
        all.add(lower(
                "stutter-time",
                "Stutter time",
                PERCENT,
                CAPFRAMEX,
                group,
                Needs.ALL,
                new Formula.PerTime(Stutter::stutterTimes)));
        all.add(lower(
                "low-fps-time",
                "Time below 25 fps",
                PERCENT,
                CAPFRAMEX,
                group,
                Needs.ALL,
                new Formula.PerTime(Stutter::lowFpsTimes)));
        all.add(lower(
                "hitches",
                "Hitches",
                "/min",
                STUTTERSCOPE + ", > 2 medians",
                group,
                Needs.ALL,
                new Formula.OfSeries(t -> perMinute(Hitches.count(t), t))));
        all.add(lower(
                "long-frames",
                "Frames > 50 ms",
                "/min",
                STUTTERSCOPE,
                group,
                Needs.ALL,
                new Formula.OfSeries(t -> perMinute(Hitches.longFrames(t), t))));
    }

    private static double perMinute(long count, Series times) {
        return count / (times.sum() / 60_000);
    }

    private static void display(List<Metric> all) {
        List<Column> lag = List.of(Column.DROPPED, Column.IN_PRESENT, Column.UNTIL_DISPLAYED);
        all.add(special(
                "dropped",
                "Dropped frames",
                PERCENT,
                PRESENTMON,
                List.of(Column.DROPPED),
                j -> 100
                        * j.capture().column(Column.DROPPED).orElseThrow().sum()
                        / j.capture().frames()));
        all.add(special(
                "lag-lower",
                "Input lag, lower bound",
                MS,
                CAPFRAMEX,
                lag,
                j -> InputLag.of(j.capture()).lower()));
        all.add(special(
                "lag-expected",
                "Input lag, expected",
                MS,
                CAPFRAMEX,
                lag,
                j -> InputLag.of(j.capture()).expected()));
        all.add(special(
                "lag-upper",
                "Input lag, upper bound",
                MS,
                CAPFRAMEX,
                lag,
                j -> InputLag.of(j.capture()).upper()));
        all.add(special(
                "animation-error",
                "Mean animation error |e|",
                MS,
                PRESENTMON,
                List.of(Column.ANIMATION_ERROR),
                j -> j.capture().column(Column.ANIMATION_ERROR).orElseThrow().stream()
                        .filter(Double::isFinite)
                        .map(Math::abs)
                        .average()
                        .orElse(Double.NaN)));
    }

    private static Metric higher(String id, String title, String tool, Group group, Needs needs, Formula formula) {
        return metric(id, title, FPS, tool, true, group, needs, formula);
    }

    private static Metric lower(
            String id, String title, String unit, String tool, Group group, Needs needs, Formula formula) {
        return metric(id, title, unit, tool, false, group, needs, formula);
    }

    private static Metric metric(
            String id,
            String title,
            String unit,
            String tool,
            boolean higherIsBetter,
            Group group,
            Needs needs,
            Formula formula) {
        return new Metric(id, title, unit, tool, higherIsBetter, group, needs, List.of(), formula);
    }

    private static Metric special(
            String id, String title, String unit, String tool, List<Column> columns, ToDoubleFunction<Judged> formula) {
        return new Metric(
                id, title, unit, tool, false, Group.DISPLAY, Needs.ALL, columns, new Formula.OfCapture(formula));
    }
}
