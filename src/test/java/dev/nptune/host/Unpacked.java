package dev.nptune.host;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/// Unpacks files and symbolic links of a tar archive, never above the target and never through a link.
final class Unpacked {
    private static final int MAX_ENTRIES = 50_000;
    private static final int MAX_FILE = 4 << 20;

    private Unpacked() {}

    static void tar(Path archive, Path target, Predicate<String> wanted) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
                InputStream plain = archive.toString().endsWith(".bz2")
                        ? new BZip2CompressorInputStream(file, true)
                        : new GzipCompressorInputStream(file);
                TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
            int entries = 0;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (++entries > MAX_ENTRIES || entry.getSize() > MAX_FILE) {
                    throw new IOException("over the bounds: " + entry.getName());
                }
                if (!entry.isDirectory() && wanted.test(entry.getName())) {
                    write(entry, tar, target);
                }
            }
        }
    }

    private static void write(TarArchiveEntry entry, InputStream content, Path target) throws IOException {
        Path path = target;
        for (Path name : Path.of(entry.getName()).normalize()) {
            if (name.toString().equals("..") || Files.isSymbolicLink(path)) {
                throw new IOException("leads out of the archive: " + entry.getName());
            }
            path = path.resolve(name);
        }
        Files.createDirectories(path.resolveSibling("."));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            throw new IOException("hard link: " + entry.getName());
        } else {
            Files.write(path, content.readNBytes(MAX_FILE));
        }
    }
}
