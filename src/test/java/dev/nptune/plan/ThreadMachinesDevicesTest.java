package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.doctor.Outcome;
import dev.nptune.doctor.Rules;
import dev.nptune.host.Host;
import dev.nptune.host.Machines;
import dev.nptune.host.PciFunction;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.plan.DeviceAdvice.Devices;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// What is advised on the machines of the thread: for a new VM, and for the VMs they have.
class ThreadMachinesDevicesTest {
    static final List<String> MACHINES = Machines.NAMES;

    @ParameterizedTest
    @FieldSource("MACHINES")
    void advice(String name) {
        Host host = Machines.host(name);
        StringBuilder text = new StringBuilder("--gpu auto\n");
        text.append(AdviceText.of(DeviceAdvisor.forCard(host, new CardRequest.Auto())));
        host.pci().stream()
                .filter(PciFunction::isDisplay)
                .forEach(f -> text.append("\n--gpu ")
                        .append(f.address())
                        .append('\n')
                        .append(AdviceText.of(DeviceAdvisor.forCard(host, new CardRequest.At(f.address())))));
        domains(host)
                .forEach(d -> text.append("\nVM ")
                        .append(d.name())
                        .append('\n')
                        .append(AdviceText.of(DeviceAdvisor.forDomain(host, d))));
        Golden.check("plan/devices-" + name + ".txt", text.toString());
    }

    private static Stream<Domain> domains(Host host) {
        return host.virtualization().domains().stream()
                .map(DomainFile::xml)
                .flatMap(x -> x.get().stream())
                .map(Domain::parse);
    }

    /// What is advised is what the doctor finds nothing against.
    @ParameterizedTest
    @FieldSource("MACHINES")
    void theDoctorAgrees(String name) {
        Host host = Machines.host(name);
        Stream<CardRequest> requests =
                host.pci().stream().filter(PciFunction::isDisplay).map(f -> new CardRequest.At(f.address()));
        requests.map(r -> DeviceAdvisor.forCard(host, r)).forEach(advice -> {
            if (advice instanceof Devices d) {
                List<PciFunction> all = Stream.concat(d.passed().stream(), d.along().stream())
                        .map(f -> host.function(f.address()).orElseThrow())
                        .toList();
                for (String rule : List.of("iommu-off", "group-shared", "wrong-driver", "one-gpu-no-hook")) {
                    assertThat(Rules.byId(rule).orElseThrow().examine(host, DeviceFindings.domain(all)))
                            .as(rule)
                            .isNotInstanceOf(Outcome.Fires.class);
                }
            }
        });
    }
}
