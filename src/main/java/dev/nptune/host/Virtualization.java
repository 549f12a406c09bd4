package dev.nptune.host;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// What is there to run VMs with, and what runs.
///
/// @param domains definitions of libvirt's system domains
/// @param running QEMU processes
/// @param processes how many processes were looked at; unreadable where none are shown, and then `running` and
///     `daemons` say nothing
/// @param daemons names of running processes that serve VMs or meddle with CPUs and memory (`libvirtd`, `irqbalance`,
///     `swtpm`), each once, up to 15 characters each
/// @param hooks libvirt's hook scripts
/// @param qemuConf settings of `/etc/libvirt/qemu.conf` that matter, by name; a single value is a list of one
/// @param firmware firmware QEMU can start, by its descriptors
/// @param firmwareFiles images of OVMF found, described or not, as paths
/// @param swtpm the program that emulates a TPM
/// @param kvm `/dev/kvm`: who may use it
/// @param lookingGlass Looking Glass's shared memory: `/dev/kvmfr0`, `/dev/shm/looking-glass`
/// @param groups members of the groups that may use VMs and devices, by group, as `/etc/group` has them
/// @param logs what QEMU complained of, by domain in name order
public record Virtualization(
        List<DomainFile> domains,
        List<QemuProcess> running,
        Fact<Integer> processes,
        List<String> daemons,
        List<Hook> hooks,
        Fact<Map<String, List<String>>> qemuConf,
        List<Firmware> firmware,
        List<String> firmwareFiles,
        Fact<String> swtpm,
        Fact<FileMode> kvm,
        List<Node> lookingGlass,
        Fact<Map<String, List<String>>> groups,
        List<QemuLog> logs) {
    public Virtualization {
        domains = List.copyOf(domains);
        running = List.copyOf(running);
        daemons = List.copyOf(daemons);
        hooks = List.copyOf(hooks);
        firmware = List.copyOf(firmware);
        firmwareFiles = List.copyOf(firmwareFiles);
        lookingGlass = List.copyOf(lookingGlass);
        logs = List.copyOf(logs);
    }

    /// One of which nothing was read.
    public static Virtualization none() {
        String reason = "not read";
        return new Virtualization(
                List.of(),
                List.of(),
                Fact.unreadable("/proc", reason),
                List.of(),
                List.of(),
                Fact.unreadable("/etc/libvirt/qemu.conf", reason),
                List.of(),
                List.of(),
                Fact.unreadable("/usr/bin/swtpm", reason),
                Fact.unreadable("/dev/kvm", reason),
                List.of(),
                Fact.unreadable("/etc/group", reason),
                List.of());
    }

    /// A domain as libvirt keeps it.
    ///
    /// @param name the file's name without `.xml`
    /// @param xml its text, which starts with libvirt's comment
    public record DomainFile(String name, Fact<String> xml) {}

    /// A running QEMU.
    ///
    /// @param pid its process
    /// @param name what `-name` says (the domain's name); absent if it has none
    /// @param arguments its command line
    /// @param lockedBytes memory that is locked, as VFIO needs it
    /// @param hugeBytes memory from pools of huge pages
    /// @param memory what its memory is made of
    /// @param threads its threads and where they may run
    public record QemuProcess(
            int pid,
            Fact<String> name,
            Fact<List<String>> arguments,
            Fact<Long> lockedBytes,
            Fact<Long> hugeBytes,
            QemuMemory memory,
            List<QemuThread> threads) {
        public QemuProcess {
            Objects.requireNonNull(memory);
            threads = List.copyOf(threads);
        }
    }

    /// A thread of a QEMU process.
    ///
    /// @param tid its id
    /// @param name as QEMU names it: `CPU 0/KVM` for a vCPU, `IO iothread1`, `vnc_worker`
    /// @param allowed CPUs it may run on
    /// @param scheduling how the scheduler treats it
    public record QemuThread(int tid, Fact<String> name, Fact<CpuSet> allowed, Fact<Scheduling> scheduling) {}

    /// How the scheduler treats a thread.
    ///
    /// @param policy `other`, `fifo`, `rr`, `batch`, `idle`, `deadline`, `ext`, or the number
    /// @param realtimePriority 1 to 99 for `fifo` and `rr`, else 0
    /// @param nice -20 to 19
    /// @param lastCpu the CPU it ran on last
    public record Scheduling(String policy, int realtimePriority, int nice, int lastCpu) {}

    /// Of a domain's log below `/var/log/libvirt/qemu` what hints at trouble with devices, CPUs and sound.
    ///
    /// @param domain its name
    /// @param lines since the domain was started last, in that order; up to 64 lines of 400 characters
    public record QemuLog(String domain, Fact<List<String>> lines) {
        public QemuLog {
            Objects.requireNonNull(domain);
        }
    }

    /// A hook script.
    ///
    /// @param path below the root
    /// @param mode libvirt passes over one that nobody may execute
    /// @param text up to 64 KiB; a longer one is unreadable
    public record Hook(String path, Fact<FileMode> mode, Fact<String> text) {}

    /// A file or device node of interest.
    ///
    /// @param path below the root
    /// @param mode who may use it
    public record Node(String path, Fact<FileMode> mode) {}

    /// A firmware descriptor. Source: QEMU's `docs/interop/firmware.json`.
    ///
    /// @param file the descriptor
    /// @param descriptor what it says
    public record Firmware(String file, Fact<Descriptor> descriptor) {
        public Firmware {
            Objects.requireNonNull(file);
        }
    }

    /// What a firmware descriptor says.
    ///
    /// @param description for people
    /// @param interfaces `uefi`, `bios`
    /// @param image the program code
    /// @param template what a VM's own variables start as; empty if there is none
    /// @param features `secure-boot`, `enrolled-keys`, `requires-smm`
    /// @param targets machine types by architecture
    public record Descriptor(
            String description,
            List<String> interfaces,
            String image,
            String template,
            List<String> features,
            Map<String, List<String>> targets) {
        public Descriptor {
            interfaces = List.copyOf(interfaces);
            features = List.copyOf(features);
            targets = Collections.unmodifiableMap(new TreeMap<>(targets));
        }
    }
}
