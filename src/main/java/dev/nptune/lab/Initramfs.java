package dev.nptune.lab;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/// A compressed cpio archive in the kernel's "newc" format, the same bytes for the same contents.
final class Initramfs {
    private static final int EXECUTABLE = CpioConstants.C_ISREG | 0755;
    private static final int PLAIN = CpioConstants.C_ISREG | 0644;
    private static final int FOLDER = CpioConstants.C_ISDIR | 0755;

    private final SortedMap<String, byte[]> files = new TreeMap<>();
    private final SortedMap<String, Integer> modes = new TreeMap<>();

    Initramfs folder(String path) {
        modes.put(path, FOLDER);
        return this;
    }

    Initramfs executable(String path, byte[] content) {
        files.put(path, content);
        modes.put(path, EXECUTABLE);
        return this;
    }

    Initramfs plain(String path, byte[] content) {
        files.put(path, content);
        modes.put(path, PLAIN);
        return this;
    }

    /// Adds kernel modules and the file that tells their order.
    ///
    /// @param loaded modules loaded by every boot, in `modules/order`
    /// @param further modules that are only put there
    Initramfs modules(KernelFiles kernel, java.util.List<String> loaded, java.util.List<String> further)
            throws IOException {
        ModuleOrder order = new ModuleOrder(Files.readString(kernel.modules().resolve("modules.dep")));
        folder("modules");
        StringBuilder names = new StringBuilder();
        for (String path : order.loading(loaded)) {
            names.append(add(kernel, path)).append('\n');
        }
        for (String path : order.loading(further)) {
            add(kernel, path);
        }
        return plain("modules/order", names.toString().getBytes(StandardCharsets.UTF_8));
    }

    private String add(KernelFiles kernel, String path) throws IOException {
        String name = path.substring(path.lastIndexOf('/') + 1);
        plain("modules/" + name, Files.readAllBytes(kernel.modules().resolve(path)));
        return name;
    }

    /// Writes the archive; a reader never sees half of it.
    void write(Path target) throws IOException {
        Path partial = Files.createTempFile(target.toAbsolutePath().getParent(), "initramfs", ".part");
        try {
            try (OutputStream out = new FastGzip(new BufferedOutputStream(Files.newOutputStream(partial)));
                    CpioArchiveOutputStream cpio =
                            new CpioArchiveOutputStream(out, CpioConstants.FORMAT_NEW, 512, "UTF-8")) {
                int inode = 1;
                for (Map.Entry<String, Integer> entry : modes.entrySet()) {
                    byte[] content = files.getOrDefault(entry.getKey(), new byte[0]);
                    CpioArchiveEntry header = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, entry.getKey());
                    header.setMode(entry.getValue());
                    header.setSize(content.length);
                    header.setInode(inode++);
                    header.setNumberOfLinks(1);
                    cpio.putArchiveEntry(header);
                    cpio.write(content);
                    cpio.closeArchiveEntry();
                }
            }
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /// Speed over size: the image is read once, by an emulated processor.
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
