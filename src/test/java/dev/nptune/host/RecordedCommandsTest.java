package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedCommandsTest {
    private static final String KEY = "/nptune-gather/commands/" + Command.KERNEL_LOG.key();

    @TempDir
    Path root = Path.of("");

    private Fact<String> answer() {
        return RecordedCommands.in(root).output(Command.KERNEL_LOG);
    }

    @Test
    void anAnswerIsThatOfTheProgram() {
        new TestTree(root).file(KEY + ".status", "0\n").file(KEY + ".out", "one\ntwo\u001b[31m\n");
        assertThat(answer()).isEqualTo(Fact.known("one\ntwo\\x1b[31m\n", "dmesg"));
    }

    @Test
    void aProgramThatIsNotInstalledIsAbsent() {
        new TestTree(root).file(KEY + ".status", "absent\n");
        assertThat(answer()).isEqualTo(Fact.absent("dmesg"));
    }

    @Test
    void aProgramThatFailedComplains() {
        TestTree tree = new TestTree(root).file(KEY + ".status", "1\n").file(KEY + ".out", "half of it");
        assertThat(answer()).isEqualTo(Fact.unreadable("dmesg", "exit status 1"));
        tree.file(KEY + ".err", "\ndmesg: read kernel buffer failed: Operation not permitted\nmore\n");
        assertThat(answer())
                .isEqualTo(Fact.unreadable(
                        "dmesg", "exit status 1: dmesg: read kernel buffer failed: Operation not permitted"));
    }

    @Test
    void whatIsMissingIsNotAbsent() {
        assertThat(answer()).isEqualTo(Fact.unreadable("dmesg", "not in the snapshot"));
        TestTree tree = new TestTree(root).file(KEY + ".out", "without a status");
        assertThat(answer()).isEqualTo(Fact.unreadable("dmesg", "not in the snapshot"));
        tree.file(KEY + ".status", "0\n");
        Path out = root.resolve((KEY + ".out").substring(1));
        assertThat(out.toFile().delete()).isTrue();
        assertThat(answer()).isEqualTo(Fact.unreadable("dmesg", "not in the snapshot"));
    }

    @Test
    void hostileAnswers() {
        TestTree tree = new TestTree(root).file(KEY + ".status", "0\n");
        tree.file(KEY + ".out", "x".repeat((1 << 20) + 1));
        assertThat(answer()).isEqualTo(Fact.unreadable("dmesg", "longer than 1048576 bytes"));
        tree.file(KEY + ".status", "9".repeat(100));
        assertThat(answer())
                .isInstanceOfSatisfying(
                        Fact.Unreadable.class, f -> assertThat(f.reason()).hasSizeLessThan(40));
        tree.link("/nptune-gather/commands/qemu-version.status", "../../../../../etc/hostname");
        assertThat(RecordedCommands.in(root).output(Command.QEMU_VERSION)).isInstanceOf(Fact.Unreadable.class);
    }

    @Test
    void versionsComeOutOfASnapshot() {
        String directory = "/nptune-gather/commands/";
        TestTree tree = new TestTree(root)
                .file(directory + "qemu-version.status", "0\n")
                .file(directory + "qemu-version.out", "QEMU emulator version 9.2.0 (Debian 1:9.2.0+ds-5)\n")
                .file(directory + "libvirt-version.status", "absent\n");
        Tools tools = ToolsReader.read(RecordedCommands.in(tree.root()));
        assertThat(tools.qemu().get()).contains("9.2.0");
        assertThat(tools.libvirt()).isInstanceOf(Fact.Absent.class);
    }
}
