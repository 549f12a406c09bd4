package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.host.KernelLog;
import dev.nptune.host.PciAddress;
import dev.nptune.host.Virtualization;
import dev.nptune.host.ZenGeneration;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Rules about crashes and their traces in the log.
final class CrashRules {
    private static final String QEMU_LOGS = "/var/log/libvirt/qemu";

    /// QEMU only warns of mappings that it can do without.
    private static final Pattern NOT_MAPPED =
            Pattern.compile("(?i)vfio.*(?:dma_map|map_dma).*(?:= -22\\b|Invalid argument)");

    private static final Pattern UNHANDLED_MSR = Pattern.compile("unhandled (?:rdmsr|wrmsr)");
    private static final Pattern MACHINE_CHECK =
            Pattern.compile("^mce: .*\\[Hardware Error]|\\[Hardware Error]: .*\\bMC\\d+_STATUS");
    private static final Pattern FATAL = Pattern.compile("\\((?:Non-)?Fatal\\)|\\bCmpltTO\\b");
    private static final Pattern REFUSED = Pattern.compile("IO_PAGE_FAULT|IOTLB_INV_TIMEOUT");
    private static final Pattern NO_ANSWER = Pattern.compile("(?i)Completion-Wait loop timed out");
    private static final Pattern ANY = Pattern.compile("");
    private static final Pattern ADDRESS = Pattern.compile("\\b(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]\\b");

    private CrashRules() {}

    static List<Rule> all() {
        return List.of(DMA_LIMIT, GPU_BUS_ERRORS, ZEN1_IDLE, MACHINE_CHECKS, UNHANDLED_MSRS);
    }

    private static List<String> logged(Host host, KernelLog.Category category, Pattern pattern, Examination notes) {
        return HostFacts.logged(host, category, pattern, notes).stream()
                .map(KernelLog.Line::text)
                .toList();
    }

    private static final Rule DMA_LIMIT = Rule.of(
                    "dma-limit", Category.CRASH, Severity.CRITICAL, Need.DOMAIN, Need.QEMU_LOG)
            .title("The guest puts a passed device's memory where the IOMMU cannot reach")
            .effect("The VM does not start, or the device does not work in it.")
            .fix("In <cpu>: <maxphysaddr mode='passthrough' limit='39'/> (libvirt 9.3 or later);"
                    + " the width stands in /sys/class/iommu/dmar0/intel-iommu/cap.")
            .source("QEMU docs/igd-assign.txt")
            .when(CrashRules::dmaLimit);

    private static void dmaLimit(Host host, Domain domain, Examination notes) {
        if (domain.hostdevs().isEmpty()) {
            return;
        }
        List<Virtualization.QemuLog> logs = host.virtualization().logs().stream()
                .filter(l -> l.domain().equals(domain.name()))
                .toList();
        if (logs.isEmpty()) {
            notes.missing(QEMU_LOGS, HostFacts.why(host, QEMU_LOGS, "there is no log of this VM"));
        }
        logs.forEach(log -> HostFacts.lines(
                log.lines().source(),
                notes.read(log.lines()).orElse(List.of()).stream()
                        .filter(l -> NOT_MAPPED.matcher(l).find() && !l.contains("warning:"))
                        .toList(),
                "none",
                notes));
    }

    private static final Rule GPU_BUS_ERRORS = Rule.of(
                    "gpu-bus-errors", Category.CRASH, Severity.HIGH, Need.DOMAIN, Need.LOG)
            .title("The bus to a passed device fails")
            .effect("Lock-ups under load, of the kind of 3DMark.")
            .fix("One at a time: stock clocks, another riser or none, PCIe Gen3 in the firmware, pcie_aspm=off,"
                    + " another power supply.")
            .risk("Change one thing at a time, or you learn nothing.")
            .source("gnif/vendor-reset issue 72 (AER)")
            .when(CrashRules::gpuBusErrors);

    private static void gpuBusErrors(Host host, Domain domain, Examination notes) {
        if (domain.hostdevs().isEmpty()) {
            return;
        }
        List<String> lines = Stream.of(
                        logged(host, KernelLog.Category.AER, FATAL, notes).stream()
                                .filter(l -> namesPassed(l, domain)),
                        logged(host, KernelLog.Category.AMD_VI, REFUSED, notes).stream()
                                .filter(l ->
                                        namesPassed(l, domain) || addresses(l).isEmpty()),
                        logged(host, KernelLog.Category.AMD_VI, NO_ANSWER, notes).stream())
                .flatMap(s -> s)
                .toList();
        HostFacts.lines(host.kernel().log().source(), lines, "none", notes);
    }

    private static boolean namesPassed(String line, Domain domain) {
        return addresses(line).stream()
                .anyMatch(a ->
                        domain.hostdevs().stream().anyMatch(d -> d.address().sameDevice(a)));
    }

    private static List<PciAddress> addresses(String line) {
        return ADDRESS.matcher(line)
                .results()
                .map(m -> PciAddress.parse(m.group()))
                .toList();
    }

    private static final Rule MACHINE_CHECKS = Rule.of("machine-check", Category.CRASH, Severity.HIGH, Need.LOG)
            .title("The processor reports hardware errors")
            .effect("Crashes that are blamed on the VM come from the hardware.")
            .fix("Undo overclocking, PBO, undervolting and EXPO/XMP; update the firmware; test the memory.")
            .when((host, _, notes) -> HostFacts.lines(
                    host.kernel().log().source(),
                    logged(host, KernelLog.Category.MCE, MACHINE_CHECK, notes),
                    "none",
                    notes));

    private static final Rule UNHANDLED_MSRS = Rule.of(
                    "unhandled-msr", Category.CRASH, Severity.MEDIUM, Need.LOG, Need.MODULES)
            .title("A guest asked for processor registers that KVM does not have")
            .effect("KVM answers with a fault. Windows mostly bears it; a driver that does not ends in a blue screen.")
            .fix("Only if the guest crashes: kvm.ignore_msrs=1 and kvm.report_ignored_msrs=0.")
            .risk("Wrong answers take the fault's place: other bugs are masked.")
            .source("gacybercenter/kinetic issue 12")
            .when(CrashRules::unhandledMsrs);

    private static void unhandledMsrs(Host host, Domain domain, Examination notes) {
        Optional<String> ignored = HostFacts.loadedParameter(host, "kvm", "ignore_msrs", notes);
        if (ignored.filter(HostFacts::isFalse).isPresent()) {
            logged(host, KernelLog.Category.KVM, UNHANDLED_MSR, notes).stream()
                    .distinct()
                    .limit(HostFacts.MOST_LINES)
                    .forEach(l -> notes.possible(host.kernel().log().source(), l, "no crash of the guest with it"));
        }
    }

    private static final Rule ZEN1_IDLE = Rule.of(
                    "zen1-idle", Category.CRASH, Severity.HIGH, Need.PROCESSOR, Need.LOG, Need.COMMAND_LINE)
            .title("CPUs of a first-generation Ryzen lock up")
            .effect("These processors may freeze in deep idle states: the host stops, mostly while nothing runs.")
            .fix("\"Power Supply Idle Control: Typical Current Idle\" in the firmware, or boot with"
                    + " processor.max_cstate=5.")
            .risk("More power in idle.")
            .source("bugzilla.kernel.org 196683")
            .when(CrashRules::zen1Idle);

    /// The firmware's setting cannot be seen, and lock-ups have other causes too.
    private static void zen1Idle(Host host, Domain domain, Examination notes) {
        if (!HostFacts.amd(host, notes)) {
            return;
        }
        notes.read(host.cpu().family());
        notes.read(host.cpu().model());
        if (ZenGeneration.of(host.cpu()).filter(z -> z == ZenGeneration.ZEN).isEmpty()) {
            return;
        }
        List<String> lines = logged(host, KernelLog.Category.LOCKUP, ANY, notes);
        if (!lines.isEmpty()
                && notes.read(host.kernel().parameters())
                        .filter(c -> !c.has("processor.max_cstate"))
                        .isPresent()) {
            lines.stream()
                    .distinct()
                    .limit(HostFacts.MOST_LINES)
                    .forEach(l -> notes.possible(host.kernel().log().source(), l, "none"));
        }
    }
}
