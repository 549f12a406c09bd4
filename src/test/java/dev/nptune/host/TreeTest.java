package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trees that wish the reader ill.
class TreeTest {
    @TempDir
    Path directory = Path.of("");

    TestTree files = new TestTree(directory);

    @BeforeEach
    void plant() throws IOException {
        files = new TestTree(Files.createDirectory(directory.resolve("root")));
        Files.writeString(directory.resolve("secret"), "outside");
    }

    private Tree tree() {
        return new Tree(files.root());
    }

    @Test
    void bytesAreAsTheyAreUpToTheirLimit() {
        files.file("/a", "x\0y");
        assertThat(tree().bytes("/a", 3).get().orElseThrow()).containsExactly('x', 0, 'y');
        assertThat(tree().bytes("/a", 2)).isEqualTo(Fact.unreadable("/a", "longer than 2 bytes"));
        assertThat(tree().bytes("/b", 2)).isEqualTo(Fact.absent("/b"));
    }

    @Test
    void linksAreGivenWithTheirWholeTarget() {
        files.file("/fd/0", "no link").link("/fd/1", "/dev/dri/card0").link("/fd/2", "socket:[7]");
        assertThat(tree().links("/fd", 10).get().orElseThrow())
                .isEqualTo(Map.of("1", "/dev/dri/card0", "2", "socket:[7]"));
    }

    @Test
    void absoluteLinksStartAtTheRoot() {
        files.file("/data/x", "inside").link("/sys/a", "/data").link("/sys/b", "/sys/a/x");
        assertThat(tree().value("/sys/b")).isEqualTo(Fact.known("inside", "/sys/b"));
    }

    @Test
    void linksDoNotLeadOut() {
        files.link("/up", "../../../../../../secret").link("/absolute", directory.resolve("secret") + "");
        files.link("/sys", "..").link("/twice", "sys/../../secret");
        for (String path : new String[] {"/up", "/absolute", "/sys/secret", "/twice", "/../secret"}) {
            assertThat(tree().value(path)).as(path).isEqualTo(Fact.absent(path));
        }
        assertThat(tree().names("/sys").get().orElseThrow()).doesNotContain("secret");
    }

    @Test
    void parentStepsStopAtTheRoot() {
        files.file("/secret", "of this tree").link("/up", "../../../secret");
        assertThat(tree().value("/up").get()).contains("of this tree");
    }

    @Test
    void circlesEnd() {
        files.link("/a", "b").link("/b", "a").link("/self", "self/self/self");
        assertThat(tree().value("/a")).isEqualTo(Fact.unreadable("/a", "symbolic links lead in a circle"));
        assertThat(tree().value("/self/x")).isInstanceOf(Fact.Unreadable.class);
    }

    @Test
    void filesHaveBounds() {
        files.file("/sys/page", "x".repeat(4096)).file("/sys/more", "x".repeat(4097));
        files.file("/proc/most", "x".repeat(1 << 20)).file("/proc/more", "x".repeat((1 << 20) + 1));
        assertThat(tree().value("/sys/page")).isInstanceOf(Fact.Known.class);
        assertThat(tree().value("/sys/more")).isEqualTo(Fact.unreadable("/sys/more", "longer than 4096 bytes"));
        assertThat(tree().text("/proc/most")).isInstanceOf(Fact.Known.class);
        assertThat(tree().text("/proc/more")).isEqualTo(Fact.unreadable("/proc/more", "longer than 1048576 bytes"));
        assertThat(tree().head("/proc/more", 10).get()).contains("x".repeat(10));
    }

    @Test
    void allReadingTogetherHasABound() {
        files.file("/etc/big", "x".repeat(1 << 20));
        Tree tree = tree();
        for (int i = 0; i < 64; i++) {
            assertThat(tree.text("/etc/big")).isInstanceOf(Fact.Known.class);
        }
        assertThat(tree.text("/etc/big")).isEqualTo(Fact.unreadable("/etc/big", "more than 64 MiB read in all"));
    }

    @Test
    void directoriesHaveABound() {
        for (int i = 0; i <= 100; i++) {
            files.directory("/many/" + i);
        }
        Tree roomy = new Tree(files.root(), 101);
        assertThat(roomy.namesOrGap("/many")).hasSize(101);
        assertThat(roomy.gaps()).isEmpty();
        Tree tight = new Tree(files.root(), 100);
        assertThat(tight.namesOrGap("/many")).isEmpty();
        assertThat(tight.gaps()).containsExactly(new Gap("/many", "more than 100 entries"));
    }

    @Test
    void pipesAndDirectoriesAreNotOpened() throws IOException, InterruptedException {
        files.directory("/sys/dir");
        Process mkfifo = new ProcessBuilder("mkfifo", files.root().resolve("pipe") + "").start();
        assertThat(mkfifo.waitFor()).isZero();
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            assertThat(tree().value("/pipe")).isEqualTo(Fact.unreadable("/pipe", "not a regular file"));
            assertThat(tree().names("/pipe")).isEqualTo(Fact.unreadable("/pipe", "not a directory"));
        });
        assertThat(tree().value("/sys/dir")).isEqualTo(Fact.unreadable("/sys/dir", "not a regular file"));
        assertThat(tree().link("/sys/dir")).isEqualTo(Fact.unreadable("/sys/dir", "not a symbolic link"));
    }

    @Test
    void forbiddenIsNotAbsent() throws IOException {
        files.file("/sys/secret/file", "x");
        Path secret = files.root().resolve("sys/secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
        try {
            assumeFalse(Files.isReadable(secret), "permissions do not bind this user");
            assertThat(tree().value("/sys/secret/file"))
                    .isEqualTo(Fact.unreadable("/sys/secret/file", "permission denied"));
            assertThat(tree().names("/sys/secret")).isEqualTo(Fact.unreadable("/sys/secret", "permission denied"));
        } finally {
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void invisibleCharactersAreEscaped() throws IOException {
        files.file("/proc/cmdline", "  quiet \u001b[2Jroot\n\u202egpj.exe\u0007 é\n");
        assertThat(tree().value("/proc/cmdline").get()).contains("quiet \\x1b[2Jroot\\x0a\\u202egpj.exe\\x07 é");
        assertThat(tree().text("/proc/cmdline").get()).contains("  quiet \\x1b[2Jroot\n\\u202egpj.exe\\x07 é\n");
        Files.write(files.root().resolve("latin1"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(tree().value("/latin1").get()).contains("caf\ufffd");
    }

    @Test
    void namesAreEscapedInSources() {
        files.link("/sys/bus/pci/devices/0000:01:00.0/driver", "evil\u001b[31m");
        files.file("/sys/bus/pci/devices/\u001b[31m/class", "0x030000");
        Host host = HostReader.read(files.root());
        assertThat(host.pci().getFirst().driver().get()).contains("evil\\x1b[31m");
        assertThat(host.gaps().getFirst().source()).isEqualTo("/sys/bus/pci/devices/\\x1b[31m");
    }

    @Test
    void aLinkNeedsNoTarget() {
        files.link("/sys/driver", "../../bus/pci/drivers/nvme").link("/sys/top", "/");
        assertThat(tree().link("/sys/driver")).isEqualTo(Fact.known("nvme", "/sys/driver"));
        assertThat(tree().link("/sys/none")).isEqualTo(Fact.absent("/sys/none"));
        assertThat(tree().link("/sys/top")).isEqualTo(Fact.unreadable("/sys/top", "a link to the root"));
    }

    @Test
    void everyCpuOnlineAndNoneThereIsQuick() {
        files.file("/sys/devices/system/cpu/online", "0-4095");
        Assertions.assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThat(HostReader.read(files.root()).cpu().logical()).hasSize(4096));
    }

    @Test
    void bytesHaveAnOffsetAndABound() throws IOException {
        files.file("/sys/config", "").link("/sys/up", "../../secret").directory("/sys/dir");
        Files.write(files.root().resolve("sys/config"), new byte[] {0, -1, 2, 3});
        assertThat(tree().bytes("/sys/config", 1, 2).get().orElseThrow()).containsExactly(-1, 2);
        assertThat(tree().bytes("/sys/config", 2, 4096).get().orElseThrow()).containsExactly(2, 3);
        assertThat(tree().bytes("/sys/config", 4, 4).get().orElseThrow()).isEmpty();
        assertThat(tree().bytes("/sys/up", 0, 4)).isEqualTo(Fact.absent("/sys/up"));
        assertThat(tree().bytes("/sys/dir", 0, 4)).isEqualTo(Fact.unreadable("/sys/dir", "not a regular file"));
        assertThatIllegalArgumentException().isThrownBy(() -> tree().bytes("/sys/config", 0, 4097));
        assertThatIllegalArgumentException().isThrownBy(() -> tree().bytes("/sys/config", -1, 1));
    }

    @Test
    void theRealPathIsBelowTheRoot() {
        files.directory("/sys/devices/a/b").link("/sys/bus/x", "../devices/a/b").link("/sys/bus/y", "/gone/far");
        files.link("/sys/bus/up", "../../../../../outside").directory("/sys/bus/plain");
        assertThat(tree().realPath("/sys/bus/x")).isEqualTo(Fact.known("/sys/devices/a/b", "/sys/bus/x"));
        assertThat(tree().realPath("/sys/bus/y").get()).contains("/gone/far");
        assertThat(tree().realPath("/sys/bus/up").get()).contains("/outside");
        assertThat(tree().realPath("/sys/bus/plain").get()).contains("/sys/bus/plain");
        assertThat(tree().realPath("/sys/bus/none")).isEqualTo(Fact.absent("/sys/bus/none"));
    }
}
