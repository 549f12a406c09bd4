package dev.nptune.bench.capture;

import dev.nptune.bench.capture.Layout.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/// Finds out in what a clock counts, by holding its steps against the frame times.
final class Clocks {
    /// How many steps are looked at.
    private static final int LOOKED_AT = 4096;

    /// How far a step may be from what it should be to be believed: half or twice.
    private static final double NEAR = 2;

    /// Windows' performance counter since version 10 on almost all machines, in Hz.
    private static final double USUAL_TICKS = 1e7;

    /// By how much of it a measured frequency may differ from the usual one to be that. Others in use are below 5 MHz
    /// or
    /// above 14 MHz.
    private static final double USUAL_BY = 0.2;

    private Clocks() {}

    /// Units of the column of times in a second. Where a column's name does not tell for sure, the steps do; where
    /// they tell neither seconds nor milliseconds, what the name says counts.
    static double unitsPerSecond(Clock clock, Doubles times, Doubles frames) {
        if (clock.sure()) {
            return clock.perSecond();
        }
        OptionalDouble measured = measured(times, frames);
        for (double candidate : new double[] {1, 1e3}) {
            if (measured.isPresent()
                    && measured.getAsDouble() > candidate / NEAR
                    && measured.getAsDouble() < candidate * NEAR) {
                return candidate;
            }
        }
        return clock.perSecond();
    }

    /// Seconds since the first tick. The counter's frequency is not in the file: it is what the frame times say, or
    /// 10 MHz if they say about that.
    ///
    /// @return empty if the ticks do not go forward
    static Optional<Series> ofTicks(Series ticks, Series frames) {
        Doubles counted = new Doubles();
        Doubles times = new Doubles();
        for (int i = 0; i < Math.min(ticks.size(), LOOKED_AT); i++) {
            counted.add(ticks.get(i));
            times.add(frames.get(i));
        }
        OptionalDouble measured = measured(counted, times);
        if (measured.isEmpty()) {
            return Optional.empty();
        }
        double rate =
                Math.abs(measured.getAsDouble() / USUAL_TICKS - 1) < USUAL_BY ? USUAL_TICKS : measured.getAsDouble();
        double[] seconds = ticks.toArray();
        double first = seconds[0];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = (seconds[i] - first) / rate;
        }
        return Optional.of(Series.owning(seconds));
    }

    /// The median of step ÷ frame time. Whether a row's time is of the frame's begin or end makes no difference to it.
    private static OptionalDouble measured(Doubles times, Doubles frames) {
        int most = Math.min(times.size(), LOOKED_AT);
        double[] ratios = new double[Math.max(0, most - 1)];
        int count = 0;
        for (int i = 1; i < most; i++) {
            double ratio = (times.get(i) - times.get(i - 1)) / (frames.get(i) / 1000);
            if (ratio > 0 && ratio < Double.POSITIVE_INFINITY) {
                ratios[count++] = ratio;
            }
        }
        if (count == 0 || count < most / 2) {
            return OptionalDouble.empty();
        }
        Arrays.sort(ratios, 0, count);
        return OptionalDouble.of(ratios[count / 2]);
    }
}
