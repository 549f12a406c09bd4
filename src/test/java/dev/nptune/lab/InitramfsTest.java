package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitramfsTest {
    @TempDir
    private Path temp;

    private record Entry(long mode, String content) {}

    @Test
    void comesBackAsItWasPutIn() throws IOException {
        assertThat(read(sample()))
                .containsExactly(
                        Map.entry("bin", new Entry(040755, "")),
                        Map.entry("bin/busybox", new Entry(0100755, "ELF")),
                        Map.entry("etc", new Entry(040755, "")),
                        Map.entry("etc/name", new Entry(0100644, "grüße\n")),
                        Map.entry("init", new Entry(0100755, "#!/bin/busybox sh\n")));
    }

    @Test
    void aFolderComesBeforeWhatIsInIt() throws IOException {
        Initramfs image = new Initramfs()
                .plain("a/b/c", bytes("x"))
                .plain("a-z", bytes("x"))
                .folder("a/b")
                .folder("a");

        assertThat(read(image).keySet()).containsSubsequence("a", "a/b", "a/b/c");
    }

    @Test
    void theSameContentsAreTheSameBytes() throws IOException {
        Path one = temp.resolve("one");
        Path two = temp.resolve("two");

        sample().write(one);
        sample().write(two);

        assertThat(two).hasSameBinaryContentAs(one);
    }

    @Test
    void replacesWhatIsThereAndLeavesNothingElse() throws IOException {
        Path target = Files.writeString(temp.resolve("image"), "old");

        sample().write(target);

        assertThat(Files.readAllBytes(target)).startsWith(0x1f, 0x8b);
        assertThat(temp).isDirectoryNotContaining(p -> !p.equals(target));
    }

    @Test
    void modulesLieInOneFolderAndTheirOrderBesideThem() throws IOException {
        KernelFiles kernel = kernel("""
                kernel/fs/9p.ko: kernel/net/9pnet.ko
                kernel/net/9pnet.ko:
                kernel/drivers/brd.ko:
                """, "kernel/fs/9p.ko", "kernel/net/9pnet.ko", "kernel/drivers/brd.ko");

        Map<String, Entry> read = read(new Initramfs().modules(kernel, List.of("9p"), List.of("brd")));

        assertThat(read)
                .containsEntry("modules", new Entry(040755, ""))
                .containsEntry("modules/order", new Entry(0100644, "9pnet.ko\n9p.ko\n"))
                .containsEntry("modules/9p.ko", new Entry(0100644, "module kernel/fs/9p.ko"))
                .containsEntry("modules/brd.ko", new Entry(0100644, "module kernel/drivers/brd.ko"));
    }

    @Test
    void aModuleThatIsNotThereIsAnError() throws IOException {
        KernelFiles kernel = kernel("kernel/a.ko:\n");

        assertThatThrownBy(() -> new Initramfs().modules(kernel, List.of("a"), List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("kernel/a.ko");
    }

    private static Initramfs sample() {
        return new Initramfs()
                .executable("init", bytes("#!/bin/busybox sh\n"))
                .plain("etc/name", bytes("grüße\n"))
                .folder("etc")
                .executable("bin/busybox", bytes("ELF"))
                .folder("bin");
    }

    private KernelFiles kernel(String modulesDep, String... modules) throws IOException {
        Path folder = Files.createDirectories(temp.resolve("lib/modules/6.1"));
        Files.writeString(folder.resolve("modules.dep"), modulesDep);
        for (String module : modules) {
            Path file = folder.resolve(module);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "module " + module);
        }
        return new KernelFiles("6.1", "6.1-1", temp.resolve("vmlinuz"), folder);
    }

    private Map<String, Entry> read(Initramfs image) throws IOException {
        Path file = temp.resolve("read");
        image.write(file);
        Map<String, Entry> entries = new LinkedHashMap<>();
        try (var cpio = new CpioArchiveInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
            for (var e = cpio.getNextEntry(); e != null; e = cpio.getNextEntry()) {
                String content = new String(cpio.readAllBytes(), StandardCharsets.UTF_8);
                entries.put(e.getName(), new Entry(e.getMode(), content));
            }
        }
        return entries;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
