package dev.nptune.watch;

import dev.nptune.watch.Column.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What counters did between the last two times that their sources were read. Of a counter that was read once nothing
/// is
/// known but its value.
final class Rates implements VmSampler.Visitor {
    private static final double SECOND = 1e9;

    private final State[] states;

    /// One source.
    private static final class State {
        private @Nullable Table table;
        private long time;
        private long[] before = {};
        private double[] rates = {};
    }

    Rates(int sources) {
        states = new State[sources];
        Arrays.setAll(states, _ -> new State());
    }

    @Override
    public void sampled(int index, Table table, long time) {
        State state = states[index];
        int size = table.size();
        boolean first = state.table == null;
        if (!first && time - state.time <= 0) {
            return;
        }
        double seconds = (time - state.time) / SECOND;
        int known = state.before.length;
        state.before = Arrays.copyOf(state.before, size);
        state.rates = new double[size];
        for (int i = 0; i < size; i++) {
            boolean unknown = first || (i >= known && !table.isFromZero(i));
            state.rates[i] = unknown ? Double.NaN : Math.max(0, table.value(i) - state.before[i]) / seconds;
            state.before[i] = table.value(i);
        }
        state.table = table;
        state.time = time;
    }

    /// Told of each counter that has not ended.
    private interface Each {
        void of(Column column, long value, double rate);
    }

    /// Told of each counter that was read twice.
    private interface EachRate {
        void of(Column column, double rate);
    }

    private void each(Predicate<Column> wanted, Each each) {
        for (State state : states) {
            Table table = state.table;
            for (int i = 0; table != null && i < state.rates.length; i++) {
                if (!table.hasEnded(i) && wanted.test(table.column(i))) {
                    each.of(table.column(i), table.value(i), state.rates[i]);
                }
            }
        }
    }

    private void eachRate(Predicate<Column> wanted, EachRate each) {
        each(wanted, (column, _, rate) -> {
            if (!Double.isNaN(rate)) {
                each.of(column, rate);
            }
        });
    }

    /// Whether a source has a counter that was read but once.
    boolean awaits(int index) {
        State state = states[index];
        Table table = state.table;
        for (int i = 0; table != null && i < state.rates.length; i++) {
            if (Double.isNaN(state.rates[i])
                    && !table.hasEnded(i)
                    && !table.column(i).quantity().isGauge()) {
                return true;
            }
        }
        return false;
    }

    /// The sum of the rates of all that fit and are known, a second.
    double sum(Predicate<Column> wanted) {
        double[] sum = {0};
        eachRate(wanted, (_, rate) -> sum[0] += rate);
        return sum[0];
    }

    double of(Quantity quantity, Subject subject, int number) {
        return sum(c -> c.quantity() == quantity && c.subject() == subject && c.number() == number);
    }

    /// Whether the rate of any that fits is known.
    boolean has(Predicate<Column> wanted) {
        boolean[] any = {false};
        eachRate(wanted, (_, _) -> any[0] = true);
        return any[0];
    }

    /// The value of the one that fits.
    OptionalLong value(Predicate<Column> wanted) {
        long[] found = {-1};
        each(wanted, (_, value, _) -> found[0] = value);
        return found[0] < 0 ? OptionalLong.empty() : OptionalLong.of(found[0]);
    }

    /// Rates by detail, the most first; what did not happen is left out. Empty if no rate is known.
    Optional<List<LiveView.Rate>> byDetail(Predicate<Column> wanted) {
        Map<String, Double> sums = new LinkedHashMap<>();
        eachRate(wanted, (column, rate) -> sums.merge(column.detail(), rate, Double::sum));
        List<LiveView.Rate> rates = new ArrayList<>();
        sums.forEach((name, rate) -> {
            if (rate > 0) {
                rates.add(new LiveView.Rate(name, rate));
            }
        });
        rates.sort(
                Comparator.comparingDouble(LiveView.Rate::perSecond).reversed().thenComparing(LiveView.Rate::name));
        return sums.isEmpty() ? Optional.empty() : Optional.of(rates);
    }
}
