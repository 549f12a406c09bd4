package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Disk;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Rules about the host around the VM.
final class HostRules {
    private static final String VULNERABILITIES = "/sys/devices/system/cpu/vulnerabilities/";
    private static final Pattern IDLE_BUILD = Pattern.compile("(?i)\\b2[45]H2\\b");
    private static final Pattern OTHER_BUILD = Pattern.compile("(?i)\\b2[1-3]H2\\b");

    private HostRules() {}

    static List<Rule> all() {
        return List.of(FTPM_RNG, VMSCAPE_IO, SRSO_IBPB, WIN24H2_IDLE);
    }

    private static final Rule VMSCAPE_IO = Rule.of(
                    "vmscape-io", Category.HOST, Severity.MEDIUM, Need.DOMAIN, Need.VULNERABILITIES)
            .title("Emulated devices cost a branch predictor flush per access")
            .effect("The host flushes it each time a vCPU leaves for QEMU, and emulated devices do that all the time.")
            .fix("Move disks and network to virtio, with an iothread and vhost; keep the mitigation.")
            .source("Linux Documentation/admin-guide/hw-vuln/vmscape.rst")
            .when(HostRules::vmscape);

    private static void vmscape(Host host, Domain domain, Examination notes) {
        List<String> disks = domain.disks().stream()
                .filter(Disk::emulated)
                .map(d -> d.path() + "/target/@bus")
                .toList();
        List<Element> nics = domain.root().all("devices/interface/model").stream()
                .filter(m ->
                        m.attribute("type").filter(DeviceRules::emulatedCard).isPresent())
                .toList();
        if (disks.isEmpty() && nics.isEmpty()) {
            return;
        }
        HostFacts.vulnerability(host, "vmscape", notes)
                .filter(v -> v.contains("IBPB before exit to userspace"))
                .ifPresent(v -> {
                    notes.found(VULNERABILITIES + "vmscape", v, "few exits to QEMU");
                    disks.forEach(d -> notes.found(d, "emulated", "virtio"));
                    nics.forEach(m -> notes.found(m.path() + "/@type", "emulated", "virtio"));
                });
    }

    private static final Rule SRSO_IBPB = Rule.of("srso-ibpb", Category.HOST, Severity.MEDIUM, Need.VULNERABILITIES)
            .title("Return stack overflow is mitigated the expensive way, or without microcode")
            .effect("With IBPB each exit flushes the branch predictor; without microcode guests are not kept apart.")
            .fix("Update microcode and firmware, and leave spec_rstack_overflow at its default, safe-ret.")
            .source("Linux Documentation/admin-guide/hw-vuln/srso.rst")
            .when((host, _, notes) -> HostFacts.vulnerability(host, "spec_rstack_overflow", notes)
                    .filter(v ->
                            v.contains("IBPB") || v.toLowerCase(Locale.ROOT).contains("no microcode"))
                    // A machine that is itself a VM gets its microcode from its own host, and is not told.
                    .filter(_ -> !HostFacts.flag(host, "hypervisor", notes))
                    .ifPresent(v -> notes.found(
                            VULNERABILITIES + "spec_rstack_overflow", v, "Mitigation: Safe RET, with microcode")));

    private static final Rule WIN24H2_IDLE = Rule.of(
                    "win24h2-idle", Category.HOST, Severity.INFORMATION, Need.DOMAIN, Need.GUEST)
            .title("Windows 11 from 24H2 on keeps an idle VM busy")
            .effect("The host shows load while the guest idles; the reports are open upstream.")
            .fix("Nothing to tune: do not look for the cause in pins or clocks.")
            .source("QEMU issues 3154 and 3256")
            .when(HostRules::win24h2);

    private static void win24h2(Host host, Domain domain, Examination notes) {
        Optional<String> release = WindowsRelease.of(domain);
        if (domain.windows().isEmpty() || release.filter(r -> !r.equals("11")).isPresent()) {
            return;
        }
        List<Element> texts = WindowsRelease.texts(domain);
        Optional<Element> named = texts.stream()
                .filter(t -> IDLE_BUILD.matcher(t.content()).find())
                .findFirst();
        if (named.isPresent() && release.isPresent()) {
            notes.found(named.get().path(), named.get().content(), "nothing else");
        } else if (texts.stream()
                .noneMatch(t -> OTHER_BUILD.matcher(t.content()).find())) {
            notes.missing(
                    "name, title or description",
                    release.isEmpty()
                            ? "it is not said which Windows this is"
                            : "which build of Windows 11 this is: write 24H2 or 23H2 there");
        }
    }

    private static final Rule FTPM_RNG = Rule.of(
                    "ftpm-rng", Category.HOST, Severity.MEDIUM, Need.PROCESSOR, Need.HARDWARE_RANDOM, Need.RELEASE)
            .versions("Linux 6.1 to 6.4; mended in 6.1.46 and 6.4.11")
            .title("The kernel draws random numbers from the processor's firmware TPM")
            .effect("With older firmware the whole machine stops for a second or two each time.")
            .fix("Run Linux 6.5 or later, and firmware with AGESA 1.2.0.7 or later;" + " or turn the firmware TPM off.")
            .risk("Turning the TPM off loses the keys in it, BitLocker's too.")
            .source("Linux commits b006c439d58d and 554b841d4703")
            .when(HostRules::ftpm);

    /// A TPM of its own on the board is of the same name; the kernels that know the difference do not use the other.
    private static void ftpm(Host host, Domain domain, Examination notes) {
        if (HostFacts.amd(host, notes)
                && notes.read(host.kernel().hardwareRandom())
                        .filter(r -> r.startsWith("tpm-rng-"))
                        .isPresent()
                && HostFacts.kernel(host, notes).filter(HostRules::drawsFromTpm).isPresent()) {
            notes.possible(
                    host.kernel().hardwareRandom().source(),
                    host.kernel().hardwareRandom().get().orElseThrow(),
                    "another source, or Linux 6.5 or later");
        }
    }

    private static boolean drawsFromTpm(KernelVersion version) {
        boolean mended = (!version.before(6, 1, 46) && version.before(6, 2)) || !version.before(6, 4, 11);
        return !version.before(6, 1) && !mended;
    }
}
