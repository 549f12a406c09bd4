package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuTest {
    @TempDir
    private Path temp;

    @Test
    void theFirstOnThePathIsTheOne() throws Exception {
        Path program = program("#!/bin/sh\necho 'QEMU emulator version 8.2.2 (Debian 1:8.2.2)'\n");

        assertThat(Qemu.find(temp.toString())).isEqualTo(new Qemu(program));
    }

    @Test
    void oneThatDoesNotRunIsToldWithItsStatusAndWords() throws IOException {
        Path program = program("#!/bin/sh\necho 'error while loading shared libraries: libx' >&2; exit 127\n");

        assertThat(failure())
                .hasMessage(program
                        + " does not run: it ended with status 127: error while loading shared libraries: libx");
    }

    @Test
    void oneThatIsNoProgramDoesNotRun() throws IOException {
        Path program = program("\0\0 nothing\n");

        assertThat(failure()).hasMessageStartingWith(program + " does not run: ");
    }

    @Test
    void oneThatIsTooOldOrTellsNoVersion() throws IOException {
        Path program = program("#!/bin/sh\necho 'QEMU emulator version 6.2.0'\n");
        assertThat(failure()).hasMessageStartingWith(program + " is too old for the lab: it says 'QEMU emulator");

        program("#!/bin/sh\necho hello\n");
        assertThat(failure()).hasMessage(program + " does not tell QEMU's version: it says 'hello'");
    }

    @Test
    void insideItIsTheSame() throws Exception {
        Path odd = Files.createDirectory(temp.resolve("it's <odd> & more"));
        Qemu qemu = new Qemu(odd.resolve("qemu-system-x86_64"));
        Files.writeString(qemu.program(), "QEMU itself");

        assertThat(Domain.parse(Lab.domainXml(qemu)).xml())
                .contains("<emulator>" + temp + "/it's &lt;odd&gt; &amp; more/qemu-system-x86_64</emulator>")
                .doesNotContain("@");
        assertThat(Resources.text("warm-up.sh")).contains("cat @QEMU@ ").doesNotContain("/usr/bin/qemu");
        assertThat(Exec.run(Duration.ofSeconds(10), List.of("sh", "-c", "cat " + qemu.inShell()))
                        .out())
                .isEqualTo("QEMU itself");
    }

    private UserException failure() {
        UserException e = catchThrowableOfType(UserException.class, () -> Qemu.find(temp.toString()));
        assertThat(e.exit()).isEqualTo(Exit.CANNOT);
        return e;
    }

    private Path program(String text) throws IOException {
        Path program = Files.writeString(temp.resolve("qemu-system-x86_64"), text);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }
}
