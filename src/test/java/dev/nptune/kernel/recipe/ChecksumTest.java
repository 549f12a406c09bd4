package dev.nptune.kernel.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The checksums are those of coreutils.
class ChecksumTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void isWhatTheProgramPrints(Checksum checksum) throws IOException {
        String program = checksum.array().replaceFirst("sums$", "sum").replaceFirst("^cksum$", "cksum");
        assumeTrue(RealBash.has(program), program + " is not installed");
        Random random = new Random(7);
        for (int size : new int[] {0, 1, 3, 127, 128, 129, 255, 256, 257, 5000}) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            Path file = Files.write(folder.resolve("f"), content);
            String out = Exec.run(Duration.ofSeconds(20), List.of(program, file.toString()))
                    .out();
            assertThat(out.strip()).isEqualTo(checksum.of(content) + (checksum == Checksum.CK ? " " : "  ") + file);
        }
    }
}
