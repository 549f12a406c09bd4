package dev.nptune.kernel.module;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a distribution ships to build modules against one kernel: its configuration, the generated headers, kbuild and
/// the versions of its symbols.
///
/// Most have it in one folder. Debian has two: the folder of the kernel, whose `Makefile` only includes that of the
/// other, which all flavours share.
///
/// @param folder where `make` is started: `.config`, `Module.symvers`, `include/generated`
/// @param common where the kernel's own headers and its `Makefile` are; the same folder if there is only one
/// @param release the kernel's release, as `uname -r` says it
public record KernelHeaders(Path folder, Path common, String release) {
    /// Files of a kernel's `Makefile` and smaller ones; larger ones are refused.
    private static final long LONGEST = 4L << 20;

    private static final Pattern INCLUDE = Pattern.compile("(?m)^include\\s+(\\S+)/Makefile\\s*$");
    private static final Pattern RELEASE = Pattern.compile("#define\\s+UTS_RELEASE\\s+\"([^\"]+)\"");

    /// Reads a folder of headers, such as `/lib/modules/RELEASE/build`.
    ///
    /// @throws UserException if it is none
    public static KernelHeaders read(Path folder) throws UserException {
        try {
            Path real = folder.toRealPath();
            String release = match(RELEASE, text(real.resolve("include/generated/utsrelease.h")));
            KernelHeaders headers = new KernelHeaders(real, common(real), release);
            for (Path needed : new Path[] {
                real.resolve("include/config/auto.conf"),
                real.resolve("scripts"),
                headers.common.resolve("include/linux/module.h")
            }) {
                if (!Files.exists(needed)) {
                    throw incomplete(folder, needed + " is missing", null);
                }
            }
            return headers;
        } catch (IOException e) {
            throw incomplete(folder, IoReason.withFile(e), e);
        }
    }

    /// Whether it is in two folders.
    public boolean split() {
        return !folder.equals(common);
    }

    /// The version of the kernel's source, from its `Makefile`.
    SourceVersion version() throws IOException {
        return SourceVersion.of(text(common.resolve("Makefile")));
    }

    /// A value of the configuration, without quotes; empty if it is not set.
    String config(String name) throws IOException {
        Matcher m = Pattern.compile("(?m)^" + Pattern.quote(name) + "=\"?(.*?)\"?$")
                .matcher(text(folder.resolve("include/config/auto.conf")));
        return m.find() ? m.group(1) : "";
    }

    private static Path common(Path folder) throws IOException {
        Matcher m = INCLUDE.matcher(text(folder.resolve("Makefile")));
        if (!m.find() || m.group(1).contains("$")) {
            return folder;
        }
        Path named = folder.resolve(m.group(1));
        // unpacked somewhere else than it would be installed: both lie beside each other all the same
        Path beside = folder.resolveSibling(named.getFileName());
        return (Files.isDirectory(beside) ? beside : named).toRealPath();
    }

    private static String match(Pattern pattern, String text) throws IOException {
        Matcher m = pattern.matcher(text);
        if (!m.find()) {
            throw new IOException("include/generated/utsrelease.h does not say the release");
        }
        return m.group(1);
    }

    static String text(Path file) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw new IOException(file + " is larger than " + (LONGEST >> 20) + " MiB");
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static UserException incomplete(Path folder, String why, @Nullable Throwable e) {
        return new UserException(
                Exit.CANNOT,
                "no headers of a kernel in " + folder + ": " + why,
                "install them (" + BuildTools.headersPackage() + "), or name their folder with --headers",
                e);
    }
}
