package dev.nptune.watch;

import dev.nptune.watch.Column.Subject;
import dev.nptune.watch.Quantity.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// From counters to causes.
final class Causes {
    private final Recording recording;

    Causes(Recording recording) {
        this.recording = recording;
    }

    List<Cause> all() {
        List<Cause> all = new ArrayList<>();
        for (Series series : recording.series()) {
            name(series.column()).ifPresent(name -> add(all, name, series));
        }
        OtherLoad load = new OtherLoad(recording);
        recording.series().stream()
                .filter(s -> s.column().quantity() == Quantity.BUSY)
                .map(load::on)
                .filter(c -> c.amount().length > 0)
                .forEach(all::add);
        return all;
    }

    /// What a counter is the cause of; empty if it disturbs nobody, or says the same as another.
    private static Optional<String> name(Column of) {
        String whose = of.whose();
        String what = switch (of.quantity()) {
            case RUN_DELAY -> "run delay of " + whose;
            case MIGRATIONS -> "migrations of " + whose;
            case INVOLUNTARY_SWITCHES -> "involuntary switches of " + whose;
            case MINOR_FAULTS -> "minor page faults of " + (of.subject() == Subject.VM ? "QEMU" : whose);
            case MAJOR_FAULTS -> "major page faults of " + (of.subject() == Subject.VM ? "QEMU" : whose);
            case IRQ_TIME -> "time in interrupts on " + whose;
            case INTERRUPTS -> "interrupts on " + whose + ": " + of.detail();
            case SOFTIRQS -> "softirqs on " + whose + ": " + of.detail();
            case EXITS -> "exits of " + whose + ": " + of.detail();
            case EXITS_BY_REASON -> "exits of " + whose + " for " + of.detail();
            case RUN, SLICES, LAST_CPU, BUSY, KVM_TIME, RESIDENT, PAGES -> "";
        };
        return what.isEmpty() ? Optional.empty() : Optional.of(what);
    }

    private static void add(List<Cause> all, String name, Series series) {
        int size = series.size();
        if (size == 0) {
            return;
        }
        long[] from = new long[size];
        long[] to = new long[size];
        long[] amount = new long[size];
        for (int i = 0; i < size; i++) {
            from[i] = series.from(i);
            to[i] = series.to(i);
            amount[i] = series.amount(i);
        }
        all.add(new Cause(name, series.source(), series.column().quantity().unit(), from, to, amount));
    }

    /// What else ran on a CPU: how long it was busy, less what the vCPUs ran there.
    ///
    /// The kernel counts the first in ticks of 10 ms, so single intervals are wrong by up to one. A vCPU
    /// that may run on one CPU only ran there; of others it is taken that they ran where they were seen last.
    static final class OtherLoad {
        private static final long TICK = 10_000_000;

        private final Recording recording;

        private final List<Ran> vcpus;

        OtherLoad(Recording recording) {
            this.recording = recording;
            this.vcpus = recording.series().stream()
                    .filter(s ->
                            s.column().quantity() == Quantity.RUN && s.column().subject() == Subject.VCPU)
                    .map(s -> new Ran(
                            s, lastCpu(s.column().number()), pin(s.column().number())))
                    .toList();
        }

        Cause on(Series busy) {
            int cpu = busy.column().number();
            List<Ran> ran = vcpus.stream()
                    .filter(r -> r.pin().isEmpty() || r.pin().get() == cpu)
                    .toList();
            Series.LongList from = new Series.LongList();
            Series.LongList to = new Series.LongList();
            Series.LongList amount = new Series.LongList();
            for (int i = 0; i < busy.size(); i++) {
                long left = busy.amount(i);
                for (Ran vcpu : ran) {
                    left -= vcpu.on(cpu, busy.from(i), busy.to(i));
                }
                left = Math.min(left, busy.to(i) - busy.from(i) + TICK);
                if (left > 0) {
                    from.add(busy.from(i));
                    to.add(busy.to(i));
                    amount.add(left);
                }
            }
            return new Cause(
                    "other load on CPU " + cpu,
                    busy.source(),
                    Unit.NANOSECONDS,
                    from.copy(0, from.size()),
                    to.copy(0, to.size()),
                    amount.copy(0, amount.size()));
        }

        private Optional<Integer> pin(int vcpu) {
            return recording.about().threads().stream()
                    .filter(t -> t.vcpu().isPresent() && t.vcpu().getAsInt() == vcpu)
                    .filter(t -> t.allowed().size() == 1)
                    .map(t -> t.allowed().first().orElseThrow())
                    .findFirst();
        }

        private Optional<Series> lastCpu(int vcpu) {
            return recording.series().stream()
                    .filter(s -> s.column().quantity() == Quantity.LAST_CPU
                            && s.column().subject() == Subject.VCPU
                            && s.column().number() == vcpu)
                    .findFirst();
        }
    }

    /// How long a vCPU had run at any time, between two readings in proportion.
    private static final class Ran {
        private final long[] times;
        private final long[] values;
        private final long[] cpuTimes;
        private final long[] cpus;
        private final Optional<Integer> pin;

        Ran(Series run, Optional<Series> lastCpu, Optional<Integer> pin) {
            times = run.times();
            values = run.values();
            cpuTimes = lastCpu.map(Series::times).orElse(new long[0]);
            cpus = lastCpu.map(Series::values).orElse(new long[0]);
            this.pin = pin;
        }

        Optional<Integer> pin() {
            return pin;
        }

        long on(int cpu, long from, long to) {
            boolean there = pin.isPresent() || (cpus.length > 0 && cpus[before(cpuTimes, to)] == cpu);
            return there && times.length > 0 ? at(to) - at(from) : 0;
        }

        private long at(long time) {
            int i = before(times, time);
            if (i + 1 >= times.length || time <= times[i] || times[i + 1] == times[i]) {
                return values[i];
            }
            double share = (time - times[i]) / (double) (times[i + 1] - times[i]);
            return values[i] + (long) (share * (values[i + 1] - values[i]));
        }

        /// The last that is not later; the first if all are.
        private static int before(long[] sorted, long time) {
            int found = Arrays.binarySearch(sorted, time);
            return found >= 0 ? found : Math.max(0, -found - 2);
        }
    }
}
