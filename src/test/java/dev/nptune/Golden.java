package dev.nptune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Compares text with a golden file; with `-Dnptune.golden=write` writes the file instead, to be reviewed.
public final class Golden {
    private Golden() {}

    public static void check(String resource, String actual) {
        if ("write".equals(System.getProperty("nptune.golden"))) {
            Path file = Path.of("src/test/resources", resource);
            try {
                Files.createDirectories(file.resolve("..").normalize());
                Files.writeString(file, actual);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        } else {
            assertThat(actual)
                    .as("%s; -Dnptune.golden=write writes it anew", resource)
                    .isEqualTo(Resources.text(resource));
        }
    }
}
