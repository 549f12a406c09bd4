package dev.nptune.kernel.module;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/// Takes folders out of an archive of a kernel's source, such as Debian's `linux-source-6.1.tar.xz` or kernel.org's
/// `linux-6.1.192.tar.xz`. An archive whose blocks are sorted is read where
/// that is ([SortedTar]), any other as a whole; nothing else is written.
///
/// Bounds: [#MOST_ENTRIES] entries, [#MOST_DECODED] bytes decoded, [#MOST_BYTES] bytes written. A name that is absolute
/// or has `..` in it is refused; links and devices are left out.
final class SourceArchive {
    /// Linux 6.12 has 90 000.
    static final int MOST_ENTRIES = 1_000_000;
    /// Linux 6.1 has 1.3 GiB.
    static final long MOST_DECODED = 8L << 30;
    /// The largest folders, amdgpu's, have 400 MiB.
    static final long MOST_BYTES = 768L << 20;

    private static final int BUFFER = 1 << 16;

    private SourceArchive() {}

    /// As [KernelSource#copy].
    static long extract(Path archive, List<String> wanted, Path target) throws IOException, UserException {
        Optional<List<XzBlocks.Part>> blocks =
                archive.toString().endsWith(".xz") ? XzBlocks.of(archive) : Optional.empty();
        Optional<List<XzBlocks.Part>> some =
                blocks.isEmpty() ? Optional.empty() : SortedTar.parts(archive, blocks.get(), wanted);
        Extraction found = new Extraction(wanted, target);
        if (some.isPresent()) {
            try (InputStream in = new XzBlocks(archive, some.get())) {
                found.read(in);
            }
        }
        if (some.isEmpty() || !found.complete()) {
            found = new Extraction(wanted, target);
            try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), BUFFER);
                    InputStream in = blocks.isPresent() ? new XzBlocks(archive, blocks.get()) : decode(archive, file)) {
                found.read(in);
            }
        }
        if (!found.seen.contains("Makefile")) {
            throw new UserException(
                    Exit.WRONG_USE,
                    archive + " is no kernel source: it has no Makefile in its topmost folder",
                    "name an archive like linux-source-6.1.tar.xz");
        }
        return found.written;
    }

    /// One reading of an archive.
    private static final class Extraction {
        private final List<String> wanted;
        private final Path target;
        private final Set<String> seen = new HashSet<>();
        private long written;

        Extraction(List<String> wanted, Path target) {
            this.wanted = wanted;
            this.target = target;
        }

        /// Whether there was something of each folder, and the topmost `Makefile`. Single files may be new ones.
        boolean complete() {
            return wanted.stream().filter(w -> w.endsWith("/")).allMatch(seen::contains) && seen.contains("Makefile");
        }

        void read(InputStream in) throws IOException {
            int entries = 0;
            TarArchiveInputStream tar = new TarArchiveInputStream(new BufferedInputStream(in, BUFFER));
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                if (++entries > MOST_ENTRIES || tar.getBytesRead() > MOST_DECODED) {
                    throw new IOException("the archive is larger than a kernel's source can be");
                }
                Optional<String> name = below(entry.getName());
                Optional<String> part = name.flatMap(this::part);
                if (part.isEmpty() || !plain(entry)) {
                    continue;
                }
                seen.add(part.get());
                checkTotal(written + entry.getSize());
                Path to = target.resolve(name.orElseThrow());
                Files.createDirectories(to.resolveSibling("."));
                Files.copy(tar, to, StandardCopyOption.REPLACE_EXISTING);
                written += entry.getSize();
            }
        }

        private static boolean plain(TarArchiveEntry entry) {
            return entry.isFile()
                    && !entry.isLink()
                    && !entry.isSymbolicLink()
                    && !entry.isFIFO()
                    && !entry.isBlockDevice()
                    && !entry.isCharacterDevice()
                    && !entry.isSparse();
        }

        private Optional<String> part(String name) {
            return wanted.stream()
                    .filter(w -> w.endsWith("/") ? name.startsWith(w) : name.equals(w))
                    .max(Comparator.comparing(w -> w.endsWith("/")));
        }
    }

    static void checkTotal(long bytes) throws IOException {
        if (bytes > MOST_BYTES) {
            throw new IOException("the folders needed of the source have more than " + (MOST_BYTES >> 20) + " MiB");
        }
    }

    /// The name without the topmost folder; empty if it is that folder.
    private static Optional<String> below(String name) throws IOException {
        if (name.startsWith("/") || List.of(name.split("/")).contains("..")) {
            throw new IOException("the archive has a name that leads out of it: " + name);
        }
        String clean = name.startsWith("./") ? name.substring(2) : name;
        int slash = clean.indexOf('/');
        return slash < 0 || slash == clean.length() - 1 ? Optional.empty() : Optional.of(clean.substring(slash + 1));
    }

    private static InputStream decode(Path archive, InputStream in) throws IOException, UserException {
        String name = archive.getFileName().toString();
        if (name.endsWith(".xz")) {
            return new XZInputStream(in, XzBlocks.MEMORY_KIB);
        }
        if (name.endsWith(".gz") || name.endsWith(".tgz")) {
            return new GZIPInputStream(in, BUFFER);
        }
        if (name.endsWith(".bz2")) {
            return new BZip2CompressorInputStream(in, true);
        }
        if (name.endsWith(".tar")) {
            return in;
        }
        throw new UserException(
                Exit.WRONG_USE,
                "cannot read " + archive + ": not a .tar, .tar.xz, .tar.gz or .tar.bz2",
                "unpack it and name the folder with --source");
    }
}
