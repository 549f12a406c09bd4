package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Topology;
import java.util.List;

/// Rules about the processor topology the guest sees.
final class TopologyRules {
    private TopologyRules() {}

    static List<Rule> all() {
        return List.of(TOPOEXT_MISSING);
    }

    private static final Rule TOPOEXT_MISSING = Rule.of(
                    "topoext-missing", Category.TOPOLOGY, Severity.CRITICAL, Need.DOMAIN, Need.PROCESSOR)
            .title("The guest cannot see which of its CPUs share a core")
            .effect("An AMD guest learns of SMT through the topoext leaves. Without them it takes threads for cores"
                    + " and puts two busy threads on one; QEMU warns that the CPU doesn't support hyperthreading.")
            .fix("Add <feature policy='require' name='topoext'/> to <cpu>.")
            .risk("Windows sees another processor and may ask for activation again.")
            .source("cockpit-machines issue 2381; gnif/LookingGlass install_libvirt.rst")
            .when(TopologyRules::topoextMissing);

    private static void topoextMissing(Host host, Domain domain, Examination notes) {
        boolean threads = domain.topology().map(Topology::threads).orElse(1) > 1;
        boolean passthrough = domain.cpuMode()
                .filter(m -> m.value().equals("host-passthrough"))
                .isPresent();
        var setting = domain.feature("topoext");
        if (!threads || !passthrough || setting.filter(f -> f.on()).isPresent() || !HostFacts.amd(host, notes)) {
            return;
        }
        if (notes.read(host.cpu().flags()).filter(f -> f.contains("topoext")).isPresent()) {
            notes.found(
                    setting.map(f -> f.path() + "/@policy").orElse("cpu/feature[@name='topoext']"),
                    setting.map(f -> f.policy()).orElse("(absent)"),
                    "require");
        }
    }
}
