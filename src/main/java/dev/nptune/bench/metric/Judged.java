package dev.nptune.bench.metric;

import dev.nptune.bench.capture.BadRows.BadRow;
import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.Series;
import dev.nptune.bench.capture.Track;
import dev.nptune.bench.metric.Caveat.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// A capture, and what it is good for.
///
/// @param track which of its times are meant
/// @param times these, in ms
/// @param caveats what to know of it
/// @param strict whether the worst 1 % are refused in a short capture, and a mean of them where one hitch decides it
public record Judged(Capture capture, Track track, Series times, List<Caveat> caveats, boolean strict) {
    /// Frame times that add up to less of the elapsed time than this are not all of them. Real logs were at 0.04.
    static final double COVERED = 0.9;

    /// Above this, frame times and time stamps contradict each other.
    private static final double TOO_MUCH = 1.1;

    /// Captures of this many seconds or less are too short: one hitch weighs too much in them.
    static final double SHORT_SECONDS = 15;

    /// Below this 1 % is less than one frame.
    static final int FRAMES_FOR_HUNDREDTHS = 100;

    /// Below this 0.1 % is fewer than ten frames.
    static final int FRAMES_FOR_THOUSANDTHS = 10_000;

    /// By how much the 1 % low average must be better without a hitch for that to decide it.
    private static final double DECIDES = 1.2;

    public Judged {
        caveats = List.copyOf(caveats);
    }

    /// What a metric takes from the frames.
    enum Needs {
        /// Their number and their sum; a sample of them will do.
        SOME,
        /// Each of them, in order.
        ALL,
        /// Enough of them for the worst 1 %.
        HUNDREDTHS,
        /// The same, for a mean of these: not where one hitch decides it.
        LOW_HUNDREDTHS,
        /// Enough of them for the worst 0.1 %.
        THOUSANDTHS
    }

    /// Judges a capture by the presents of its program.
    public static Judged of(Capture capture) {
        return of(capture, Track.PRESENTS);
    }

    /// Judges a capture.
    public static Judged of(Capture capture, Track track) {
        Series times = capture.times(track);
        List<Caveat> caveats = new ArrayList<>();
        completeness(capture, caveats);
        if (times.size() > 0) {
            length(times, caveats);
        }
        if (times.size() >= FRAMES_FOR_HUNDREDTHS && caveats.stream().noneMatch(c -> isSampling(c.kind()))) {
            oneHitch(times).ifPresent(caveats::add);
        }
        generated(capture, caveats);
        badRows(capture, caveats);
        return new Judged(capture, track, times, caveats, true);
    }

    /// The same without [#strict]: the numbers are what the definitions give, whatever they are worth.
    public Judged lenient() {
        return new Judged(capture, track, times, caveats, false);
    }

    /// Whether this is said of it.
    public boolean has(Kind kind) {
        return caveats.stream().anyMatch(c -> c.kind() == kind);
    }

    /// Whether frames are missing, so that what goes by single frames means nothing.
    public boolean sampled() {
        return caveats.stream().anyMatch(c -> isSampling(c.kind()));
    }

    private static boolean isSampling(Kind kind) {
        return kind == Kind.SAMPLED || kind == Kind.ONE_A_SECOND;
    }

    private static void completeness(Capture capture, List<Caveat> caveats) {
        if (capture.format().sampled()) {
            caveats.add(
                    new Caveat(
                            Kind.ONE_A_SECOND,
                            "It has a value about once a second and not every frame: lows and stutter cannot be told from it."));
            return;
        }
        OptionalDouble coverage = capture.coverage();
        if (coverage.isEmpty()) {
            caveats.add(
                    new Caveat(Kind.NO_CLOCK, "It has no time stamps, so whether frames are missing cannot be seen."));
        } else if (coverage.getAsDouble() < COVERED) {
            caveats.add(new Caveat(
                    Kind.SAMPLED,
                    String.format(
                            Locale.ROOT,
                            "It is a sample: the frame times in it add up to %.1f %% of the time that passed, so lows and"
                                    + " stutter cannot be told from it. MangoHud logs every frame with log_interval=0.",
                            100 * coverage.getAsDouble())));
        } else if (coverage.getAsDouble() > TOO_MUCH) {
            caveats.add(new Caveat(
                    Kind.CLOCK_DISAGREES,
                    String.format(
                            Locale.ROOT,
                            "Its frame times add up to %.2f times the time that passed by its time stamps.",
                            coverage.getAsDouble())));
        }
    }

    private static void length(Series times, List<Caveat> caveats) {
        double seconds = times.sum() / 1000;
        if (seconds <= SHORT_SECONDS) {
            caveats.add(new Caveat(
                    Kind.SHORT,
                    String.format(
                            Locale.ROOT,
                            "It is %.1f s long; in 15 s or less one hitch can decide everything.",
                            seconds)));
        }
        if (times.size() < FRAMES_FOR_HUNDREDTHS) {
            caveats.add(new Caveat(
                    Kind.FEW_FRAMES,
                    String.format(Locale.ROOT, "It has %d frames, of which 1 %% is less than one.", times.size())));
        } else if (times.size() < FRAMES_FOR_THOUSANDTHS) {
            caveats.add(new Caveat(
                    Kind.FEW_FOR_TENTHS,
                    String.format(
                            Locale.ROOT,
                            "It has %d frames; 0.1 %% lows need %d.",
                            times.size(),
                            FRAMES_FOR_THOUSANDTHS)));
        }
    }

    private static Optional<Caveat> oneHitch(Series times) {
        return Hitches.worst(times).flatMap(hitch -> {
            double with = Lows.average(Slowest.of(times), Lows.HUNDREDTH);
            double without = Lows.average(Slowest.of(hitch.without(times)), Lows.HUNDREDTH);
            return without < DECIDES * with
                    ? Optional.empty()
                    : Optional.of(new Caveat(
                            Kind.ONE_HITCH,
                            String.format(
                                    Locale.ROOT,
                                    "One hitch (%s, %.0f ms, %.1f s after the start) decides its lows: without it the 1 %% low"
                                            + " average (CapFrameX) would be %.1f fps and not %.1f.",
                                    hitch.frames() == 1 ? "1 frame" : hitch.frames() + " frames",
                                    hitch.millis(),
                                    hitch.start() / 1000,
                                    without,
                                    with)));
        });
    }

    private static void generated(Capture capture, List<Caveat> caveats) {
        if (capture.framesGenerated()) {
            caveats.add(new Caveat(
                    Kind.GENERATED,
                    String.format(
                            Locale.ROOT,
                            "Frames were generated: %d presents by the game, %d changes on the display; the two are not"
                                    + " mixed.",
                            capture.frames(),
                            capture.displayTimes().size())));
        }
    }

    private static void badRows(Capture capture, List<Caveat> caveats) {
        long count = capture.badRows().count();
        if (count > 0) {
            BadRow first = capture.badRows().first().getFirst();
            caveats.add(new Caveat(
                    Kind.BAD_ROWS,
                    String.format(
                            Locale.ROOT,
                            "%s left out; line %d: %s.",
                            count == 1 ? "A row was" : count + " rows were",
                            first.line(),
                            first.why())));
        }
    }

    /// Why a metric with such needs has no value here.
    ///
    /// @return empty if it has
    Optional<String> refusal(Needs needs) {
        if (times.size() == 0) {
            return Optional.of(
                    track == Track.DISPLAYED ? "the file has no display changes" : "the file has no presents");
        }
        if (needs == Needs.SOME) {
            return Optional.empty();
        }
        if (sampled()) {
            return Optional.of("the log has not every frame");
        }
        boolean low = needs == Needs.LOW_HUNDREDTHS;
        boolean hundredths = low || needs == Needs.HUNDREDTHS;
        if (hundredths && times.size() < FRAMES_FOR_HUNDREDTHS) {
            return Optional.of("1 % of " + times.size() + " frames is less than one");
        }
        if (low && strict && has(Kind.ONE_HITCH)) {
            return Optional.of("one hitch decides it");
        }
        if (hundredths && strict && has(Kind.SHORT)) {
            return Optional.of("in 15 s or less one hitch can decide it");
        }
        if (needs == Needs.THOUSANDTHS && times.size() < FRAMES_FOR_THOUSANDTHS) {
            return Optional.of(times.size() + " frames are too few, it takes " + FRAMES_FOR_THOUSANDTHS);
        }
        if (needs == Needs.THOUSANDTHS && has(Kind.ONE_HITCH)) {
            return Optional.of("one hitch would decide it");
        }
        return times.size() < 2 ? Optional.of("there is one frame only") : Optional.empty();
    }
}
