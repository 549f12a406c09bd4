package dev.nptune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.Checkout.Result;
import dev.nptune.lab.LabPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The `verify` script, and the shell files all scripts are made of.
class VerifyTest {
    private static final String LIST = "src/main/resources/dev/nptune/lab/debian-packages.txt";
    private static final String TEST_LIST = "libexec/test-packages.txt";

    @TempDir
    private Path temp;

    private Checkout checkout;
    private Path verify;

    @BeforeEach
    void checkOut() throws IOException {
        checkout = Checkout.in(temp);
        checkout.jdk("good", "25.0.1");
        checkout.tool("id", "echo 0");
        verify = checkout.home().resolve("verify");
    }

    @Test
    void runsEveryTestWithTheJdkFound() throws Exception {
        Result result = checkout.run(verify, "-X");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).isEqualTo("maven says verify -Plab -X\n");
        assertThat(checkout.mavenRuns()).last().asString().startsWith(checkout.jvms() + "/good ");
    }

    @Test
    void saysAtOnceThatItNeedsRoot() throws Exception {
        checkout.write(LIST, "no-such-thing\tone\n");
        checkout.tool("id", "echo 1000").tool("apt-get", "echo installing");

        Result result = checkout.run(verify);

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("root").contains("sudo ./verify").doesNotContain("installing");
        assertThat(checkout.mavenRuns()).isEmpty();
    }

    @Test
    void saysAtOnceThatTheBuildHasNoPlace() throws Exception {
        checkout.write("target", "a file");

        Result result = checkout.run(verify);

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).startsWith("verify: " + checkout.home() + "/target, where the build goes,");
        assertThat(checkout.mavenRuns()).isEmpty();
    }

    @Test
    void failsWithTheInstallLineWhereItCannotInstall() throws Exception {
        checkout.write(LIST, "# what\nno-such-thing\tone\n/no/such/file\ttwo\nother-thing\tone\nsh\tdash\n");
        checkout.write(TEST_LIST, "no-such-peer\tthree\n");
        checkout.tool("apt-get", "exit 1");

        Result result = checkout.withoutTool("mvn").run(verify);

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("apt-get install -y --no-install-recommends maven one two three\n");
        assertThat(checkout.mavenRuns()).isEmpty();
    }

    /// Like the program: a busybox linked against libraries is none for an initramfs.
    @Test
    void aBusyboxThatIsNotStaticIsMissing() throws Exception {
        checkout.tool("apt-get", "exit 1");
        Path busybox = temp.resolve("busybox");
        checkout.write(LIST, busybox + "\tbusybox-static\n");
        String missing = "install -y --no-install-recommends busybox-static\n";
        for (Path dynamic : List.of(Path.of("/bin/sh"), Path.of("verify"))) {
            Files.copy(dynamic, busybox, StandardCopyOption.REPLACE_EXISTING);
            assertThat(checkout.run(verify).err()).as(dynamic.toString()).contains(missing);
        }
        assumeTrue(LabPackages.missing(System.getenv("PATH")).isEmpty(), "the lab's packages are not installed here");
        Files.copy(Path.of("/bin/busybox"), busybox, StandardCopyOption.REPLACE_EXISTING);
        assertThat(checkout.run(verify).exit()).isZero();
    }

    @Test
    void installsWhatIsMissingWhenRoot() throws Exception {
        checkout.write(LIST, "no-such-thing\tone\n");
        checkout.tool("apt-get", """
                echo "apt-get $*"
                [ "$1" = update ] || { echo '#!/bin/sh' > "%1$s/no-such-thing"; /bin/chmod +x "%1$s/no-such-thing"; }
                """.formatted(checkout.tools()));

        Result result = checkout.run(verify);

        assertThat(result.exit()).isZero();
        assertThat(result.err())
                .contains("Installing what is missing: one\n")
                .contains("apt-get update\napt-get install -y --no-install-recommends one\n");
    }

    @Test
    void saysSoWhenInstallingDidNotHelp() throws Exception {
        checkout.write(LIST, "no-such-thing\tone\n");
        checkout.tool("apt-get", "exit 0");

        Result result = checkout.run(verify);

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("still missing something of: one");
        assertThat(checkout.mavenRuns()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {LIST, TEST_LIST})
    void aListOfPackagesIsWellFormed(String list) throws Exception {
        assertThat(Files.readAllLines(Path.of(list)))
                .hasSizeGreaterThan(3)
                .allSatisfy(line -> assertThat(line).matches("# .*|[^\\s#]\\S*\t[a-z0-9][a-z0-9+.-]+"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nptune", "verify", "libexec/java-home.sh", "libexec/build.sh", "libexec/packages.sh", ".ci/run"
            })
    void scriptsParseInEveryShellHere(String script) throws Exception {
        List<List<String>> shells = List.of(List.of("/bin/sh"), List.of("/bin/dash"), List.of("/bin/busybox", "sh"));
        for (List<String> shell : shells) {
            if (Files.exists(Path.of(shell.getFirst()))) {
                String[] rest = shell.size() > 1
                        ? new String[] {
                            "sh", "-n", Path.of(script).toAbsolutePath().toString()
                        }
                        : new String[] {"-n", Path.of(script).toAbsolutePath().toString()};
                assertThat(checkout.run(Path.of(shell.getFirst()), rest).err()).isEmpty();
            }
        }
    }
}
