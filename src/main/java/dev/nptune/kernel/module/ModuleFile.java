package dev.nptune.kernel.module;

import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.proc.StreamedExec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/// A module's file, compressed or not. At most [#LARGEST] bytes, compressed and not.
public final class ModuleFile {
    static final int LARGEST = 256 << 20;

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int XZ_MEMORY_KIB = 1 << 17;
    private static final List<String> SUFFIXES = List.of(".ko", ".ko.xz", ".ko.zst", ".ko.gz");

    private ModuleFile() {}

    /// Reads one.
    public static ElfModule read(Path file) throws IOException {
        return ElfModule.parse(bytes(file));
    }

    /// Its bytes, not compressed.
    static byte[] bytes(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " is larger than " + (LARGEST >> 20) + " MiB");
        }
        if (name.endsWith(".zst")) {
            return zstd(file);
        }
        try (InputStream in = Files.newInputStream(file);
                InputStream plain = name.endsWith(".xz")
                        ? new XZInputStream(in, XZ_MEMORY_KIB)
                        : name.endsWith(".gz") ? new GZIPInputStream(in) : in) {
            byte[] bytes = plain.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException(file + " unpacks to more than " + (LARGEST >> 20) + " MiB");
            }
            return bytes;
        }
    }

    /// With the program, which a system that compresses its modules so has.
    private static byte[] zstd(Path file) throws IOException {
        Path zstd = Programs.find("zstd", System.getenv("PATH"))
                .orElseThrow(() -> new IOException("there is no zstd here to unpack " + file));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OutputStream bounded = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] b, int offset, int length) throws IOException {
                if (out.size() + length > LARGEST) {
                    throw new IOException(file + " unpacks to more than " + (LARGEST >> 20) + " MiB");
                }
                out.write(b, offset, length);
            }
        };
        var result =
                StreamedExec.run(LIMIT, List.of(zstd.toString(), "-dcq", "--", file.toString()), new byte[0], bounded);
        if (!result.ok()) {
            throw new IOException("zstd cannot unpack " + file + ": " + result.complaint());
        }
        return out.toByteArray();
    }

    /// Finds a module below `/lib/modules/RELEASE`, as depmod ranks it: in `updates` first.
    ///
    /// @param module its name; `-` and `_` are the same
    public static Optional<Path> find(Path modules, String module) throws IOException {
        return all(modules, module).stream().findFirst();
    }

    /// Finds the distribution's own file of a module.
    public static Optional<Path> stock(Path modules, String module) throws IOException {
        return all(modules.resolve("kernel"), module).stream().findFirst();
    }

    /// All files of a module, those in `updates` first.
    static List<Path> all(Path modules, String module) throws IOException {
        if (!Files.isDirectory(modules)) {
            return List.of();
        }
        Path real = modules.toRealPath();
        try (Stream<Path> walk = Files.walk(real)) {
            return walk.filter(file -> name(file).filter(n -> same(n, module)).isPresent())
                    .sorted(Comparator.comparingInt((Path file) -> rank(real.relativize(file)))
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
    }

    private static int rank(Path below) {
        return below.startsWith("updates") ? 0 : below.startsWith("extra") ? 1 : 2;
    }

    /// Whether a file lies in a folder of a kernel's modules, such as `updates/dkms`.
    static boolean isIn(Path modules, Path file, String folder) throws IOException {
        return file.startsWith(modules.toRealPath().resolve(folder));
    }

    /// The module's name, from its file's.
    static Optional<String> name(Path file) {
        String text = file.getFileName().toString();
        return SUFFIXES.stream()
                .filter(text::endsWith)
                .map(suffix -> text.substring(0, text.length() - suffix.length()))
                .findFirst();
    }

    public static boolean same(String one, String other) {
        return one.replace('-', '_').equals(other.replace('-', '_'));
    }
}
