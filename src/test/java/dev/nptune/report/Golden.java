package dev.nptune.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Compares with a file that is reviewed like code. `mvn test -Dnptune.golden=write` writes it anew.
final class Golden {
    private static final Path FOLDER = Path.of("src/test/resources/dev/nptune/report");

    private Golden() {}

    static void assertSame(String name, String actual) throws IOException {
        Path file = FOLDER.resolve(name);
        if ("write".equals(System.getProperty("nptune.golden"))) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, actual);
        }
        assertThat(actual).as("%s; -Dnptune.golden=write writes it anew", file).isEqualTo(Files.readString(file));
    }
}
