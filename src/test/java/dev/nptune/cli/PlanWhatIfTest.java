package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Machines;
import dev.nptune.internal.json.Json;
import dev.nptune.plan.WhatIf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `nptune plan --what-if` on a machine from a snapshot.
class PlanWhatIfTest {
    @TempDir(factory = MemoryFolder.class)
    private Path temp;

    private String snapshot = "";

    @BeforeEach
    void gather() throws IOException {
        snapshot = Files.write(temp.resolve("host.tar.gz"), Machines.archive(Machines.RYZEN_3900X))
                .toString();
    }

    private CliRun plan(String... more) {
        String[] args = Stream.concat(Stream.of("plan", "--host", snapshot), Stream.of(more))
                .toArray(String[]::new);
        return CliRun.with(Map.of("PATH", System.getenv("PATH"), "COLUMNS", "80"), args);
    }

    @Test
    void withoutAValueTheUsualLayoutsAlone() {
        CliRun run = plan("--what-if");

        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains("as it is", "planned", "no pins (default)", "Host CPUs")
                .doesNotContain("bare");
        assertThat(plan("--what-if", "none").out()).isEqualTo(run.out());
        assertThat(plan("--what-if", "--what-if").out()).isEqualTo(run.out());
    }

    @Test
    void theJsonHoldsWhatTheTextShows() {
        String[] asked = {"--what-if", "vcpus=6", "--what-if=memory=900G", "--what-if", "npt=0"};
        CliRun text = plan(asked);
        CliRun json = plan(Stream.concat(Stream.of(asked), Stream.of("--json")).toArray(String[]::new));

        assertThat(text.exit()).as(text.err()).isZero();
        WhatIf whatIf = Json.read(json.out(), WhatIf.class);
        assertThat(whatIf.schemaVersion()).isEqualTo(WhatIf.SCHEMA_VERSION);
        assertThat(whatIf.layouts()).extracting(WhatIf.Layout::name).contains("vcpus=6", "memory=900G");
        String flat = text.out().replaceAll("\\s+", " ");
        for (WhatIf.Layout layout : whatIf.layouts()) {
            assertThat(flat).contains(layout.name(), layout.reason());
            layout.cost()
                    .ifPresent(cost -> assertThat(text.out().lines())
                            .anySatisfy(line -> assertThat(line)
                                    .startsWith(layout.name() + " ")
                                    .endsWith(" " + String.format(Locale.ROOT, "%.1f", cost.total()))));
        }
        assertThat(flat).contains(whatIf.basis());
        assertThat(whatIf.settings())
                .singleElement()
                .satisfies(effect -> assertThat(flat)
                        .contains("npt=0 "
                                + String.format(
                                        Locale.ROOT,
                                        "%.2f",
                                        effect.toBare().getFirst().orElseThrow())));
    }

    @Test
    void aVmsNameAfterItIsTakenForItsValueAndSaidSo() {
        CliRun run = plan("--what-if", "win10");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("nptune: --what-if does not know 'win10'")
                .contains("a VM's name goes before --what-if");
    }

    @Test
    void itMakesNoPlanToShowOrWrite() {
        Path file = temp.resolve("plan.json");

        assertThat(plan("--what-if", "-o", file.toString()).err()).contains("makes no plan");
        assertThat(plan("--what-if", "--diff").exit()).isEqualTo(2);
        assertThat(file).doesNotExist();
    }

    @Test
    void theHelpSaysHow() {
        assertThat(CliRun.of("plan", "--help").out().replaceAll("\\s+", " "))
                .contains("--what-if[=KEY=VALUE]", "Without KEY=VALUE");
    }
}
