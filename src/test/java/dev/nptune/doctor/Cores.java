package dev.nptune.doctor;

import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.FileMode;
import dev.nptune.host.Virtualization;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.host.Virtualization.Hook;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Machines and VMs that differ in their CPUs, for the cases of the rules about CPUs.
final class Cores {
    private static final String TOPOLOGY = "<topology sockets='1' dies='1' cores='2' threads='2'/>";
    private static final String ONLINE = "/sys/devices/system/cpu/online";

    private Cores() {}

    /// A machine of so many cores, threads of each and L3 caches, numbered as [TestHost#cpus] does.
    static Consumer<TestHost> machine(int cores, int threads, int caches) {
        return h -> {
            h.logical = TestHost.cpus(cores, threads, caches);
            h.online = Fact.known(CpuSet.range(0, cores * threads - 1), ONLINE);
        };
    }

    /// The same machine with each logical CPU changed.
    static Consumer<TestHost> each(UnaryOperator<LogicalCpu> change) {
        return h -> h.logical = h.logical.stream().map(change).toList();
    }

    static LogicalCpu siblings(LogicalCpu l, Fact<CpuSet> siblings, Fact<Integer> core) {
        return new LogicalCpu(
                l.id(),
                l.packageId(),
                l.packageCpus(),
                l.dieId(),
                core,
                siblings,
                l.l3Id(),
                l.l3Sharing(),
                l.l3Bytes(),
                l.node(),
                l.highestPerf());
    }

    static LogicalCpu l3(LogicalCpu l, Fact<Integer> id, Fact<CpuSet> sharing, Fact<Long> bytes) {
        return new LogicalCpu(
                l.id(),
                l.packageId(),
                l.packageCpus(),
                l.dieId(),
                l.coreId(),
                l.threadSiblings(),
                id,
                sharing,
                bytes,
                l.node(),
                l.highestPerf());
    }

    static LogicalCpu node(LogicalCpu l, Fact<Integer> node) {
        return new LogicalCpu(
                l.id(),
                l.packageId(),
                l.packageCpus(),
                l.dieId(),
                l.coreId(),
                l.threadSiblings(),
                l.l3Id(),
                l.l3Sharing(),
                l.l3Bytes(),
                node,
                l.highestPerf());
    }

    static LogicalCpu perf(LogicalCpu l, Fact<Integer> perf) {
        return new LogicalCpu(
                l.id(),
                l.packageId(),
                l.packageCpus(),
                l.dieId(),
                l.coreId(),
                l.threadSiblings(),
                l.l3Id(),
                l.l3Sharing(),
                l.l3Bytes(),
                l.node(),
                perf);
    }

    /// Sizes in MiB of the L3 caches by their number.
    static Consumer<TestHost> caches(int... mebibytes) {
        return each(l -> l3(l, l.l3Id(), l.l3Sharing(), l.l3Id().map(id -> (long) mebibytes[id] << 20)));
    }

    /// How fast the cores get, by the number of the core.
    static Consumer<TestHost> perf(int... perf) {
        return each(l -> perf(
                l,
                Fact.known(
                        perf[l.id() % perf.length],
                        "/sys/devices/system/cpu/cpu" + l.id() + "/acpi_cppc/highest_perf")));
    }

    /// The NUMA node of each CPU, by its number.
    static Consumer<TestHost> nodes(Function<Integer, Integer> node) {
        return each(l -> node(
                l, Fact.known(node.apply(l.id()), "/sys/devices/system/node/node" + node.apply(l.id()) + "/cpulist")));
    }

    /// The tuned domain with other vCPUs.
    ///
    /// @param inside what stands in `<cpu>` in place of the topology; blank for none
    /// @param pins the host CPUs of each vCPU; `-` for one that is disabled, blank for one that floats
    static Domain vm(String inside, String... pins) {
        List<String> lines = new ArrayList<>();
        List<String> enabled = new ArrayList<>();
        for (int vcpu = 0; vcpu < pins.length; vcpu++) {
            enabled.add("<vcpu id='" + vcpu + "' enabled='" + (pins[vcpu].equals("-") ? "no" : "yes") + "'/>");
            if (!pins[vcpu].isEmpty()) {
                // a pin of a disabled vCPU must not count
                lines.add(
                        "<vcpupin vcpu='" + vcpu + "' cpuset='" + (pins[vcpu].equals("-") ? "0" : pins[vcpu]) + "'/>");
            }
        }
        return Case.tuned(
                "<vcpupin vcpu='0' cpuset='4'/>",
                "",
                "<vcpupin vcpu='1' cpuset='12'/>",
                "",
                "<vcpupin vcpu='2' cpuset='5'/>",
                "",
                "<vcpupin vcpu='3' cpuset='13'/>",
                "",
                "<vcpu placement='static'>4</vcpu>",
                "<vcpu>" + pins.length + "</vcpu><vcpus>" + String.join("", enabled) + "</vcpus>",
                TOPOLOGY,
                inside,
                "<emulatorpin",
                String.join("", lines) + "<emulatorpin");
    }

    /// A hook script of libvirt's, by its path below the folder of hooks.
    static Consumer<TestHost> hook(String path, String text) {
        return hook(path, 0755, text);
    }

    static Consumer<TestHost> hook(String path, int mode, String text) {
        return h -> {
            String file = "/etc/libvirt/hooks/" + path;
            List<Hook> hooks = new ArrayList<>(h.virtualization.hooks());
            hooks.add(new Hook(file, Fact.known(new FileMode(mode, 0, 0), file), Fact.known(text, file)));
            h.virtualization = virtualization(h.virtualization, h.virtualization.domains(), hooks);
        };
    }

    /// Another domain that the machine has.
    static Consumer<TestHost> domain(String name) {
        return h -> {
            List<DomainFile> domains = new ArrayList<>(h.virtualization.domains());
            domains.add(
                    new DomainFile(name, Fact.unreadable("/etc/libvirt/qemu/" + name + ".xml", "not in this test")));
            h.virtualization = virtualization(h.virtualization, domains, h.virtualization.hooks());
        };
    }

    private static Virtualization virtualization(Virtualization v, List<DomainFile> domains, List<Hook> hooks) {
        return new Virtualization(
                domains,
                v.running(),
                v.processes(),
                v.daemons(),
                hooks,
                v.qemuConf(),
                v.firmware(),
                v.firmwareFiles(),
                v.swtpm(),
                v.kvm(),
                v.lookingGlass(),
                v.groups(),
                v.logs());
    }

    static String topology(int sockets, int dies, int cores, int threads) {
        return "<topology sockets='" + sockets + "' dies='" + dies + "' cores='" + cores + "' threads='" + threads
                + "'/>";
    }
}
