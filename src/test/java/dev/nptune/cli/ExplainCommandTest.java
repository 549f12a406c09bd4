package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.Rules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExplainCommandTest {
    private static final Path CATALOGUE = Path.of("docs/rules.md");

    @Test
    void aRuleInFull() {
        CliRun run = CliRun.of("explain", "npt-off");

        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains(
                        "rule        npt-off\n", "severity    critical\n", "first       npt-gpat\n", "fix  ", "risk  ");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void allRulesALineEach() {
        assertThat(CliRun.of("explain").out().lines().filter(l -> !l.startsWith(" ")))
                .hasSameSizeAs(Rules.all());
    }

    @Test
    void aRuleThatThereIsNot() {
        CliRun run = CliRun.of("explain", "npt-of");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.errLines())
                .containsExactly("nptune: there is no rule 'npt-of'", "  next: did you mean: npt-off?");
        assertThat(CliRun.of("explain", "x").err()).contains("list them with: nptune explain");
        assertThat(CliRun.of("explain", "npt-off", "--all").exit()).isEqualTo(2);
    }

    @Test
    void asJson() {
        assertThat(CliRun.of("explain", "npt-off", "--json").out())
                .contains("\"id\" : \"npt-off\"", "\"after\" : [ \"npt-gpat\" ]");
    }

    /// The page in the repository is made by the program: `nptune explain --all > docs/rules.md`.
    @Test
    void theCatalogueIsUpToDate() throws IOException {
        String page = CliRun.of("explain", "--all").out();
        if (System.getProperty("nptune.golden", "").equals("write")) {
            Files.writeString(CATALOGUE, page);
        }

        assertThat(Files.readString(CATALOGUE, StandardCharsets.UTF_8)).isEqualTo(page);
    }
}
