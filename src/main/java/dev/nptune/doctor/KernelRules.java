package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.KernelLog;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rules about defects and settings of the host's kernel.
final class KernelRules {
    private static final int FAMILY_19H = 0x19;
    private static final int FAMILY_1AH = 0x1a;
    private static final String VLS = "v_vmsave_vmload";
    private static final Pattern CANDIDATE = Pattern.compile("[-.]rc(\\d{1,2})\\b");
    private static final Pattern VCPU_TRAPPED = Pattern.compile("CPU \\d+/KVM.*\\bsplit_lock trap");
    private static final List<KernelVersion> LOSE_THE_CARD =
            List.of(new KernelVersion(6, 14, 2), new KernelVersion(6, 12, 23));

    private KernelRules() {}

    static List<Rule> all() {
        return List.of(ZEN5_BUSLOCK, ZEN4_VLS, RESET_REGRESS, SPLIT_LOCK, NX_HUGEPAGES);
    }

    private static void possible(Host host, String wanted, Examination notes) {
        Fact<String> release = host.kernel().release();
        notes.possible(release.source(), release.get().orElseThrow(), wanted);
    }

    private static final Rule ZEN5_BUSLOCK = Rule.of(
                    "zen5-buslock", Category.KERNEL, Severity.CRITICAL, Need.PROCESSOR, Need.RELEASE, Need.COMMAND_LINE)
            .versions("Linux 6.13.0 to 6.13.6, 6.14-rc1 to -rc5")
            .title("This kernel leaves its bus-lock trap on in guests of Zen 5")
            .effect("The guest gets debug exceptions it did not ask for and crashes.")
            .fix("Run Linux 6.13.7 or later, or boot with split_lock_detect=off.")
            .source("Linux commit 433265870ab3")
            .when(KernelRules::zen5BusLock);

    private static void zen5BusLock(Host host, Domain domain, Examination notes) {
        if (HostFacts.amd(host, notes)
                && notes.read(host.cpu().family()).filter(f -> f == FAMILY_1AH).isPresent()
                && HostFacts.kernel(host, notes)
                        .filter(v -> leavesBusLockTrap(
                                v, host.kernel().release().get().orElseThrow()))
                        .isPresent()
                && notes.read(host.kernel().parameters())
                        .filter(c -> c.last("split_lock_detect")
                                .filter("off"::equals)
                                .isEmpty())
                        .isPresent()) {
            possible(host, "6.13.7 or later", notes);
        }
    }

    private static boolean leavesBusLockTrap(KernelVersion version, String release) {
        Matcher candidate = CANDIDATE.matcher(release);
        boolean early = version.equals(new KernelVersion(6, 14, 0))
                && candidate.find()
                && Integer.parseInt(candidate.group(1)) <= 5;
        return early || (!version.before(6, 13) && version.before(6, 13, 7));
    }

    private static final Rule ZEN4_VLS = Rule.of(
                    "zen4-vls", Category.KERNEL, Severity.CRITICAL, Need.DOMAIN, Need.PROCESSOR, Need.MODULES)
            .versions("Linux before 6.12, and series without its fix; one with it hides the flag " + VLS)
            .title("A guest that runs VMs can reboot this host (Zen 4 erratum)")
            .effect("The host restarts at random while the guest uses Hyper-V, WSL2 or Memory Integrity.")
            .fix("Run Linux 6.12 or later, or load kvm_amd with vls=0; or <feature policy='disable' name='svm'/>.")
            .risk("vls=0 makes nested VMs a little slower.")
            .source("Linux commit a5ca1dc46a6b")
            .when(KernelRules::zen4Vls);

    private static void zen4Vls(Host host, Domain domain, Examination notes) {
        if (!GuestCpu.nests(domain, "svm")
                || !HostFacts.amd(host, notes)
                || !isZen4Client(host, notes)
                || !HostFacts.flag(host, VLS, notes)) {
            return;
        }
        if (HostFacts.loadedParameter(host, "kvm_amd", "nested", notes)
                .filter(HostFacts::isTrue)
                .isEmpty()) {
            return;
        }
        Optional<String> vls = HostFacts.parameter(host, "kvm_amd", "vls", notes);
        if (notes.missing().isEmpty() && vls.filter(HostFacts::isFalse).isEmpty()) {
            notes.found(host.cpu().flags().source(), VLS, "no " + VLS + " on this processor");
        }
    }

    /// Storm Peak, Raphael and Phoenix, as the kernel counts them.
    private static boolean isZen4Client(Host host, Examination notes) {
        return notes.read(host.cpu().family()).filter(f -> f == FAMILY_19H).isPresent()
                && notes.read(host.cpu().model())
                        .filter(m -> (m >= 0x18 && m <= 0x1f) || (m >= 0x60 && m <= 0x7f))
                        .isPresent();
    }

    private static final Rule RESET_REGRESS = Rule.of(
                    "reset-regress", Category.KERNEL, Severity.HIGH, Need.DOMAIN, Need.RELEASE, Need.PCI)
            .versions("Linux 6.14.2 and 6.12.23")
            .title("This kernel may lose a passed graphics card when the VM restarts")
            .effect("The card is dead until the host restarts (reported with a GTX 1080).")
            .fix("Run the release before or after this one.")
            .source("zen-kernel issue 380")
            .when((host, domain, notes) -> {
                if (!domain.hostdevs().isEmpty()
                        && HostFacts.kernel(host, notes)
                                .filter(LOSE_THE_CARD::contains)
                                .isPresent()
                        && !HostFacts.passedDisplays(host, domain, notes).isEmpty()) {
                    possible(host, "another release", notes);
                }
            });

    private static final Rule NX_HUGEPAGES = Rule.of(
                    "nx-hugepages", Category.KERNEL, Severity.LOW, Need.MODULES, Need.VULNERABILITIES)
            .title("KVM splits huge pages that hold code, which this processor does not need")
            .effect("Guest code runs from 4 KiB pages, and a thread that merges them again causes jitter.")
            .fix("Drop nx_huge_pages from the kvm options; its default is right on each processor.")
            .risk("None on a processor the kernel calls not affected; on others leave it on.")
            .when(KernelRules::nxHugePages);

    private static void nxHugePages(Host host, Domain domain, Examination notes) {
        HostFacts.loadedParameter(host, "kvm", "nx_huge_pages", notes)
                .filter(HostFacts::isTrue)
                .ifPresent(on -> HostFacts.vulnerability(host, "itlb_multihit", notes)
                        .filter("Not affected"::equals)
                        .ifPresent(not -> {
                            notes.found(HostFacts.parameterPath("kvm", "nx_huge_pages"), on, "N");
                            notes.found(
                                    "/sys/devices/system/cpu/vulnerabilities/itlb_multihit", not, "nothing to split");
                        }));
    }

    private static final Rule SPLIT_LOCK = Rule.of(
                    "split-lock", Category.KERNEL, Severity.HIGH, Need.LOG, Need.SPLIT_LOCK, Need.RELEASE)
            .versions("Linux from 5.19 on; kernel.split_lock_mitigate from 6.2 on")
            .title("The kernel puts vCPUs to sleep for locks across two cache lines")
            .effect("At least 10 ms per such lock, and all other vCPUs that meet one wait in a queue.")
            .fix("kernel.split_lock_mitigate=0 (sysctl), before Linux 6.2 split_lock_detect=off.")
            .risk("A program in the guest can slow down memory for the whole machine.")
            .source("Proxmox VE wiki, \"Split lock detection\"")
            .when(KernelRules::splitLock);

    private static void splitLock(Host host, Domain domain, Examination notes) {
        List<String> lines = HostFacts.logged(host, KernelLog.Category.SPLIT_LOCK, VCPU_TRAPPED, notes).stream()
                .map(KernelLog.Line::text)
                .toList();
        if (lines.isEmpty()) {
            return;
        }
        Fact<Integer> mitigate = host.kernel().splitLockMitigate();
        boolean sleeps = mitigate instanceof Fact.Absent<Integer>
                ? HostFacts.kernel(host, notes).filter(v -> !v.before(5, 19)).isPresent()
                : notes.read(mitigate).filter(m -> m != 0).isPresent();
        if (sleeps) {
            HostFacts.lines(host.kernel().log().source(), lines, "no trap of a vCPU", notes);
            notes.found(mitigate.source(), mitigate.get().map(String::valueOf).orElse("(absent)"), "0");
        }
    }
}
