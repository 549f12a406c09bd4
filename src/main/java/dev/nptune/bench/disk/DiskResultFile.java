package dev.nptune.bench.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A disk benchmark's result in a file; what wrote it is told by what is in it.
public final class DiskResultFile {
    /// The largest file read, in bytes: fio's `json+` of a few hundred jobs.
    public static final int MAX_BYTES = 64 << 20;

    private DiskResultFile() {}

    /// Reads one.
    ///
    /// @throws IOException if it cannot be read
    /// @throws IllegalArgumentException if it is no such result or out of bounds
    public static DiskResult read(Path file) throws IOException {
        return parse(bytes(file));
    }

    /// The bytes of one, for those who want its digest too.
    public static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("it is larger than " + (MAX_BYTES >> 20) + " MiB");
            }
            return bytes;
        }
    }

    /// Reads the content of one.
    ///
    /// @throws IllegalArgumentException if it is no such result or out of bounds
    public static DiskResult parse(byte[] content) {
        String text = text(content);
        if (CrystalDiskMark.isOne(text)) {
            return CrystalDiskMark.parse(text);
        }
        if (FioJson.isOne(text)) {
            return FioJson.parse(text);
        }
        throw new IllegalArgumentException(
                "it is neither fio's JSON (fio --output-format=json) nor CrystalDiskMark's text");
    }

    /// CrystalDiskMark saves UTF-16 with a byte order mark; what people paste is UTF-8.
    private static String text(byte[] content) {
        int first = content.length < 2 ? 0 : ((content[0] & 0xff) << 8) | (content[1] & 0xff);
        Charset charset = switch (first) {
            case 0xfffe -> StandardCharsets.UTF_16LE;
            case 0xfeff -> StandardCharsets.UTF_16BE;
            default -> StandardCharsets.UTF_8;
        };
        String text = new String(content, charset);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
