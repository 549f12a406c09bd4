package dev.nptune.watch;

import dev.nptune.host.CpuSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What the host did to a running VM in an interval. Rates are a second's.
///
/// @param schemaVersion version of this record's JSON form
/// @param vm the VM's name; empty if it has none
/// @param pid QEMU's process
/// @param seconds how long the interval was
/// @param vcpus each vCPU
/// @param cpus each CPU on which vCPUs may run
/// @param others QEMU's other threads together
/// @param faults page faults of QEMU
/// @param exits KVM's counters of all vCPUs together, the most first; empty if nobody tells, or told
/// but once by now
/// @param reasons exits of all vCPUs together by reason, the most first; empty unless they are counted
/// @param interrupts on the guest's CPUs by name, the most first; empty as above
/// @param softirqs on the guest's CPUs by kind, the most first; empty as above
/// @param memory what its memory is made of, as far as that is known
/// @param sources where numbers come from, and of those that are absent why
public record LiveView(
        int schemaVersion,
        String vm,
        int pid,
        double seconds,
        List<Vcpu> vcpus,
        List<HostCpu> cpus,
        Others others,
        Faults faults,
        Optional<List<Rate>> exits,
        Optional<List<Rate>> reasons,
        Optional<List<Rate>> interrupts,
        Optional<List<Rate>> softirqs,
        Memory memory,
        List<Source> sources) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    public LiveView {
        vcpus = List.copyOf(vcpus);
        cpus = List.copyOf(cpus);
        exits = exits.map(List::copyOf);
        reasons = reasons.map(List::copyOf);
        interrupts = interrupts.map(List::copyOf);
        softirqs = softirqs.map(List::copyOf);
        sources = List.copyOf(sources);
    }

    /// A vCPU.
    ///
    /// @param number its number
    /// @param tid its thread
    /// @param cpu the CPU it ran on last
    /// @param allowed the CPUs it may run on
    /// @param load the share of the time in which it ran, from 0 to 1
    /// @param delay milliseconds in which it was ready and did not run
    /// @param migrations how often it went to another CPU
    /// @param involuntary how often it lost its CPU while it could have gone on
    /// @param exits how often it left the guest; empty if nobody tells, or told but once by now
    public record Vcpu(
            int number,
            int tid,
            OptionalInt cpu,
            CpuSet allowed,
            double load,
            double delay,
            double migrations,
            double involuntary,
            OptionalDouble exits) {}

    /// A CPU of the host's.
    ///
    /// @param number the kernel's
    /// @param vcpus which vCPUs ran there last
    /// @param busy the share of the time in which it was not idle, from 0 to 1
    /// @param others the share in which something else than a vCPU ran there
    /// @param interrupts how many came there
    /// @param softirqs how many ran there
    public record HostCpu(
            int number, List<Integer> vcpus, double busy, double others, double interrupts, double softirqs) {
        public HostCpu {
            vcpus = List.copyOf(vcpus);
        }
    }

    /// QEMU's threads that run no vCPU.
    ///
    /// @param threads how many
    /// @param load what they ran together, in CPUs
    /// @param delay milliseconds in which they were ready and did not run, together
    public record Others(int threads, double load, double delay) {}

    /// Page faults.
    public record Faults(double minor, double major) {}

    /// How often something happened.
    ///
    /// @param name which
    /// @param perSecond how often
    public record Rate(String name, double perSecond) {}

    /// QEMU's memory in bytes; what KVM has mapped for the guest, where that is known.
    ///
    /// @param resident without pages of huge page pools
    /// @param transparent in transparent huge pages
    /// @param pool from pools of huge pages
    /// @param mapped by size of page, as KVM counts it
    public record Memory(OptionalLong resident, OptionalLong transparent, OptionalLong pool, Optional<Mapped> mapped) {}

    /// Bytes that the nested page tables map, by size of page.
    public record Mapped(long small, long large, long huge) {}

    /// What all vCPUs together were delayed, in milliseconds a second.
    public double delay() {
        return vcpus.stream().mapToDouble(Vcpu::delay).sum();
    }

    /// How often vCPUs went to another CPU.
    public double migrations() {
        return vcpus.stream().mapToDouble(Vcpu::migrations).sum();
    }
}
