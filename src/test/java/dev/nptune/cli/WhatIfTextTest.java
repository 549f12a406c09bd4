package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.doctor.Doctor;
import dev.nptune.host.Host;
import dev.nptune.host.Machines;
import dev.nptune.internal.text.UserException;
import dev.nptune.plan.Request;
import dev.nptune.plan.WhatIf;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhatIfTextTest {
    static Stream<String> machines() {
        return Stream.concat(Machines.NAMES.stream(), Machines.PLANNED.stream());
    }

    private static WhatIf compare(String machine, String... alternatives) {
        Host host = Machines.host(machine);
        Domain domain = Domain.parse(
                host.virtualization().domains().getFirst().xml().get().orElseThrow());
        try {
            return WhatIf.of(
                    host,
                    domain,
                    Doctor.examine(host, domain),
                    Map.of(),
                    Request.DEFAULT,
                    Alternatives.parse(List.of(alternatives)));
        } catch (UserException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static WhatIf everything(String machine) {
        return compare(
                machine,
                "vcpus=6",
                "vcpus=64",
                "memory=8G",
                "memory=900G",
                "for=throughput",
                "npt=0",
                "npt=1",
                "pages=2M");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void asAPersonReadsIt(int columns) {
        Golden.check(
                "cli/what-if-" + columns + ".txt",
                WhatIfText.render(everything(Machines.RYZEN_3900X), columns, columns != 60));
    }

    @Test
    void aVmWithoutPins() {
        Golden.check("cli/what-if-unpinned.txt", WhatIfText.render(compare(Machines.TWINS), 80, false));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void noLineIsWiderThanTheTerminal(String machine) {
        WhatIf whatIf = everything(machine);
        for (int columns = 40; columns <= 120; columns += 5) {
            int most = columns;
            assertThat(WhatIfText.render(whatIf, columns, true).lines())
                    .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(most));
        }
    }

    /// What tells the layouts of a machine apart stays longest.
    @ParameterizedTest
    @CsvSource({
        Machines.RYZEN_3900X + ", 40, layout vCPUs cost",
        Machines.RYZEN_3900X + ", 50, layout vCPUs pair ns shared cost",
        Machines.RYZEN_3900X + ", 120, layout vCPUs pair ns L3 % node % mem ns GPU ns shared cost",
    })
    void whatIsLeftOutIsNamed(String machine, int columns, String header) {
        String text = WhatIfText.render(compare(machine), columns, false);

        assertThat(text.lines().findFirst().orElseThrow().strip().replaceAll(" +", " "))
                .isEqualTo(header);
        for (String title : List.of("pair ns", "L3 %", "node %", "mem ns", "GPU ns", "shared")) {
            assertThat(text.replaceAll("\\s+", " ").matches(".*No room for: [^.]*" + title + ".*"))
                    .as("%s in %s", title, text)
                    .isEqualTo(!header.contains(title));
        }
    }

    @Test
    void aVmWhoseLayoutStays() {
        Host host = Machines.host(Machines.RYZEN_3900X);
        Domain floating = Domain.parse("""
                <domain type='kvm'><name>server</name><memory unit='GiB'>2</memory><vcpu>4</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os></domain>
                """);
        WhatIf whatIf = WhatIf.of(host, floating, Doctor.examine(host, floating), Map.of(), Request.DEFAULT, List.of());

        assertThat(WhatIfText.render(whatIf, 80, false))
                .contains("\n  as it is: each on any of 0-23\n  planned: stays as it is\n")
                .doesNotContain("another order");
    }

    @Test
    void costIsExplainedOnce() {
        assertThat(WhatIfText.render(everything(Machines.RYZEN_3900X), 80, true))
                .containsOnlyOnce("cost: ");
    }
}
