package dev.nptune.plan;

import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Functions that a VM gets, with what holds for each of them whatever it is.
final class PassedDevices {
    private final Host host;
    private final List<PciFunction> all;
    private final DeviceFindings findings;

    PassedDevices(Host host, List<PciFunction> functions, List<GroupVerdict.Member> along, boolean singleGpu) {
        this.host = host;
        this.all = together(functions, along);
        this.findings = DeviceFindings.of(host, DeviceFindings.domain(all), singleGpu);
    }

    /// Of a VM that there is, whose XML may tell more.
    PassedDevices(
            Host host, List<PciFunction> functions, List<GroupVerdict.Member> along, Domain domain, boolean singleGpu) {
        this.host = host;
        this.all = together(functions, along);
        this.findings = DeviceFindings.of(host, domain, singleGpu);
    }

    private static List<PciFunction> together(List<PciFunction> functions, List<GroupVerdict.Member> along) {
        List<PciFunction> all = new ArrayList<>(functions);
        along.forEach(m -> all.add(m.function()));
        return List.copyOf(all);
    }

    List<PciFunction> all() {
        return all;
    }

    DeviceFindings findings() {
        return findings;
    }

    List<String> warnings() {
        List<String> warnings = new ArrayList<>(findings.warnings());
        warnings.addAll(ResetCheck.warnings(host, all));
        warnings.addAll(GroupRefusals.unproven(host, all));
        return warnings;
    }

    /// Which other VMs have one of these, by name. A definition that is no domain counts for nothing.
    static Set<String> alsoIn(Host host, List<PciFunction> functions, String self) {
        Set<String> names = new LinkedHashSet<>();
        for (var file : host.virtualization().domains()) {
            file.xml()
                    .map(Domain::parse)
                    .get()
                    .filter(d -> !d.name().equals(self))
                    .ifPresent(other -> {
                        boolean has = other.hostdevs().stream()
                                .anyMatch(h -> functions.stream()
                                        .anyMatch(f -> f.address().equals(h.address())));
                        if (has) {
                            names.add(other.name());
                        }
                    });
        }
        return names;
    }
}
