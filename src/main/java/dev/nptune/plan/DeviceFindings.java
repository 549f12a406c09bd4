package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Rule;
import dev.nptune.doctor.Rules;
import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What the doctor would say of a VM that has certain devices: so that the plan and the doctor are of one mind.
final class DeviceFindings {
    static final String ONE_GPU = "one-gpu-no-hook";
    private static final List<Rule> RULES =
            List.of(ONE_GPU, "bootfb-held", "amd-reset", "sme-on", "rom-bad", "flr-quirk").stream()
                    .map(id -> Rules.byId(id).orElseThrow())
                    .toList();

    private final Diagnosis diagnosis;

    private DeviceFindings(Diagnosis diagnosis) {
        this.diagnosis = diagnosis;
    }

    /// @param singleGpu whether a hook of ours will take the machine's only card from the desktop: then nothing is said
    ///     of that
    static DeviceFindings of(Host host, Domain domain, boolean singleGpu) {
        List<Rule> rules = RULES.stream()
                .filter(rule -> !singleGpu || !rule.id().equals(ONE_GPU))
                .toList();
        return new DeviceFindings(Doctor.examine(host, domain, rules));
    }

    /// A domain that has nothing but some functions, which libvirt binds.
    static Domain domain(List<PciFunction> functions) {
        String hostdevs = functions.stream()
                .map(PciFunction::address)
                .map(DeviceFindings::hostdev)
                .collect(Collectors.joining());
        return Domain.parse("<domain type='kvm'><name>-</name><memory>1</memory>"
                + "<os><type arch='x86_64' machine='q35'>hvm</type></os><devices>" + hostdevs + "</devices></domain>");
    }

    private static String hostdev(PciAddress a) {
        return String.format(
                "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x%04x' bus='0x%02x'"
                        + " slot='0x%02x' function='0x%x'/></source></hostdev>",
                a.domain(), a.bus(), a.slot(), a.function());
    }

    /// The refusal where the card is the machine's only one and nothing takes it from the desktop.
    Optional<Refusal> refusal() {
        return diagnosis
                .finding(ONE_GPU)
                .map(f -> new Refusal(
                        f.title() + " (" + f.evidence().getFirst().found() + "). "
                                + DeviceWords.withoutStop(f.effect()),
                        f.fix() + " " + f.risk()));
    }

    /// What fired, and what could not be judged.
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (Finding finding : diagnosis.findings()) {
            warnings.add(finding.rule() + ": " + finding.title() + " ("
                    + finding.evidence().stream()
                            .map(Evidence::found)
                            .filter(found -> !found.startsWith("(absent)"))
                            .distinct()
                            .collect(Collectors.joining("; "))
                    + "). " + finding.effect() + " " + finding.fix());
        }
        diagnosis
                .unknownByReason()
                .forEach((reason, rules) -> warnings.add("not known: "
                        + rules.stream().map(Diagnosis.Undecided::rule).collect(Collectors.joining(", ")) + " ("
                        + rules.getFirst().missing().getFirst().where() + ": " + reason + ")"));
        return warnings;
    }
}
