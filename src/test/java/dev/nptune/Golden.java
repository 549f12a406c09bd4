package dev.nptune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Compares text with a golden file; with `-Dnptune.golden=write` writes the file instead, to be reviewed.
public final class Golden {
    private Golden() {}

    /// A test resource.
    public static void check(String resource, String actual) {
        check(Path.of("src/test/resources", resource), actual);
    }

    /// A file of the project, by its path below the project's folder.
    public static void check(Path file, String actual) {
        try {
            if ("write".equals(System.getProperty("nptune.golden"))) {
                Files.createDirectories(file.resolve("..").normalize());
                Files.writeString(file, actual);
            } else {
                assertThat(actual)
                        .as("%s; -Dnptune.golden=write writes it anew", file)
                        .isEqualTo(Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
