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
/// @param stutters all of the capture
/// @param events one series for each cause that happened at all
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
    /// @throws IllegalArgumentException if the recording has no second of samples
    public static JoinedClocks of(Capture capture, Recording recording, Instant zero, Stutters.Definition definition) {
        long[] span = recording.span();
        if (span[1] <= span[0]) {
            throw new IllegalArgumentException("the recording has no second of samples");
        }
        double offset = seconds(recording.monotonic(nanoseconds(zero)), span[0]);
        double[] frames = capture.frameTimes().toArray();
        double first = capture.column(Column.TIME)
                .map(times -> times.get(0) - (capture.format().stampsBegin() ? 0 : frames[0] / 1000))
                .orElse(0.0);
        List<Stutter> stutters = Stutters.find(frames, definition, offset + first).stream()
                .map(stutter -> stamped(capture, stutter, offset))
                .toList();
        double begins = offset + first;
        return new JoinedClocks(
                stutters,
                events(recording, span),
                begins,
                begins + capture.elapsed().orElse(capture.seconds()),
                seconds(span[1], span[0]));
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

    private static List<EventSeries> events(Recording recording, long[] span) {
        List<EventSeries> events = new ArrayList<>();
        for (Cause cause : recording.causes()) {
            boolean counted = cause.unit() == Quantity.Unit.TIMES;
            if (cause.total() > 0 && (counted || cause.isTime())) {
                events.add(series(cause, counted ? EventSeries.Kind.COUNT : EventSeries.Kind.NANOSECONDS, span));
            }
        }
        return events;
    }

    /// Before, between and behind the intervals of a cause nothing of it happened: that is known, not unknown.
    private static EventSeries series(Cause cause, EventSeries.Kind kind, long[] span) {
        Samples samples = new Samples(cause.from().length);
        long end = span[0];
        for (int i = 0; i < cause.from().length; i++) {
            long from = Math.max(cause.from()[i], end);
            if (cause.to()[i] <= from || cause.amount()[i] < 0) {
                continue;
            }
            if (from > end) {
                samples.add(end, from, 0, span[0]);
            }
            samples.add(from, cause.to()[i], (double) cause.amount()[i], span[0]);
            end = cause.to()[i];
        }
        if (end < span[1]) {
            samples.add(end, span[1], 0, span[0]);
        }
        return samples.series(cause.name(), kind);
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

        void add(long begin, long end, double amount, long zero) {
            from[count] = seconds(begin, zero);
            to[count] = seconds(end, zero);
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
