package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphicsReaderTest {
    private static final PciAddress CARD = PciAddress.parse("0b:00.0");

    @TempDir(factory = MemoryFolder.class)
    Path root = Path.of("");

    TestTree tree = new TestTree(root);

    @BeforeEach
    void plant() {
        tree = new TestTree(root);
    }

    /// JUnit warns of each link that leads out of the folder.
    @AfterEach
    void cutLinks() throws IOException {
        List<Path> links;
        try (Stream<Path> files = Files.walk(root)) {
            links = files.filter(Files::isSymbolicLink).toList();
        }
        for (Path link : links) {
            Files.delete(link);
        }
    }

    private Graphics read() {
        Tree files = new Tree(root);
        Graphics graphics = GraphicsReader.read(files, Processes.read(files));
        assertThat(Json.read(Json.compact(graphics), Graphics.class)).isEqualTo(graphics);
        return graphics;
    }

    private void card(String node, String device) {
        tree.directory("/sys/devices/" + device)
                .link("/sys/devices/" + device + "/drm/" + node + "/device", "../../../" + device);
        tree.link("/sys/class/drm/" + node, "../../devices/" + device + "/drm/" + node);
    }

    private void process(int pid, String name, String... files) {
        tree.file("/proc/" + pid + "/comm", name + "\n");
        for (int i = 0; i < files.length; i++) {
            tree.link("/proc/" + pid + "/fd/" + i, files[i]);
        }
    }

    @Test
    void whoHoldsTheCard() {
        card("card1", "0000:0b:00.0");
        card("renderD128", "0000:0b:00.0");
        card("card0", "simple-framebuffer.0");
        tree.directory("/sys/class/drm/card1-DP-1");
        process(900, "Xorg", "/dev/null", "/dev/dri/card1", "/dev/dri/card1", "socket:[123]");
        process(1000, "firefox", "/dev/dri/renderD128", "/dev/dri/card1 (deleted)", "/home/x/dev/dri/card1");
        process(1001, "plymouthd", "/dev/dri/card0");
        process(1, "systemd");

        Graphics graphics = read();
        assertThat(graphics.nodes())
                .containsExactly(
                        new Graphics.Node("/dev/dri/card0", Fact.absent("/sys/class/drm/card0/device")),
                        new Graphics.Node("/dev/dri/card1", Fact.known(CARD, "/sys/class/drm/card1/device")),
                        new Graphics.Node("/dev/dri/renderD128", Fact.known(CARD, "/sys/class/drm/renderD128/device")));
        assertThat(graphics.holders())
                .containsExactly(
                        new Graphics.Holder(
                                900,
                                "Xorg",
                                "/dev/dri/card1",
                                Fact.known(List.of(CARD), "/sys/class/drm/card1/device")),
                        new Graphics.Holder(
                                1000,
                                "firefox",
                                "/dev/dri/renderD128",
                                Fact.known(List.of(CARD), "/sys/class/drm/renderD128/device")),
                        new Graphics.Holder(
                                1001, "plymouthd", "/dev/dri/card0", Fact.absent("/sys/class/drm/card0/device")));
    }

    @Test
    void vfioGroupsHaveAllTheirFunctions() {
        tree.directory("/sys/kernel/iommu_groups/15/devices/0000:0b:00.0");
        tree.directory("/sys/kernel/iommu_groups/15/devices/0000:0b:00.1");
        tree.link("/sys/class/vfio-dev/vfio3/device", "../../../0000:0b:00.0");
        process(7, "qemu-system-x86", "/dev/vfio/15", "/dev/vfio/vfio", "/dev/vfio/devices/vfio3", "/dev/vfio/16");

        assertThat(read().holders())
                .extracting(h -> h.functions().get())
                .containsExactly(
                        Optional.of(List.of(CARD, PciAddress.parse("0b:00.1"))),
                        Optional.of(List.of(CARD)),
                        Optional.empty());
    }

    @Test
    void nvidiasNodes() {
        tree.file("/proc/driver/nvidia/gpus/0000:0b:00.0/information", "Model: \t\t GTX 1080\nDevice Minor: \t 1\n");
        process(7, "Xorg", "/dev/nvidia1", "/dev/nvidiactl", "/dev/nvidia0", "/dev/nvidia-modeset");
        List<Graphics.Holder> holders = read().holders();
        assertThat(holders).hasSize(4);
        assertThat(holders.get(0).functions()).isEqualTo(Fact.known(List.of(CARD), "/proc/driver/nvidia/gpus"));
        assertThat(holders.get(1).functions()).isEqualTo(Fact.absent("/dev/nvidiactl"));
        assertThat(holders.get(2).functions()).isInstanceOf(Fact.Unreadable.class);
    }

    @Test
    void frameBuffersAndConsoles() {
        tree.file("/sys/class/graphics/fb0/name", "EFI VGA\n").file("/sys/class/graphics/fbcon/rotate", "0");
        tree.link("/sys/class/graphics/fb0/device", "../../../efi-framebuffer.0");
        tree.file("/sys/class/graphics/fb10/name", "amdgpudrmfb\n").file("/sys/class/graphics/fb2/name", "x\n");
        tree.link("/sys/class/graphics/fb10/device", "../../../0000:0b:00.0");
        tree.file("/sys/class/vtconsole/vtcon1/name", "(M) frame buffer device\n");
        tree.file("/sys/class/vtconsole/vtcon1/bind", "1\n");

        Graphics graphics = read();
        assertThat(graphics.frameBuffers())
                .extracting(Graphics.FrameBuffer::number)
                .containsExactly(0, 2, 10);
        assertThat(graphics.frameBuffers().getFirst().name().get()).contains("EFI VGA");
        assertThat(graphics.frameBuffers().getFirst().function()).isInstanceOf(Fact.Absent.class);
        assertThat(graphics.frameBuffers().getLast().function().get()).contains(CARD);
        assertThat(graphics.consoles())
                .containsExactly(new Graphics.ConsoleDriver(
                        1,
                        Fact.known("frame buffer device", "/sys/class/vtconsole/vtcon1/name"),
                        Fact.known(true, "/sys/class/vtconsole/vtcon1/bind")));
    }

    @Test
    void memoryOfTheFirmwaresFramebuffer() {
        assertThat(read().bootFramebuffers()).isEqualTo(Fact.absent("/proc/iomem"));
        tree.file("/proc/iomem", "e0000000-efffffff : PCI Bus 0000:00\n  e0000000-e02fffff : BOOTFB\n");
        assertThat(read().bootFramebuffers())
                .isEqualTo(Fact.known(
                        List.of(new Graphics.AddressRange("BOOTFB", 0xe0000000L, 0xe02fffffL)), "/proc/iomem"));
        tree.file("/proc/iomem", "00000000-00000000 : PCI Bus 0000:00\n");
        assertThat(read().bootFramebuffers())
                .isEqualTo(Fact.unreadable("/proc/iomem", "addresses are shown to root only"));
    }

    @Test
    void filesThatCannotBeListedAreAGap() {
        process(900, "Xorg");
        tree.link("/proc/900/fd", "fd");
        process(901, "sway", "/dev/dri/card1");
        Tree files = new Tree(root);
        Graphics graphics = GraphicsReader.read(files, Processes.read(files));
        assertThat(graphics.holders()).extracting(Graphics.Holder::process).containsExactly("sway");
        assertThat(files.gaps())
                .containsExactly(new Gap("/proc", "open files of 1 processes: symbolic links lead in a circle"));
    }

    @Test
    void onlySoManyFilesOfOneProcess() {
        String[] many = new String[1500];
        Arrays.fill(many, "socket:[1]");
        process(1, "leaky", many);
        assertThat(new Tree(root).links("/proc/1/fd", 1024).get().orElseThrow()).hasSize(1024);
        assertThat(new Tree(root).links("/proc/1/comm", 9))
                .isEqualTo(Fact.unreadable("/proc/1/comm", "not a directory"));
        assertThat(new Tree(root).links("/proc/2/fd", 9)).isEqualTo(Fact.absent("/proc/2/fd"));
    }

    @Test
    void noProcessIsNotTheSameAsNoHolder() {
        tree.file("/proc/cpuinfo", "");
        assertThat(Processes.read(new Tree(root)).seen()).isInstanceOf(Fact.Unreadable.class);
        process(1, "init");
        assertThat(Processes.read(new Tree(root)).seen()).isEqualTo(Fact.known(1, "/proc"));
        assertThat(read().holders()).isEmpty();
    }

    @Test
    void onlySoManyProcesses() {
        for (int pid = 1; pid <= Processes.MOST + 1; pid++) {
            tree.directory("/proc/" + pid);
        }
        Tree files = new Tree(root);
        assertThat(Processes.read(files).list()).isEmpty();
        assertThat(files.gaps())
                .singleElement()
                .satisfies(g -> assertThat(g.reason()).contains("4097"));
    }
}
