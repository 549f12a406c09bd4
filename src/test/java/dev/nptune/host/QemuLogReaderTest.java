package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Virtualization.QemuLog;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QemuLogReaderTest {
    static final String START =
            "2024-03-02 10:00:00.000+0000: starting up libvirt version: 10.0.0, hostname: gamingrig\n";
    private static final String LOGS = "/var/log/libvirt/qemu/";
    private static final String HYPERTHREADING =
            "qemu-system-x86_64: warning: This family of AMD CPU doesn't support hyperthreading(2)";

    @TempDir(factory = MemoryFolder.class)
    Path root = Path.of("");

    TestTree tree = new TestTree(root);

    @BeforeEach
    void plant() {
        tree = new TestTree(root);
    }

    private static List<String> parse(String text) {
        return QemuLogReader.parse(new Tree.Tail(text, false));
    }

    @Test
    void linesOfTheLastStart() {
        assertThat(parse(START + "old error\n" + START + """
                LC_ALL=C \\
                QEMU_AUDIO_DRV=spice \\
                /usr/bin/qemu-system-x86_64 \\
                -name guest=win10,debug-threads=on \\
                -object '{"qom-type":"secret","id":"masterKey0","format":"raw","file":"/var/lib/master-key.aes"}' \\
                -uuid 3f2504e0-4f89-41d3-9a0c-0305e82c3301 \\
                -audiodev '{"id":"audio1","driver":"spice"}' \\
                -device '{"driver":"vfio-pci","host":"0000:01:00.0","id":"hostdev0"}'
                char device redirected to /dev/pts/1 (label charserial0)
                2024-03-02T10:00:01Z %s
                2024-03-02T10:00:02Z qemu-system-x86_64: vfio_dma_map(0x55, 0xc0000, 0x20000, 0x7f) = -22 (Invalid argument)
                2024-03-02T10:00:03Z qemu-system-x86_64: VFIO_MAP_DMA failed: Cannot allocate memory
                audio: Failed to create voice `ich9.out'
                2024-03-02 11:00:00.000+0000: shutting down, reason=shutdown
                """.formatted(HYPERTHREADING)))
                .containsExactly(
                        "2024-03-02T10:00:01Z " + HYPERTHREADING,
                        "2024-03-02T10:00:02Z qemu-system-x86_64: vfio_dma_map(0x55, 0xc0000, 0x20000, 0x7f) = -22"
                                + " (Invalid argument)",
                        "2024-03-02T10:00:03Z qemu-system-x86_64: VFIO_MAP_DMA failed: Cannot allocate memory",
                        "audio: Failed to create voice `ich9.out'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LC_ALL=C PATH=/usr/bin QEMU_AUDIO_DRV=none /usr/bin/kvm -name win10 -device vfio-pci,host=01:00.0",
                "/usr/bin/kvm -name win10 -uuid 3f2504e0-4f89-41d3-9a0c-0305e82c3301 -device vfio-pci,host=01:00.0",
                "-device vfio-pci,host=01:00.0 \\",
                "qemu-system-x86_64: -object secret,id=a,data=b: error",
                "error: wrong Password",
                "char device redirected to /dev/pts/1",
                ""
            })
    void commandsAndSecretsAreLeftOut(String line) {
        assertThat(parse(line + "\n")).isEmpty();
        assertThat(parse(START + line)).isEmpty();
    }

    @Test
    void ofALongLogTheEnd() {
        String filler = "2024-03-02T10:00:02Z something else happens here, over and over\n".repeat(5000);
        tree.file(LOGS + "a.log", "old error\n" + START + "an error too long ago\n" + filler + "vfio: the end");
        tree.file(LOGS + "b.log", "x".repeat(QemuLogReader.MAX_TAIL) + "error\nvfio: first whole line\n");
        tree.file(LOGS + "c.log", "x".repeat(QemuLogReader.MAX_TAIL) + "\\\n-device vfio-pci\nerror\n");
        tree.file(LOGS + "d.log", "e".repeat(QemuLogReader.MAX_TAIL) + "error");

        assertThat(read())
                .extracting(log -> log.lines().get().orElseThrow())
                .containsExactly(
                        List.of("vfio: the end"), List.of("vfio: first whole line"), List.of("error"), List.of());
    }

    private List<QemuLog> read() {
        return QemuLogReader.read(new Tree(root));
    }

    @Test
    void eachDomainHasItsOwn() {
        assertThat(read()).isEmpty();
        tree.file(LOGS + "win 11.log", START).file(LOGS + "win10.log", START + HYPERTHREADING + "\n");
        tree.file(LOGS + "win10.log.0", "error\n").file(LOGS + ".log", "error\n");
        tree.link(LOGS + "link.log", "win10.log").directory(LOGS + "odd.log");

        assertThat(read())
                .containsExactly(
                        new QemuLog("link", Fact.unreadable(LOGS + "link.log", "not a regular file")),
                        new QemuLog("odd", Fact.unreadable(LOGS + "odd.log", "not a regular file")),
                        new QemuLog("win 11", Fact.known(List.of(), LOGS + "win 11.log")),
                        new QemuLog("win10", Fact.known(List.of(HYPERTHREADING), LOGS + "win10.log")));
    }

    @Test
    void bounds() {
        assertThat(parse("vfio error\n".repeat(1000))).hasSize(QemuLogReader.MAX_LINES);
        assertThat(parse("vfio: " + "long ".repeat(1000)))
                .singleElement()
                .satisfies(line -> assertThat(line).hasSize(400).endsWith("…"));
        assertThat(parse("vf\0io: \u001b[31m\r\n")).containsExactly("vfio: \\x1b[31m\\x0d");
        for (int i = 0; i < 70; i++) {
            tree.file(LOGS + "vm" + i + ".log", "error\n");
        }
        Tree files = new Tree(root);
        assertThat(QemuLogReader.read(files)).hasSize(QemuLogReader.MAX_LOGS);
        assertThat(files.gaps()).containsExactly(new Gap("/var/log/libvirt/qemu", "only the first 64 logs looked at"));
    }

    @Test
    void aFolderThatCannotBeListedIsAGap() {
        tree.file("/var/log/libvirt/qemu", "no folder");
        Tree files = new Tree(root);
        assertThat(QemuLogReader.read(files)).isEmpty();
        assertThat(files.gaps()).extracting(Gap::source).containsExactly("/var/log/libvirt/qemu");
    }
}
