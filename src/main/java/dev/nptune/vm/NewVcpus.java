package dev.nptune.vm;

import dev.nptune.host.CpuSet;
import java.util.List;

/// The vCPUs of a VM that is made anew, in one socket, and where its threads run.
///
/// @param dies dies of the socket; each looks to the guest like an L3 of its own
/// @param cores cores per die
/// @param threads threads per core
/// @param disabled vCPUs that are never switched on. Where an L3 of the host has six threads the guest counts in
/// eights,
///     so two of eight are left out to make its count come true.
/// @param pins host CPUs of each vCPU, by number; an empty set leaves one unpinned, an empty list all
/// @param emulator host CPUs of QEMU's other threads; empty for any
/// @param iothreads host CPUs of each iothread, of which there are as many as sets here; an empty set leaves one
/// unpinned
public record NewVcpus(
        int dies, int cores, int threads, CpuSet disabled, List<CpuSet> pins, CpuSet emulator, List<CpuSet> iothreads) {

    /// More need an emulated IOMMU with interrupt remapping.
    public static final int MOST = 255;

    /// @throws IllegalArgumentException if QEMU could not start such vCPUs
    public NewVcpus {
        pins = List.copyOf(pins);
        iothreads = List.copyOf(iothreads);
        if (dies < 1
                || cores < 1
                || threads < 1
                || (long) dies * cores * threads > MOST
                || dies > MOST
                || cores > MOST) {
            throw new IllegalArgumentException(
                    "%d dies of %d cores of %d threads: must be 1 to %d vCPUs".formatted(dies, cores, threads, MOST));
        }
        int count = dies * cores * threads;
        if (disabled.contains(0) || !CpuSet.range(0, count - 1).containsAll(disabled)) {
            throw new IllegalArgumentException(
                    "vCPUs " + disabled + " cannot be disabled: only those from 1 to " + (count - 1) + " can");
        }
        if (!pins.isEmpty() && pins.size() != count) {
            throw new IllegalArgumentException(pins.size() + " pins for " + count + " vCPUs");
        }
        if (iothreads.size() > MOST) {
            throw new IllegalArgumentException(iothreads.size() + " iothreads: at most " + MOST);
        }
    }

    /// One socket of that shape, nothing pinned.
    public static NewVcpus of(int dies, int cores, int threads) {
        return new NewVcpus(dies, cores, threads, CpuSet.of(), List.of(), CpuSet.of(), List.of());
    }

    /// The same, some never switched on.
    public NewVcpus withDisabled(CpuSet never) {
        return new NewVcpus(dies, cores, threads, never, pins, emulator, iothreads);
    }

    /// The same, each on its host CPUs.
    public NewVcpus withPins(List<CpuSet> each) {
        return new NewVcpus(dies, cores, threads, disabled, each, emulator, iothreads);
    }

    /// The same with QEMU's other threads on these host CPUs.
    public NewVcpus withEmulator(CpuSet cpus) {
        return new NewVcpus(dies, cores, threads, disabled, pins, cpus, iothreads);
    }

    /// The same with iothreads on these host CPUs.
    public NewVcpus withIothreads(List<CpuSet> each) {
        return new NewVcpus(dies, cores, threads, disabled, pins, emulator, each);
    }

    /// All vCPUs, the disabled ones included.
    public int count() {
        return dies * cores * threads;
    }
}
