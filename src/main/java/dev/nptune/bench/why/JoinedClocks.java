package dev.nptune.bench.why;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.Column;
import dev.nptune.bench.capture.Series;
import dev.nptune.watch.Cause;
import dev.nptune.watch.Quantity;
import dev.nptune.watch.Recording;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A capture's stutters and a recording's events on one clock: seconds since the recording began.
///
/// A capture is timed by the guest, a recording by the host. What joins them is the moment of the host at which the
/// capture's time was 0, which somebody must know, and by how much that may be wrong.
///
/// Events outside of the capture are left out: with other things on the screen other events are usual.
///
/// @param stutters all of the capture
/// @param events one series for each cause that happened at all during the capture
/// @param begins when the capture began
/// @param ends when it ended
/// @param recorded how long the recording is, in seconds
public record JoinedClocks(
        List<Stutter> stutters, List<EventSeries> events, double begins, double ends, double recorded) {
    private static final double NANOSECONDS = 1e9;

    public JoinedClocks {
        stutters = List.copyOf(stutters);
        events = List.copyOf(events);
    }

    /// Joins them.
    ///
    /// @param zero the host's time when the capture's was 0
    /// @param errorSeconds by how much that may be wrong
    /// @throws IllegalArgumentException if the recording has no second of samples
    public static JoinedClocks of(
            Capture capture, Recording recording, Instant zero, double errorSeconds, Stutters.Definition definition) {
        long[] span = recording.span();
        if (span[1] <= span[0]) {
            throw new IllegalArgumentException("the recording has no second of samples");
        }
        double offset = seconds(recording.monotonic(nanoseconds(zero)), span[0]);
        double[] frames = capture.frameTimes().toArray();
        double first = first(capture);
        List<Stutter> stutters = Stutters.find(frames, definition, offset + first).stream()
                .map(stutter -> stamped(capture, stutter, offset))
                .toList();
        double begins = offset + first;
        double ends = begins + capture.elapsed().orElse(capture.seconds());
        double recorded = seconds(span[1], span[0]);
        Window window =
                new Window(Math.max(0, begins - errorSeconds), Math.min(recorded, ends + errorSeconds), span[0]);
        return new JoinedClocks(
                stutters, window.isEmpty() ? List.of() : events(recording, window), begins, ends, recorded);
    }

    /// When a capture's first frame began by its own clock, in seconds.
    public static double first(Capture capture) {
        double frame = capture.format().stampsBegin() ? 0 : capture.frameTimes().get(0) / 1000;
        return capture.column(Column.TIME).map(times -> times.get(0) - frame).orElse(0.0);
    }

    /// Whether capture and recording have a moment in common.
    public boolean overlap() {
        return begins < recorded && ends > 0;
    }

    /// By the frame's own time stamp: rows that were left out and frames that were lost make sums run behind.
    private static Stutter stamped(Capture capture, Stutter stutter, double offset) {
        Optional<Series> times = capture.column(Column.TIME);
        if (times.isEmpty() || Double.isNaN(times.get().get(stutter.frame()))) {
            return stutter;
        }
        double stamp = times.get().get(stutter.frame());
        double end = capture.format().stampsBegin() ? stamp + stutter.frameMillis() / 1000 : stamp;
        return new Stutter(stutter.frame(), offset + end, stutter.frameMillis(), stutter.excessMillis());
    }

    private static List<EventSeries> events(Recording recording, Window window) {
        List<EventSeries> events = new ArrayList<>();
        for (Cause cause : recording.causes()) {
            if (cause.isTime() || cause.unit() == Quantity.Unit.TIMES) {
                window.cut(cause).ifPresent(events::add);
            }
        }
        return events;
    }

    /// A part of the recording.
    ///
    /// @param begin in seconds since the recording began
    /// @param end likewise
    /// @param zero when the recording began, as its samples are timed
    private record Window(double begin, double end, long zero) {
        boolean isEmpty() {
            return end <= begin;
        }

        /// A cause within it; empty if nothing happened. Before, between and behind its intervals nothing did: that is
        /// known, not unknown. An interval that reaches out is taken in proportion.
        Optional<EventSeries> cut(Cause cause) {
            Samples samples = new Samples(cause.from().length);
            double total = 0;
            double last = begin;
            for (int i = 0; i < cause.from().length; i++) {
                double whole = seconds(cause.to()[i], cause.from()[i]);
                double from = Math.max(last, seconds(cause.from()[i], zero));
                double to = Math.min(end, seconds(cause.to()[i], zero));
                if (to <= from || cause.amount()[i] <= 0) {
                    continue;
                }
                if (from > last) {
                    samples.add(last, from, 0);
                }
                double amount = cause.amount()[i] * (to - from) / whole;
                samples.add(from, to, amount);
                total += amount;
                last = to;
            }
            if (last < end) {
                samples.add(last, end, 0);
            }
            return total > 0
                    ? Optional.of(samples.series(
                            cause.name(), cause.isTime() ? EventSeries.Kind.NANOSECONDS : EventSeries.Kind.COUNT))
                    : Optional.empty();
        }
    }

    /// Samples one after the other.
    private static final class Samples {
        private final double[] from;
        private final double[] to;
        private final double[] amounts;
        private int count;

        Samples(int intervals) {
            int most = 2 * intervals + 1;
            from = new double[most];
            to = new double[most];
            amounts = new double[most];
        }

        void add(double begin, double end, double amount) {
            from[count] = begin;
            to[count] = end;
            amounts[count++] = amount;
        }

        EventSeries series(String cause, EventSeries.Kind kind) {
            return new EventSeries(
                    cause, kind, Arrays.copyOf(from, count), Arrays.copyOf(to, count), Arrays.copyOf(amounts, count));
        }
    }

    private static double seconds(long at, long zero) {
        return (at - zero) / NANOSECONDS;
    }

    private static long nanoseconds(Instant at) {
        return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
    }
}
