package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.host.InspectedVm;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Rules about the kvm modules.
final class KvmRules {
    private static final KernelVersion GPAT_FIXED = new KernelVersion(4, 15, 0);
    private static final List<KernelVersion> GPAT_BACKPORTS =
            List.of(new KernelVersion(4, 14, 3), new KernelVersion(4, 9, 66), new KernelVersion(4, 4, 103));

    /// Releases of Ubuntu's builds of the unchanged kernel: what the version says is certain.
    private static final Pattern MAINLINE_BUILD = Pattern.compile("[0-9.]+-[0-9]{6}-(?:generic|lowlatency)");

    private KvmRules() {}

    static List<Rule> all() {
        return List.of(NPT_GPAT, NPT_OFF, HALT_POLL);
    }

    private static final Rule NPT_GPAT = Rule.of(
                    "npt-gpat", Category.KVM, Severity.CRITICAL, Need.DOMAIN, Need.PROCESSOR, Need.RELEASE, Need.PCI)
            .versions("Linux before 4.15; fixed in 4.14.3, 4.9.66, 4.4.103")
            .title("This kernel may ignore the guest's memory types under nested paging")
            .effect("With NPT on, the graphics driver's write-combining memory is uncached or wrongly cached:"
                    + " about 20 fps where a patched kernel gives 70 (single-user report).")
            .fix("Run Linux 4.15 or later, or a 4.14.3, 4.9.66 or 4.4.103 kernel, or patch kvm-amd;"
                    + " until then leave NPT as it is.")
            .source("Linux commit 15038e147247; Level1Techs, \"Patch NPT on Ryzen for Better Performance\"")
            .when(KvmRules::nptGpat);

    private static void nptGpat(Host host, Domain domain, Examination notes) {
        if (domain.hostdevs().isEmpty() || !HostFacts.amd(host, notes)) {
            return;
        }
        Optional<InspectedVm> seen = host.inspected().stream()
                .filter(vm -> vm.name().equals(domain.name()) && vm.nestedPaging())
                .findFirst();
        if (seen.isPresent()) {
            seen.filter(InspectedVm::patIgnored)
                    .ifPresent(vm -> notes.found(
                            vm.vmcb() + " g_pat",
                            vm.patInForce(),
                            vm.patAsked().get().orElse("what the guest wrote")));
            return;
        }
        HostFacts.kernel(host, notes)
                .filter(KvmRules::ignoresGuestPat)
                .filter(_ -> !HostFacts.passedDisplays(host, domain, notes).isEmpty())
                .ifPresent(_ -> {
                    String release = host.kernel().release().get().orElseThrow();
                    String source = host.kernel().release().source();
                    String wanted = "4.15 or later, or a kernel with the fix";
                    if (MAINLINE_BUILD.matcher(release).matches()) {
                        notes.found(source, release, wanted);
                    } else {
                        notes.possible(source, release, wanted);
                    }
                });
    }

    static boolean ignoresGuestPat(KernelVersion version) {
        return version.compareTo(GPAT_FIXED) < 0
                && GPAT_BACKPORTS.stream().noneMatch(b -> b.sameSeries(version) && b.compareTo(version) <= 0);
    }

    private static final Rule NPT_OFF = Rule.of(
                    "npt-off", Category.KVM, Severity.CRITICAL, Need.PROCESSOR, Need.MODULES)
            .after("npt-gpat")
            .title("Nested page tables are off")
            .effect("KVM keeps shadow page tables in software: every change the guest makes to its own page tables"
                    + " leaves the guest. Games stutter; 60 fps \"felt like 30\" (single-user report).")
            .fix("Drop npt=0 from the kvm_amd options and load the module again.")
            .risk("On kernels older than 4.15 look at npt-gpat first.")
            .source("Level1Techs, \"Patch NPT on Ryzen for Better Performance\"")
            .when(KvmRules::nptOff);

    private static void nptOff(Host host, Domain domain, Examination notes) {
        if (!HostFacts.amd(host, notes)) {
            return;
        }
        String path = HostFacts.parameterPath("kvm_amd", "npt");
        HostFacts.loadedParameter(host, "kvm_amd", "npt", notes)
                .filter(HostFacts::isFalse)
                .ifPresent(npt -> notes.found(path, npt, npt.equals("0") ? "1" : "Y"));
    }

    private static final Rule HALT_POLL = Rule.of("halt-poll", Category.KVM, Severity.LOW, Need.MODULES)
            .title("KVM waits for a sleeping vCPU not at all, or far too long")
            .effect("At 0 each wake-up goes through the host's scheduler; at more than a millisecond"
                    + " idle vCPUs burn whole host CPUs.")
            .fix("kvm.halt_poll_ns=200000, the default on x86.")
            .risk("Polling costs power.")
            .source("Linux Documentation/virt/kvm/halt-polling.rst")
            .when(KvmRules::haltPoll);

    private static void haltPoll(Host host, Domain domain, Examination notes) {
        HostFacts.loadedParameter(host, "kvm", "halt_poll_ns", notes)
                .filter(ns -> ns.equals("0") || isLong(ns))
                .ifPresent(ns -> notes.found(HostFacts.parameterPath("kvm", "halt_poll_ns"), ns, "200000"));
    }

    /// Above a millisecond; the kernel counts in 32 bits.
    private static boolean isLong(String nanoseconds) {
        return nanoseconds.matches("\\d{1,10}") && Long.parseLong(nanoseconds) > 1_000_000;
    }
}
