package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveCommandsTest {
    @TempDir
    Path bin = Path.of("");

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Tools probe() {
        return ToolsReader.read(new LiveCommands(List.of(bin)));
    }

    @Test
    void whatIsNotInstalledIsAbsent() {
        assertThat(probe().qemu()).isEqualTo(Fact.absent("qemu-system-x86_64 --version"));
        assertThat(probe().libvirt()).isInstanceOf(Fact.Absent.class);
    }

    @Test
    void versionsAreTakenFromTheAnswers() throws IOException {
        program("qemu-system-x86_64", "echo 'QEMU emulator version 9.2.0 (Debian 1:9.2.0+ds-5)'");
        program("virsh", "echo 'Using library: libvirt 11.0.0'; echo 'Running against daemon: 10.9.0'");
        assertThat(probe().qemu().get()).contains("9.2.0");
        assertThat(probe().libvirt().get()).contains("10.9.0");
    }

    @Test
    void theDaemonItselfAnswersWhereVirshCannot() throws IOException {
        program("virsh", "echo 'error: failed to connect to the hypervisor' >&2; exit 1");
        assertThat(probe().libvirt())
                .isInstanceOfSatisfying(
                        Fact.Unreadable.class,
                        fact -> assertThat(fact.reason())
                                .isEqualTo("exit status 1: failed to connect to the hypervisor"));
        program("virtqemud", "echo 'virtqemud (libvirt) 9.0.0'");
        assertThat(probe().libvirt()).isEqualTo(Fact.known("9.0.0", "virtqemud --version"));
    }

    /// Each of the three waits until all have been started.
    @Test
    void programsAskedAheadRunAtOnce() throws IOException {
        Path met = bin.resolve("met");
        String meet = "echo x >> " + met + "; i=0; while [ $(wc -l < " + met + ") -lt 3 ] && [ $i -lt 200 ]; do"
                + " sleep 0.05; i=$((i + 1)); done; [ $i -lt 200 ] && echo ";
        program("qemu-system-x86_64", meet + "'QEMU emulator version 9.2.0'");
        program("virsh", meet + "'Running against daemon: 10.9.0'");
        program("dmesg", meet + "'[    0.000000] Linux version'");
        Commands ahead = new LiveCommands(List.of(bin)).ahead();
        assertThat(ToolsReader.read(ahead))
                .isEqualTo(new Tools(
                        Fact.known("9.2.0", Command.QEMU_VERSION.line()),
                        Fact.known("10.9.0", Command.LIBVIRT_VERSION.line())));
        assertThat(ahead.output(Command.KERNEL_LOG).get()).contains("[    0.000000] Linux version\n");
        assertThat(ahead.output(Command.LIBVIRTD_VERSION)).isInstanceOf(Fact.Absent.class);
    }

    @Test
    void strangeAnswersAreUnreadable() throws IOException {
        program("qemu-system-x86_64", "printf '\\033[2J hello'");
        assertThat(probe().qemu())
                .isEqualTo(
                        Fact.unreadable("qemu-system-x86_64 --version", "no version in the answer: '\\x1b[2J hello'"));
    }
}
