package dev.nptune.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.Host;
import dev.nptune.host.Machines;
import dev.nptune.report.MachineMap.Kind;
import dev.nptune.vm.Domain;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MachineMapperTest {
    static final List<String> NAMES = Machines.NAMES;

    @ParameterizedTest
    @FieldSource("NAMES")
    void theMachinesOfTheThread(String name) {
        Host host = Machines.host(name);
        MachineMap map = MachineMapper.map(host, List.of());

        Golden.check("dev/nptune/report/" + name + ".txt", MachineText.draw(map, 80));
    }

    @Test
    void thePictureInTheReadme() {
        Host host = Machines.host(Machines.THREADRIPPER);
        List<Domain> domains = host.virtualization().domains().stream()
                .map(domain -> Domain.parse(domain.xml().get().orElseThrow()))
                .toList();

        Golden.check(Path.of("docs/topology.svg"), MachineSvg.draw(MachineMapper.map(host, domains)));
    }

    @Test
    void nodesOfThreadripperHoldTheirCachesAndCards() {
        MachineMap map = MachineMapper.map(Machines.host(Machines.THREADRIPPER), List.of());

        assertThat(map.boxes()).singleElement().satisfies(box -> {
            assertThat(box.kind()).isEqualTo(Kind.PACKAGE);
            assertThat(box.inside()).extracting(MachineMap.Box::kind).containsExactly(Kind.NODE, Kind.NODE);
            assertThat(box.inside().getLast().devices())
                    .extracting(device -> device.address().toString())
                    .contains("0000:42:00.0");
        });
        assertThat(map.elsewhere()).isEmpty();
    }

    @Test
    void everyCoreIsInOneBox() {
        for (String name : NAMES) {
            Host host = Machines.host(name);
            List<Integer> drawn = MachineMapper.map(host, List.of()).boxes().stream()
                    .flatMap(MachineMapperTest::cores)
                    .flatMap(core -> core.cpus().stream().boxed())
                    .sorted()
                    .toList();
            assertThat(drawn)
                    .as(name)
                    .isEqualTo(host.cpu().logical().stream().map(c -> c.id()).toList());
        }
    }

    private static Stream<MachineMap.Core> cores(MachineMap.Box box) {
        return Stream.concat(box.cores().stream(), box.inside().stream().flatMap(MachineMapperTest::cores));
    }

    @Test
    void pinnedThreadsAreOnTheirCpus() {
        Domain domain = Domain.parse("""
                <domain type='kvm'>
                  <name>win10</name>
                  <memory unit='GiB'>1</memory>
                  <vcpu>2</vcpu>
                  <iothreads>1</iothreads>
                  <cputune>
                    <vcpupin vcpu='0' cpuset='4'/>
                    <vcpupin vcpu='1' cpuset='5'/>
                    <emulatorpin cpuset='0-1'/>
                    <iothreadpin iothread='1' cpuset='1'/>
                  </cputune>
                </domain>
                """);
        MachineMap map = MachineMapper.map(TestHost.host(), List.of(domain));

        assertThat(map.uses(4))
                .singleElement()
                .extracting(use -> use.thread().label())
                .isEqualTo("v0");
        assertThat(map.uses(1)).extracting(use -> use.thread().label()).containsExactly("em", "io1");
        assertThat(map.uses(7)).isEmpty();
    }

    @Test
    void aVmWithoutPinsHasNoPlace() {
        Domain floating = Domain.parse("<domain><name>a</name><memory>1</memory><vcpu>2</vcpu></domain>");

        assertThat(MachineMapper.map(TestHost.host(), List.of(floating)).vms()).isEmpty();
    }
}
