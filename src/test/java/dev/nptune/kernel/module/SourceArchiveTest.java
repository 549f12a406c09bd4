package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.internal.text.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class SourceArchiveTest {
    private static final List<String> WANTED = List.of("Makefile", "arch/x86/kvm/", "new.c", "virt/");

    @TempDir
    private Path temp;

    private static Map<String, String> kernel() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("linux-6.1/Makefile", "VERSION = 6\n");
        for (String folder : List.of("arch/x86/kernel", "arch/x86/kvm", "arch/x86/lib", "drivers/pci", "virt/kvm")) {
            for (int i = 0; i < 40; i++) {
                String name = "linux-6.1/%s/file%02d.c".formatted(folder, i);
                files.put(name, noise(name));
            }
        }
        return files;
    }

    /// Text that does not compress to nothing, so that there are several blocks.
    private static String noise(String name) {
        byte[] bytes = new byte[700];
        new Random(name.hashCode()).nextBytes(bytes);
        return name + new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] tar(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] content = file.getValue().getBytes(StandardCharsets.ISO_8859_1);
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private Path xz(Map<String, String> files, int block) throws IOException {
        Path archive = temp.resolve("linux.tar.xz");
        byte[] tar = tar(files);
        try (OutputStream file = Files.newOutputStream(archive);
                XZOutputStream xz = new XZOutputStream(file, new LZMA2Options(1))) {
            for (int at = 0; at < tar.length; at += block) {
                xz.write(tar, at, Math.min(block, tar.length - at));
                xz.endBlock();
            }
        }
        return archive;
    }

    private void holdsWhatIsWanted(Map<String, String> files, Path archive) throws IOException, UserException {
        Path target = temp.resolve("target");

        SourceArchive.extract(archive, WANTED, target);

        for (Map.Entry<String, String> file : files.entrySet()) {
            String name = file.getKey().substring("linux-6.1/".length());
            Path there = target.resolve(name);
            if (name.startsWith("arch/x86/kvm/") || name.startsWith("virt/") || name.equals("Makefile")) {
                assertThat(Files.readString(there, StandardCharsets.ISO_8859_1)).isEqualTo(file.getValue());
            } else {
                assertThat(there).doesNotExist();
            }
        }
    }

    @Test
    void ofASortedArchiveOnlyTheBlocksNeededAreRead() throws Exception {
        Map<String, String> files = kernel();
        Path archive = xz(files, 20_480);

        holdsWhatIsWanted(files, archive);

        List<XzBlocks.Part> all = XzBlocks.of(archive).orElseThrow();
        long read = SortedTar.parts(archive, all, WANTED).orElseThrow().stream()
                .mapToLong(part -> part.to() - part.from())
                .sum();
        assertThat(all).hasSizeGreaterThan(10);
        assertThat(read).isLessThan(all.stream().mapToLong(XzBlocks.Part::to).sum() * 3 / 4);
    }

    @Test
    void blocksMayBeginAnywhere() throws Exception {
        Map<String, String> files = kernel();

        // no multiple of a record of 512 bytes: a header is never at a block's beginning but the first
        holdsWhatIsWanted(files, xz(files, 16_000));
    }

    @Test
    void anUnsortedArchiveIsReadAsAWhole() throws Exception {
        Map<String, String> files = new LinkedHashMap<>();
        kernel().entrySet().stream()
                .sorted(Map.Entry.comparingByKey((a, b) -> Integer.compare(a.hashCode(), b.hashCode())))
                .forEach(e -> files.put(e.getKey(), e.getValue()));

        holdsWhatIsWanted(files, xz(files, 20_480));
    }

    @Test
    void oneBlockIsAStream() throws Exception {
        Map<String, String> files = kernel();

        holdsWhatIsWanted(files, xz(files, 10_000_000));
    }

    @Test
    void aNameThatLeadsOutIsRefused() throws Exception {
        Path archive = temp.resolve("bad.tar");
        Files.write(archive, tar(Map.of("linux/../../evil", "x")));

        assertThatThrownBy(() -> SourceArchive.extract(archive, WANTED, temp.resolve("target")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("leads out");
        assertThat(temp.resolve("evil")).doesNotExist();
    }

    @Test
    void whatIsNoKernelIsRefused() throws Exception {
        Path archive = temp.resolve("other.tar");
        Files.write(archive, tar(Map.of("other/README", "x")));

        assertThatThrownBy(() -> SourceArchive.extract(archive, WANTED, temp.resolve("target")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no kernel source");
    }
}
