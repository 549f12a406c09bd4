package dev.nptune.watch;

import dev.nptune.host.CpuSet;
import dev.nptune.watch.Column.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// Looks at a running VM from time to time.
public final class Live implements AutoCloseable {
    private static final double MILLIS = 1e6;
    private static final double SECOND = 1e9;

    /// Who looks does not wait longer for exits, whatever asking costs.
    private static final long ASK = 5_000_000_000L;

    private final String name;
    private final VmSampler sampler;
    private final Rates rates;
    private long before;

    private Live(String name, VmSampler sampler) {
        this.name = name;
        this.sampler = sampler;
        this.rates = new Rates(sampler.count());
        this.before = System.nanoTime();
        sampler.tick(rates);
    }

    /// Begins; the first interval begins now.
    ///
    /// @param root the machine's root directory
    /// @param name the VM's name; empty if it has none
    /// @param trace whether to count exits by reason, see [Recorder.Request#trace]
    /// @throws TraceUnavailable if that was asked for and cannot be
    /// @throws IOException if there is no such process, or a monitor does not answer
    public static Live open(Path root, int pid, String name, Exits exits, boolean trace) throws IOException {
        return new Live(name, VmSampler.open(root, pid, Sources.OFTEN, Recorder.BUDGET, exits, ASK, trace));
    }

    /// The interval that ends now; empty if the VM has ended.
    public Optional<LiveView> next() {
        if (!sampler.rescan(true)) {
            return Optional.empty();
        }
        long now = System.nanoTime();
        sampler.tick(rates, rates::awaits);
        double seconds = (now - before) / SECOND;
        before = now;
        VmProcess vm = sampler.vm();
        List<LiveView.Vcpu> vcpus = vm.vcpus().stream().map(this::vcpu).toList();
        return Optional.of(new LiveView(
                LiveView.SCHEMA_VERSION,
                name,
                vm.pid(),
                seconds,
                vcpus,
                sampler.cpus().stream().mapToObj(cpu -> cpu(cpu, vcpus)).toList(),
                others(vm),
                new LiveView.Faults(
                        rates.of(Quantity.MINOR_FAULTS, Subject.VM, 0), rates.of(Quantity.MAJOR_FAULTS, Subject.VM, 0)),
                exits(),
                rates.byDetail(c -> c.quantity() == Quantity.EXITS_BY_REASON),
                rates.byDetail(c -> c.quantity() == Quantity.INTERRUPTS),
                rates.byDetail(c -> c.quantity() == Quantity.SOFTIRQS),
                memory(),
                sampler.sources()));
    }

    private LiveView.Vcpu vcpu(VmThread thread) {
        int number = thread.vcpu().orElseThrow();
        OptionalLong last = rates.value(
                c -> c.quantity() == Quantity.LAST_CPU && c.subject() == Subject.VCPU && c.number() == number);
        Predicate<Column> exits = c ->
                isExits(c, Subject.VCPU) && c.number() == number && c.detail().equals("exits");
        return new LiveView.Vcpu(
                number,
                thread.tid(),
                last.isPresent() && last.getAsLong() <= CpuSet.MAX_CPU
                        ? OptionalInt.of((int) last.getAsLong())
                        : OptionalInt.empty(),
                thread.allowed(),
                Math.min(1, of(Quantity.RUN, number) / SECOND),
                of(Quantity.RUN_DELAY, number) / MILLIS,
                of(Quantity.MIGRATIONS, number),
                of(Quantity.INVOLUNTARY_SWITCHES, number),
                sum(exits, c -> c.quantity() == Quantity.EXITS_BY_REASON && c.number() == number));
    }

    /// Of what is known of two ways to count the same.
    private OptionalDouble sum(Predicate<Column> counted, Predicate<Column> orElse) {
        if (rates.has(counted)) {
            return OptionalDouble.of(rates.sum(counted));
        }
        return rates.has(orElse) ? OptionalDouble.of(rates.sum(orElse)) : OptionalDouble.empty();
    }

    private double of(Quantity quantity, int vcpu) {
        return rates.of(quantity, Subject.VCPU, vcpu);
    }

    private static boolean isExits(Column column, Subject subject) {
        return column.quantity() == Quantity.EXITS && column.subject() == subject;
    }

    private LiveView.HostCpu cpu(int cpu, List<LiveView.Vcpu> vcpus) {
        List<LiveView.Vcpu> there = vcpus.stream()
                .filter(v -> v.cpu().isPresent() && v.cpu().getAsInt() == cpu)
                .toList();
        double busy = Math.min(1, rates.of(Quantity.BUSY, Subject.CPU, cpu) / SECOND);
        double ours = there.stream().mapToDouble(LiveView.Vcpu::load).sum();
        return new LiveView.HostCpu(
                cpu,
                there.stream().map(LiveView.Vcpu::number).toList(),
                busy,
                Math.max(0, busy - ours),
                rates.of(Quantity.INTERRUPTS, Subject.CPU, cpu),
                rates.of(Quantity.SOFTIRQS, Subject.CPU, cpu));
    }

    private LiveView.Others others(VmProcess vm) {
        return new LiveView.Others(
                vm.others().size(),
                rates.sum(c -> c.quantity() == Quantity.RUN && c.subject() == Subject.THREAD) / SECOND,
                rates.sum(c -> c.quantity() == Quantity.RUN_DELAY && c.subject() == Subject.THREAD) / MILLIS);
    }

    /// Of each vCPU if somebody tells, else the VM's sums.
    private Optional<List<LiveView.Rate>> exits() {
        Subject of = rates.has(c -> isExits(c, Subject.VCPU)) ? Subject.VCPU : Subject.VM;
        return rates.byDetail(c -> isExits(c, of));
    }

    private LiveView.Memory memory() {
        OptionalLong small = pages("pages_4k");
        OptionalLong large = pages("pages_2m");
        OptionalLong huge = pages("pages_1g");
        return new LiveView.Memory(
                rates.value(c -> c.quantity() == Quantity.RESIDENT),
                pages(MemorySampler.TRANSPARENT),
                pages(MemorySampler.POOL),
                small.isPresent() && large.isPresent() && huge.isPresent()
                        ? Optional.of(new LiveView.Mapped(small.getAsLong(), large.getAsLong(), huge.getAsLong()))
                        : Optional.empty());
    }

    private OptionalLong pages(String kind) {
        return rates.value(c -> c.quantity() == Quantity.PAGES && c.detail().equals(kind));
    }

    @Override
    public void close() {
        sampler.close();
    }
}
