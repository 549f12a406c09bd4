package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.host.KernelLog;
import dev.nptune.vm.Domain;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// Rules about settings that trade safety for convenience.
final class SecurityRules {
    private static final String VFIO_TYPE1 = "vfio_iommu_type1";
    private static final String UNSAFE = "allow_unsafe_interrupts";

    private SecurityRules() {}

    static List<Rule> all() {
        return List.of(MITIGATIONS_OFF, ACS_OVERRIDE, ACS_ID_UNREAD, UNSAFE_IRQ);
    }

    private static final Rule MITIGATIONS_OFF = Rule.of(
                    "mitigations-off", Category.SECURITY, Severity.SECURITY, Need.COMMAND_LINE)
            .title("Mitigations of processor flaws are off")
            .effect("A guest can read memory of the host and of other guests.")
            .fix("Remove mitigations=off and measure: on current processors it buys little.")
            .risk("Some workloads lose a few percent.")
            .when((host, _, notes) -> onCommandLine(host, notes, "mitigations=off"::equals));

    private static final Rule ACS_OVERRIDE = Rule.of(
                    "acs-override", Category.SECURITY, Severity.SECURITY, Need.COMMAND_LINE)
            .title("IOMMU groups were split by override")
            .effect("The groups claim an isolation that nobody has proved: a passed device may reach its neighbours"
                    + " peer to peer, past the IOMMU.")
            .fix("Use slots with groups of their own and remove pcie_acs_override.")
            .risk("The groups merge again.")
            .source("the text of the ACS override patch")
            .when((host, _, notes) -> onCommandLine(host, notes, w -> w.startsWith("pcie_acs_override=")));

    private static final Rule ACS_ID_UNREAD = Rule.of(
                    "acs-id-unread", Category.SECURITY, Severity.SECURITY, Need.COMMAND_LINE, Need.LOG)
            .after("acs-override")
            .title("This kernel's ACS override does not understand id:")
            .effect("Some copies of the patch have ';' where ':' belongs and refuse every id: entry:"
                    + " those groups stay as they are.")
            .fix("Delete the id: entries, which do nothing here; if you must have them, a kernel whose patch tests"
                    + " for ':'.")
            .source("the text of the ACS override patch, pcie_acs_override_setup()")
            .when(SecurityRules::acsIdUnread);

    private static void acsIdUnread(Host host, Domain domain, Examination notes) {
        boolean byId = HostFacts.commandLine(host, notes).values("pcie_acs_override").stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .anyMatch(option -> option.startsWith("id:"));
        if (!byId && notes.missing().isEmpty()) {
            return;
        }
        HostFacts.log(host, KernelLog.Category.ACS_OVERRIDE, notes).stream()
                .filter(line -> line.text().contains("invalid ID"))
                .limit(1)
                .forEach(line -> notes.found(host.kernel().log().source(), line.text(), "no such line"));
    }

    private static void onCommandLine(Host host, Examination notes, Predicate<String> wrong) {
        HostFacts.onCommandLine(host, notes, p -> wrong.test(p.toString()), "(absent)");
    }

    private static final Rule UNSAFE_IRQ = Rule.of("unsafe-irq", Category.SECURITY, Severity.SECURITY, Need.MODULES)
            .title("Devices may be passed without interrupt remapping")
            .effect("A guest can make its device send any interrupt to the host.")
            .fix("Turn on interrupt remapping in the firmware and remove allow_unsafe_interrupts.")
            .risk("Without interrupt remapping no device can be passed.")
            .when(SecurityRules::unsafeInterrupts);

    /// A module that is not loaded yet will read its options when it is.
    private static void unsafeInterrupts(Host host, Domain domain, Examination notes) {
        if (HostFacts.module(host, VFIO_TYPE1, notes).isPresent()) {
            HostFacts.parameter(host, VFIO_TYPE1, UNSAFE, notes)
                    .filter(HostFacts::isTrue)
                    .ifPresent(v -> notes.found(HostFacts.parameterPath(VFIO_TYPE1, UNSAFE), v, "N"));
            return;
        }
        HostFacts.options(host, VFIO_TYPE1, UNSAFE)
                .forEach(o -> o.options().stream()
                        .filter(w -> w.startsWith(UNSAFE + "=") && HostFacts.isTrue(w.substring(UNSAFE.length() + 1)))
                        .forEach(w -> notes.found(o.file() + ":" + o.line(), w, "(absent)")));
    }
}
