package dev.nptune.host.source;

import dev.nptune.internal.text.Printable;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// Reads a tar archive, plain or packed by gzip, bzip2 or xz, into memory.
///
/// What it is, its first bytes tell, not its name. Files, directories, symbolic links and hard links to earlier files
/// are kept; device nodes, pipes and sparse files are refused, as are more bytes or entries than [Bounds] allows. The
/// bounds count while unpacking, so that a small archive that would become a large one stops early.
final class TarReader {
    private static final int HEADER = 512;

    private final Bounds bounds;
    private final MemoryTree tree;
    private int entries;
    private long kept;

    private TarReader(Bounds bounds) throws IOException {
        this.bounds = bounds;
        this.tree = new MemoryTree(bounds);
    }

    /// The root of the file system in memory.
    ///
    /// @throws RefusedException if it holds what no snapshot does
    /// @throws IOException if it is damaged, or no such archive
    static Path read(InputStream packed, Bounds bounds) throws IOException {
        TarReader reader = new TarReader(bounds);
        try {
            reader.unpack(new BoundedStream(packed, bounds.packedBytes(), "the archive is"));
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            // Thrown by the decompressors and the tar parser for some damaged input.
            throw new IOException(e.getMessage(), e);
        }
        return reader.tree.root();
    }

    private void unpack(InputStream packed) throws IOException {
        InputStream plain = new BufferedInputStream(
                new BoundedStream(decompressed(packed), bounds.unpackedBytes(), "what it holds is"));
        plain.mark(HEADER);
        byte[] header = plain.readNBytes(HEADER);
        plain.reset();
        if (!isTarHeader(header)) {
            throw new RefusedException("it is no tar archive");
        }
        TarArchiveInputStream tar = new TarArchiveInputStream(plain);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (++entries > bounds.entries()) {
                throw new RefusedException("it holds more than " + bounds.entries() + " entries");
            }
            keep(entry, tar);
        }
    }

    private static boolean isTarHeader(byte[] header) {
        try {
            return header.length == HEADER && TarUtils.verifyCheckSum(header);
        } catch (IllegalArgumentException _) {
            return false; // the field of the checksum holds no number
        }
    }

    private static InputStream decompressed(InputStream packed) throws IOException {
        BufferedInputStream in = new BufferedInputStream(packed);
        in.mark(6);
        byte[] magic = in.readNBytes(6);
        in.reset();
        if (starts(magic, 0x1f, 0x8b)) {
            return GzipCompressorInputStream.builder()
                    .setInputStream(in)
                    .setDecompressConcatenated(true)
                    .get();
        }
        if (starts(magic, 'B', 'Z', 'h')) {
            return new BZip2CompressorInputStream(in, true);
        }
        if (starts(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return XZCompressorInputStream.builder()
                    .setInputStream(in)
                    .setDecompressConcatenated(true)
                    .setMemoryLimitKiB(Bounds.DECOMPRESSOR_KIB)
                    .get();
        }
        if (starts(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
            throw new RefusedException("it is packed by zstd, which is not read here; 'zstd -d' unpacks it");
        }
        if (starts(magic, 'P', 'K', 3, 4)) {
            throw new RefusedException("it is a zip archive, which keeps no symbolic links");
        }
        return in;
    }

    private static boolean starts(byte[] bytes, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private void keep(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
        String name = entry.getName();
        if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
            throw refused("a device node or pipe", name);
        } else if (entry.isSparse()) {
            throw refused("a sparse file", name);
        } else if (entry.isDirectory()) {
            tree.directory(name);
        } else if (entry.isSymbolicLink()) {
            tree.link(name, entry.getLinkName());
        } else if (entry.isLink()) {
            tree.file(name, counted(tree.earlierFile(name, entry.getLinkName())));
        } else if (entry.getSize() > bounds.fileBytes()) {
            throw refused("a file larger than " + (bounds.fileBytes() >> 20) + " MiB", name);
        } else {
            byte[] content = tar.readNBytes(bounds.fileBytes());
            if (content.length != entry.getSize()) {
                throw new IOException("a file is cut short");
            }
            tree.file(name, counted(content));
        }
    }

    /// Hard links make bytes that never were in the archive.
    private byte[] counted(byte[] content) throws IOException {
        kept += content.length;
        if (kept > bounds.unpackedBytes()) {
            throw new RefusedException("what it holds is larger than " + (bounds.unpackedBytes() >> 20) + " MiB");
        }
        return content;
    }

    private static RefusedException refused(String what, String name) {
        return new RefusedException("it holds " + what + ": '" + Printable.brief(name, 80) + "'");
    }
}
