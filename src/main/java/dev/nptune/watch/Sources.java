package dev.nptune.watch;

import dev.nptune.host.CpuSet;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Opens what a machine offers, and says of the rest why it is absent.
final class Sources {
    /// How often the sources beside the vCPUs' run delay are read at most.
    static final double OFTEN = 10;

    static final double SELDOM = 1;
    static final double MEMORY = 0.1;

    private final Path root;
    private final VmProcess vm;
    private final Cursor cursor;
    private final List<Sampler> samplers = new ArrayList<>();
    private final List<Source> all = new ArrayList<>();

    Sources(Path root, VmProcess vm, Cursor cursor) {
        this.root = root;
        this.vm = vm;
        this.cursor = cursor;
    }

    List<Sampler> samplers() {
        return samplers;
    }

    List<Source> all() {
        return all;
    }

    /// Opens one.
    @FunctionalInterface
    private interface Opening {
        Sampler open(Source source) throws IOException;
    }

    /// @return what was opened; null if it is absent
    private @Nullable Sampler open(Source present, String needs, Opening opening) {
        try {
            Sampler sampler = opening.open(present);
            sampler.prime();
            samplers.add(sampler);
            all.add(present);
            return sampler;
        } catch (IOException e) {
            all.add(Source.absent(present.name(), present.place(), present.gives(), why(e, needs)));
            return null;
        }
    }

    static String why(IOException e, String needs) {
        return switch (e) {
            case NoSuchFileException _ -> "not there; it takes " + needs;
            case AccessDeniedException _ -> "permission denied; it takes root";
            default -> Printable.line(IoReason.of(e)) + "; it takes " + needs;
        };
    }

    private Path folder() {
        return root.resolve("proc").resolve(Integer.toString(vm.pid()));
    }

    private String place(String file) {
        return "/proc/" + vm.pid() + "/" + file;
    }

    ProcessSampler process() throws IOException {
        Source source = Source.present("process", place("stat"), "page faults of QEMU as a whole", OFTEN);
        ProcessSampler sampler = new ProcessSampler(folder(), source, cursor);
        sampler.prime();
        samplers.add(sampler);
        all.add(source);
        return sampler;
    }

    /// A file of each of some threads.
    Optional<ThreadSampler> threads(ThreadFile kind, String name, String gives, double hertz, List<VmThread> threads) {
        Source source = Source.present(name, place("task/*/" + kind.file()), gives, hertz);
        Sampler opened = open(source, kind.needs(), present -> {
            ThreadSampler sampler = new ThreadSampler(folder().resolve("task"), kind, present, cursor);
            sampler.follow(threads);
            if (sampler.isEmpty() && !threads.isEmpty()) {
                throw new NoSuchFileException(kind.file());
            }
            return sampler;
        });
        return Optional.ofNullable((ThreadSampler) opened);
    }

    /// @param hertz how often to read interrupts and softirqs at most
    void machine(CpuSet cpus, double hertz) {
        open(
                Source.present("load", "/proc/stat", "how busy each of the guest's CPUs is", OFTEN),
                "a kernel with /proc",
                source -> new LoadSampler(KeptFile.whole(root.resolve("proc/stat")), source, cpus, cursor));
        open(
                Source.present("interrupts", "/proc/interrupts", "interrupts on the guest's CPUs, by name", hertz),
                "a kernel with /proc",
                source -> new GridSampler(
                        KeptFile.paged(root.resolve("proc/interrupts")), Quantity.INTERRUPTS, source, cpus, cursor));
        open(
                Source.present("softirqs", "/proc/softirqs", "softirqs on the guest's CPUs", hertz),
                "a kernel with /proc",
                source -> new GridSampler(
                        KeptFile.paged(root.resolve("proc/softirqs")), Quantity.SOFTIRQS, source, cpus, cursor));
    }

    void memory() {
        open(
                Source.present("memory", place("smaps_rollup"), "huge pages that QEMU's memory is in", MEMORY),
                "Linux 4.14",
                source -> new MemorySampler(KeptFile.whole(folder().resolve("smaps_rollup")), source, cursor));
    }

    void kvm() {
        String place = "/sys/kernel/debug/kvm/" + vm.pid() + "-*";
        open(
                Source.present("kvm", place, "exits of the whole VM by kind, and pages mapped by size", SELDOM),
                "debugfs mounted, a VM that runs by KVM, and root" + lockdown(),
                source -> {
                    Path folder = DebugfsSampler.folder(root, vm.pid())
                            .orElseThrow(() -> new NoSuchFileException("kvm/" + vm.pid()));
                    return new DebugfsSampler(folder, source, cursor);
                });
    }

    private String lockdown() {
        try {
            String state = Files.readString(root.resolve("sys/kernel/security/lockdown"), StandardCharsets.ISO_8859_1);
            return state.contains("[none]") ? "" : "; this kernel is locked down, which closes debugfs";
        } catch (IOException _) {
            return "";
        }
    }

    /// @param monitor if QEMU's monitor is open already
    /// @param longest nanoseconds between two questions at most, however long answers take
    void exits(Exits whom, ExitCounts.@Nullable OfMonitor monitor, long longest) {
        String gives = "exits of each vCPU by kind";
        switch (whom) {
            case Exits.Nobody(String why) -> all.add(Source.absent("exits", "query-stats", gives, why));
            case Exits.Monitor(Path socket) -> {
                if (monitor != null) {
                    asked(monitor, Source.present("exits", "QMP " + socket + ": query-stats", gives, SELDOM), longest);
                }
            }
            case Exits.Libvirt(String uri, String domain) ->
                asked(
                        new ExitCounts.OfLibvirt(uri, domain),
                        Source.present("exits", "virsh domstats --vcpu", gives, SELDOM),
                        longest);
        }
    }

    private void asked(ExitCounts counts, Source source, long longest) {
        boolean kept = null
                != open(source, "QEMU 7.1 and KVM, and of libvirt 9.0", present -> {
                    Map<Column, Long> first;
                    try {
                        first = counts.ask();
                    } catch (IllegalArgumentException e) {
                        throw new IOException("an answer that is not understood", e);
                    }
                    if (first.isEmpty()) {
                        throw new IOException("QEMU has no counters of KVM's for this VM");
                    }
                    return new AskedSampler(counts, present, first, (long) (1e9 / SELDOM), longest);
                });
        if (!kept) {
            counts.close();
        }
    }

    /// @param asked whether the guest may be slowed down by counting at each exit
    /// @return what was opened; null if it was not asked for
    /// @throws TraceUnavailable if it was asked for and cannot be
    @Nullable
    TraceSampler trace(boolean asked) throws TraceUnavailable {
        String place = "/sys/kernel/tracing/events/kvm/kvm_exit";
        String gives = "exits of each vCPU by reason";
        if (!asked) {
            all.add(Source.absent("trace", place, gives, "not asked for; --trace counts them, as root"));
            return null;
        }
        Source present = Source.present("trace", place, gives, SELDOM);
        TraceInstance instance = null;
        try {
            if (vm.vcpus().isEmpty()) {
                throw new TraceUnavailable(
                        "no thread of QEMU's is known to run a vCPU", "give --qmp, or leave out --trace");
            }
            instance = TraceInstance.create(root, ProcessHandle.current().pid());
            TraceSampler sampler = new TraceSampler(instance, present, cursor);
            sampler.follow(vm.vcpus());
            sampler.prime();
            samplers.add(sampler);
            all.add(present);
            return sampler;
        } catch (TraceUnavailable e) {
            if (instance != null) {
                instance.close();
            }
            samplers.forEach(Sampler::close);
            throw e;
        }
    }
}
