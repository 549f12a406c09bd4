package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Machines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `nptune plan` with `--kernel-arg`, `--drop-kernel-arg` and `--bind`, on a machine from a snapshot.
class PlanKernelArgumentsTest {
    @TempDir(factory = MemoryFolder.class)
    private Path temp;

    private CliRun plan(String... more) throws IOException {
        String snapshot = Files.write(temp.resolve("host.tar.gz"), Machines.archive(Machines.RYZEN_5900X))
                .toString();
        String[] args = Stream.concat(Stream.of("plan", "--host", snapshot), Stream.of(more))
                .toArray(String[]::new);
        return CliRun.with(Map.of("PATH", System.getenv("PATH"), "COLUMNS", "80"), args);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "--kernel-arg, root=/dev/sdb1, root= is what the machine boots from and stays: root=/dev/sdb1",
                "--drop-kernel-arg, root, root= is what the machine boots from and stays: root",
                "--kernel-arg, iommu=\"pt\", an argument is printable ASCII without quotes: iommu=\"pt\"",
                "--kernel-arg, ||, an argument has 1 to 512 characters",
                "--kernel-arg, iommu=pt quiet=, ''",
                "--kernel-arg, quiet iommu=pt, not an argument's name: quiet iommu",
                "--drop-kernel-arg, =pt, not an argument's name",
            })
    void whatIsNoArgumentIsSaidToBeNone(String option, String word, String why) throws IOException {
        CliRun run = plan(option + "=" + word);

        if (why.equals("''")) {
            // a blank within a value is one
            assertThat(run.exit()).as(run.err()).isZero();
            return;
        }
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains(why, "give each argument by itself, as in: --kernel-arg iommu=pt");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void anArgumentDoesNotComeAndGo() throws IOException {
        CliRun run = plan("--kernel-arg", "iommu=pt", "--drop-kernel-arg", "iommu=pt");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("added and dropped: iommu=pt");
    }

    @Test
    void anotherTimeForBindingIsNamed() throws IOException {
        CliRun run = plan("--bind", "never");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--bind", "never", "BOOT", "START");
    }

    @Test
    void whatTheMachineBootsWithIsOfTheHost() throws IOException {
        CliRun argument = plan("--keep", "host", "--kernel-arg", "iommu=pt");
        assertThat(argument.exit()).isEqualTo(2);
        assertThat(argument.err())
                .contains("--kernel-arg and --drop-kernel-arg change what the host boots with, and --keep host");

        CliRun bind = plan("--keep", "host", "--bind", "boot");
        assertThat(bind.exit()).isEqualTo(2);
        assertThat(bind.err()).contains("--bind boot changes what the host boots with");
    }

    @Test
    void whatIsAskedForIsPlannedAndTold() throws IOException {
        CliRun run = plan("--kernel-arg", "iommu=pt", "--drop-kernel-arg", "quiet");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains(
                        "kernel arguments: +iommu=pt -quiet",
                        "the machine must be booted again; the first boot is a trial",
                        "Change kernel arguments in /etc/default/grub");
    }
}
