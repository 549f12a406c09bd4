package dev.nptune.doctor;

import dev.nptune.host.CommandLine;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.vm.Disk;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Common advice that does not hold, where somebody followed it.
///
/// What a myth costs is mostly nothing; it is named so that nobody builds on it.
final class MythRules {
    private static final int NVIDIA = 0x10de;
    private static final int ZEN_5_FAMILY = 0x1a;
    private static final KernelVersion AVIC_WITHOUT_NESTED = new KernelVersion(5, 6, 0);
    private static final KernelVersion AVIC_WITH_NESTED = new KernelVersion(5, 19, 0);
    private static final KernelVersion X2APIC_SOUND = new KernelVersion(6, 0, 0);
    private static final Set<String> PARAVIRTUAL = Set.of("hint-dedicated", "poll-control", "pv-ipi");

    private MythRules() {}

    static List<Rule> all() {
        return List.of(
                AMD_IOMMU_ON,
                IOMMU_PT,
                NPT_0,
                HIDDEN,
                HIDE_HYPERVISOR,
                SPLIT_LOCK_AMD,
                NESTED_0,
                X2APIC,
                NO_HZ,
                STATIC_2M,
                DISK_BENCHMARK,
                KVM_PV,
                EVMCS,
                ALL_CORES,
                SPOOF);
    }

    private static Rule.Builder myth(String id, Need... needs) {
        return Rule.of(id, Category.MYTH, Severity.INFORMATION, needs);
    }

    private static final Rule AMD_IOMMU_ON = myth("m-amd-iommu-on", Need.COMMAND_LINE)
            .title("amd_iommu=on does nothing")
            .effect("The kernel has no such value: it logs an unknown option and goes on. AMD's IOMMU is on by itself.")
            .fix("Delete it. If there are no IOMMU groups, turn the IOMMU on in the firmware.")
            .source("Linux kernel-parameters.txt, amd_iommu=")
            .when((host, _, notes) -> HostFacts.onCommandLine(
                    host, notes, p -> p.is("amd_iommu") && values(p).contains("on"), "(absent)"));

    private static final Rule IOMMU_PT = myth("m-iommu-pt", Need.COMMAND_LINE)
            .title("iommu=pt does not speed up the guest")
            .effect("It spares translation to devices that the host keeps; a passed device is translated either way.")
            .fix("Keep it or delete it; expect no frames from it.")
            .when((host, _, notes) -> HostFacts.onCommandLine(
                    host, notes, p -> p.is("iommu") && values(p).contains("pt"), "kept for the host's sake only"));

    private static List<String> values(CommandLine.Parameter parameter) {
        return Arrays.asList(parameter.value().orElse("").split(","));
    }

    private static final Rule NPT_0 = myth("m-npt0", Need.RELEASE, Need.COMMAND_LINE, Need.MODULES)
            .title("npt=0 no longer helps graphics")
            .versions("Linux from 4.15, 4.14.3, 4.9.66, 4.4.103 on")
            .effect("It worked around a flaw that this kernel no longer has, and costs far more than the flaw did.")
            .fix("Delete npt=0 wherever it is set.")
            .source("Linux commit 15038e147247; Level1Techs, \"Patch NPT on Ryzen for Better Performance\"")
            .when(MythRules::npt0);

    private static void npt0(Host host, Domain domain, Examination notes) {
        Predicate<CommandLine.Parameter> off =
                p -> p.is("kvm_amd.npt") && HostFacts.isFalse(p.value().orElse(""));
        List<Evidence> lines = HostFacts.options(host, "kvm_amd", "npt")
                .flatMap(o -> o.options().stream()
                        .filter(w -> w.startsWith("npt=") && HostFacts.isFalse(w.substring("npt=".length())))
                        .map(w -> new Evidence(o.file() + ":" + o.line(), w, "(absent)")))
                .toList();
        boolean set = HostFacts.commandLine(host, notes).parameters().stream().anyMatch(off);
        if ((set || !lines.isEmpty())
                && HostFacts.kernel(host, notes)
                        .filter(v -> !KvmRules.ignoresGuestPat(v))
                        .isPresent()) {
            HostFacts.onCommandLine(host, notes, off, "(absent)");
            lines.forEach(e -> notes.found(e.where(), e.found(), e.wanted()));
        }
    }

    private static final Rule HIDDEN = myth("m-hidden", Need.DOMAIN, Need.PCI)
            .title("NVIDIA's driver no longer needs KVM hidden")
            .effect("Since version 465 GeForce drivers start in a VM; hiding KVM takes its clock from Linux guests.")
            .fix("Delete <hidden state='on'/> and <vendor_id/>, unless the guest has a driver older than 2021.")
            .source("linuxiac.com on GeForce driver 465")
            .when(MythRules::hidden);

    private static void hidden(Host host, Domain domain, Examination notes) {
        List<Element> hiding = domain.root().all("features").stream()
                .flatMap(f ->
                        Arrays.asList("kvm/hidden", "hyperv/vendor_id").stream().flatMap(path -> f.all(path).stream()))
                .filter(e -> e.has("state", "on"))
                .toList();
        if (hiding.isEmpty()
                || domain.hostdevs().stream()
                        .flatMap(d -> HostFacts.passed(host, d, notes).stream())
                        .noneMatch(f -> f.isDisplay() && f.vendorId() == NVIDIA)) {
            return;
        }
        hiding.forEach(e -> notes.found(e.path() + "/@state", "on", "(absent)"));
    }

    private static final Rule HIDE_HYPERVISOR = myth("m-hide-hv", Need.DOMAIN)
            .title("Hiding the hypervisor makes the guest slower, not faster")
            .effect("Windows that sees no hypervisor uses no enlightenment: clocks, timers and IPIs leave the guest.")
            .fix("Delete the feature element.")
            .source("Microsoft, Hypervisor Top Level Functional Specification, \"Feature Discovery\"")
            .when((_, domain, notes) -> domain.feature("hypervisor")
                    .filter(f -> f.off())
                    .ifPresent(f -> notes.found(f.path() + "/@policy", f.policy(), "(absent)")));

    private static final Rule SPLIT_LOCK_AMD = myth("m-splitlock-amd", Need.COMMAND_LINE, Need.PROCESSOR)
            .title("split_lock_detect=off does nothing on this processor")
            .effect("AMD has no split-lock check, only the bus-lock trap, and that from Zen 5 on.")
            .fix("Delete it.")
            .source("Linux kernel-parameters.txt, split_lock_detect=")
            .when((host, _, notes) -> {
                if (HostFacts.amd(host, notes)
                        && notes.read(host.cpu().family())
                                .filter(f -> f < ZEN_5_FAMILY)
                                .isPresent()) {
                    HostFacts.onCommandLine(
                            host,
                            notes,
                            p -> p.is("split_lock_detect") && values(p).contains("off"),
                            "(absent)");
                }
            });

    private static final Rule NESTED_0 = myth("m-nested0", Need.PROCESSOR, Need.RELEASE, Need.MODULES)
            .title("AVIC does not need nested=0 on this kernel")
            .versions("Linux from 5.19 on, and before 5.6")
            .effect("Only Linux 5.6 to 5.18 turned AVIC off for guests that may nest.")
            .fix("Drop nested=0 from the kvm_amd options if a guest is to run VMs, WSL2 or VBS.")
            .source("cloud-hypervisor pull request 5972")
            .when(MythRules::nested0);

    private static void nested0(Host host, Domain domain, Examination notes) {
        if (!HostFacts.amd(host, notes)) {
            return;
        }
        boolean unaffected = HostFacts.kernel(host, notes)
                .filter(v -> v.compareTo(AVIC_WITHOUT_NESTED) < 0 || v.compareTo(AVIC_WITH_NESTED) >= 0)
                .isPresent();
        Optional<String> avic = HostFacts.loadedParameter(host, "kvm_amd", "avic", notes);
        Optional<String> nested = HostFacts.loadedParameter(host, "kvm_amd", "nested", notes);
        if (unaffected
                && avic.filter(HostFacts::isTrue).isPresent()
                && nested.filter(HostFacts::isFalse).isPresent()) {
            notes.found(HostFacts.parameterPath("kvm_amd", "nested"), nested.get(), "1, or what the guest needs");
        }
    }

    private static final Rule X2APIC = myth("m-x2apic", Need.DOMAIN, Need.PROCESSOR, Need.RELEASE)
            .title("x2apic need not be taken from the guest on this kernel")
            .versions("Linux from 6.0 on")
            .effect("Before 6.0 AVIC fell back for guests with x2apic; since then it does not.")
            .fix("Delete the feature element.")
            .source("cloud-hypervisor pull request 5972")
            .when((host, domain, notes) -> domain.feature("x2apic")
                    .filter(f -> f.off())
                    .filter(_ -> HostFacts.amd(host, notes))
                    .filter(_ -> HostFacts.kernel(host, notes)
                            .filter(v -> v.compareTo(X2APIC_SOUND) >= 0)
                            .isPresent())
                    .ifPresent(f -> notes.found(f.path() + "/@policy", f.policy(), "(absent)")));

    private static final Rule NO_HZ = myth("m-nohz", Need.COMMAND_LINE)
            .title("nohz_full without isolated CPUs does nothing useful")
            .effect(
                    "It stops the tick only while a single task runs on a CPU, which other tasks there prevent; and each"
                            + " entry to the kernel costs more.")
            .fix("Delete it. It is meant for real-time and number crunching on isolated CPUs.")
            .source("Linux Documentation/timers/no_hz.rst")
            .when((host, _, notes) -> {
                if (!HostFacts.commandLine(host, notes).has("isolcpus")) {
                    HostFacts.onCommandLine(host, notes, p -> p.is("nohz_full"), "(absent)");
                }
            });

    private static final Rule STATIC_2M = myth("m-2M", Need.DOMAIN, Need.THP, Need.COMMAND_LINE)
            .title("Static 2 MiB pages are hardly faster than transparent ones")
            .effect("Transparent huge pages are 2 MiB too, and here everything gets them; the reserved memory is lost"
                    + " to the host while the VM is off.")
            .fix("Keep them to be sure of the pages, not for speed; 1 GiB pages are another matter.")
            .source("Red Hat developer blog on huge pages in VMs")
            .when(MythRules::static2m);

    private static void static2m(Host host, Domain domain, Examination notes) {
        if (!MemoryRules.sharedMemory(domain).isEmpty()) {
            return; // shared memory goes by another setting
        }
        domain.hugePages()
                .filter(h -> HostFacts.pageBytes(host, h, notes)
                        .filter(b -> b == HostFacts.TWO_MIB)
                        .isPresent())
                .ifPresent(h -> {
                    Fact<String> thp = host.memory().thpEnabled();
                    if (notes.read(thp).filter("always"::equals).isPresent()) {
                        notes.found(h.path(), "2 MiB pages", "no expectation of speed");
                        notes.found(thp.source(), "always", "this is enough for 2 MiB pages");
                    }
                });
    }

    private static final Rule DISK_BENCHMARK = myth("m-cdm", Need.DOMAIN)
            .title("A disk benchmark above what the drive can do measures the host's memory")
            .effect("With the host's page cache between, CrystalDiskMark and its like read and write host RAM.")
            .fix("Set cache='none' before measuring; lower numbers are the true ones.")
            .source("Level1Techs, \"Patch NPT on Ryzen for Better Performance\"")
            .when((_, domain, notes) -> domain.disks().stream()
                    .filter(Disk::throughHost)
                    .filter(d -> d.cache()
                            .filter(Set.of("writeback", "unsafe")::contains)
                            .isPresent())
                    .forEach(d ->
                            notes.found(d.path() + "/driver/@cache", d.cache().orElseThrow(), "none while measuring")));

    private static final Rule KVM_PV = myth("m-kvm-pv", Need.DOMAIN)
            .title("KVM's own hints do nothing for Windows")
            .effect("hint-dedicated, poll-control and pv-ipi are read by Linux guests alone.")
            .fix("Delete them; Windows has the Hyper-V enlightenments.")
            .when((_, domain, notes) -> {
                if (domain.windows().isPresent()) {
                    domain.root().all("features/kvm").stream()
                            .flatMap(kvm -> kvm.children().stream())
                            .filter(e -> PARAVIRTUAL.contains(e.name()) && e.has("state", "on"))
                            .forEach(e -> notes.found(e.path() + "/@state", "on", "(absent)"));
                }
            });

    private static final Rule EVMCS = myth("m-evmcs", Need.DOMAIN, Need.PROCESSOR)
            .title("hv-evmcs is Intel's alone")
            .effect("It speeds up VMs inside the guest on VT-x; AMD has no VMCS, and QEMU may refuse to start.")
            .fix("Delete <evmcs/>.")
            .source("QEMU docs/system/i386/hyperv.rst")
            .when((host, domain, notes) -> domain.root()
                    .find("features/hyperv/evmcs")
                    .filter(e -> e.has("state", "on"))
                    .filter(_ -> HostFacts.amd(host, notes))
                    .ifPresent(e -> notes.found(e.path() + "/@state", "on", "(absent)")));

    private static final Rule ALL_CORES = myth("m-allcores", Need.DOMAIN, Need.TOPOLOGY)
            .title("All CPUs for the guest do not make it fastest")
            .effect("The host and QEMU need CPUs too; what they take from vCPUs shows as stutter.")
            .fix("Leave the host one core, better two.")
            .source("gnif/LookingGlass install_libvirt.rst")
            .when((host, domain, notes) -> {
                int vcpus = domain.vcpus().enabled().size();
                Fact<CpuSet> online = host.cpu().online();
                notes.read(online)
                        .filter(cpus -> vcpus >= cpus.size())
                        .ifPresent(cpus -> notes.found(
                                domain.vcpus().path(),
                                Integer.toString(vcpus),
                                "fewer than the host's " + cpus.size()));
            });

    private static final Rule SPOOF = myth("m-spoof", Need.DOMAIN)
            .title("Copying the board's SMBIOS data changes no speed")
            .effect("None: names of board and maker are read by licences and anti-cheat, not by drivers.")
            .fix("Keep it where a licence needs it, else delete <smbios/>.")
            .when((_, domain, notes) -> domain.root()
                    .find("os/smbios")
                    .filter(e -> e.has("mode", "host") || e.has("mode", "sysinfo"))
                    .ifPresent(e -> notes.found(
                            e.path() + "/@mode", e.attribute("mode").orElseThrow(), "no expectation of speed")));
}
