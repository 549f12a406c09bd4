package dev.nptune.host;

import java.util.List;

/// What is there to run VMs with, and what runs.
///
/// @param domains definitions of libvirt's system domains
/// @param running QEMU processes
/// @param hooks libvirt's hook scripts, as paths below the root
public record Virtualization(List<DomainFile> domains, List<QemuProcess> running, List<String> hooks) {
    public Virtualization {
        domains = List.copyOf(domains);
        running = List.copyOf(running);
        hooks = List.copyOf(hooks);
    }

    /// One of which nothing was found.
    public static Virtualization none() {
        return new Virtualization(List.of(), List.of(), List.of());
    }

    /// A domain as libvirt keeps it.
    ///
    /// @param name the file's name without `.xml`
    /// @param xml its text
    public record DomainFile(String name, Fact<String> xml) {}

    /// A running QEMU.
    ///
    /// @param pid its process
    /// @param name what `-name` says (the domain's name); absent if it has none
    /// @param arguments its command line
    /// @param threads its threads and where they may run
    public record QemuProcess(int pid, Fact<String> name, Fact<List<String>> arguments, List<QemuThread> threads) {
        public QemuProcess {
            threads = List.copyOf(threads);
        }
    }

    /// A thread of a QEMU process.
    ///
    /// @param tid its id
    /// @param name as QEMU names it: `CPU 0/KVM` for a vCPU, `IO iothread1`, `vnc_worker`
    /// @param allowed CPUs it may run on
    public record QemuThread(int tid, Fact<String> name, Fact<CpuSet> allowed) {}
}
