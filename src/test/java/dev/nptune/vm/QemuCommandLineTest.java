package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.Resources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QemuCommandLineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu-system-x86_64 -m 1",
                "sudo -E taskset -c 0-3 chrt -r 1 /usr/bin/qemu-system-x86_64 -m 1 &",
                "kvm -m 1",
                "exec /usr/libexec/qemu-kvm -m 1",
                "/nix/store/x/bin/.qemu-system-x86_64-wrapped -m 1",
                "modprobe kvm; which qemu-system-x86_64; nice kvm -m 1",
                "if [ -e x ]; then qemu-system-x86_64 -m 1; fi",
                "su me -c 'qemu-system-x86_64 -m 1'",
                "CMD=\"qemu-system-x86_64 -m 1\"; $CMD",
                "CMD='qemu-system-x86_64 -m 1'; eval \"$CMD\"",
                "Q=${QEMU:-qemu-system-x86_64}; \"$Q\" -m 1",
                "-m 1",
                "# only arguments\n-m \\\n 1",
                "qemu-system-x86_64\0-m\0001\0",
                "qemu-system-x86_64\0-m\0001",
            })
    void findsTheArguments(String text) {
        assertThat(QemuCommandLine.parse(text).arguments()).containsExactly("-m", "1");
        assertThat(QemuCommandLine.parse(text.getBytes(StandardCharsets.UTF_8)).arguments())
                .containsExactly("-m", "1");
    }

    @Test
    void keepsWhatStandsAround() {
        QemuCommandLine line =
                QemuCommandLine.parse("export QEMU_AUDIO_DRV=pa\nX=1 sudo taskset -c 2 qemu-system-x86_64 -S\n");
        assertThat(line)
                .isEqualTo(new QemuCommandLine(
                        "qemu-system-x86_64",
                        List.of("-S"),
                        List.of("sudo", "taskset", "-c", "2"),
                        List.of("QEMU_AUDIO_DRV=pa", "X=1"),
                        List.of()));
    }

    @Test
    void wordsOfAProcessAreTakenAsTheyAre() {
        assertThat(QemuCommandLine.parse("qemu-system-x86_64\0-name\0$A 'b\0\0").arguments())
                .containsExactly("-name", "$A 'b", "");
    }

    @Test
    void theLastStartInALogCounts() {
        QemuCommandLine line = QemuCommandLine.parse(Resources.text("qemu/libvirt.log"));
        assertThat(line.arguments())
                .startsWith("-name", "guest=win11,debug-threads=on")
                .endsWith("timestamp=on");
        assertThat(line.environment()).contains("QEMU_AUDIO_DRV=none");
        assertThat(line.remarks()).isEmpty();
    }

    @Test
    void remarks() {
        assertThat(QemuCommandLine.parse("if x; then A=1; fi; qemu-system-x86_64 -S \\\n# -s \\\n -m 1\n")
                        .remarks())
                .containsExactly(
                        "the script sets A in conditions or loops: each was taken as run, once",
                        "line 3: -m and what follows is no part of the command, which ended before"
                                + " (a comment or a missing backslash ends it)");
        assertThat(QemuCommandLine.parse("kvm -S; kvm -S -m 1").remarks())
                .containsExactly("of 2 commands that name QEMU, the one with the most arguments was taken");
        assertThat(QemuCommandLine.parse("if x; then exit; fi; A=1; kvm -S; echo -n")
                        .remarks())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\0", "ls -l", "<domain/>", "modprobe kvm", "echo kvm -m 1", "cat\0kvm\0", "# kvm -m 1"})
    void noQemu(String text) {
        assertThatThrownBy(() -> QemuCommandLine.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("QEMU");
    }

    @Test
    void bounds() {
        String blanks = " ".repeat(QemuCommandLine.MAX_CHARS - 3);
        assertThat(QemuCommandLine.parse("kvm" + blanks).arguments()).isEmpty();
        assertThatThrownBy(() -> QemuCommandLine.parse("kvm " + blanks)).hasMessageContaining("longer than 1 MiB");
        assertThatThrownBy(() -> QemuCommandLine.parse(("kvm " + blanks).getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("longer than 1 MiB");
        assertThatThrownBy(() -> QemuCommandLine.parse("kvm\0".repeat(ShellWords.MAX_WORDS + 1)))
                .hasMessageContaining("words");
    }
}
