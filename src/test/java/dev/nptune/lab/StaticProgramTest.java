package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticProgramTest {
    @TempDir
    Path folder;

    /// An ELF header with one program header of the given type behind it.
    private Path elf(String type) throws IOException {
        String header =
                "7f454c4602010100" + "00".repeat(24) + "4000000000000000" + "00".repeat(16) + "0100" + "00".repeat(6);
        return Files.write(folder.resolve("elf" + type), HexFormat.of().parseHex(header + type + "00".repeat(52)));
    }

    @Test
    void aProgramThatNamesALoaderIsNotStatic() throws IOException {
        assertThat(StaticProgram.is(elf("01000000"))).isTrue();
        assertThat(StaticProgram.is(elf("03000000"))).isFalse();
    }

    @Test
    void thisJvmNeedsALoader() {
        assertThat(StaticProgram.is(Path.of(System.getProperty("java.home"), "bin/java")))
                .isFalse();
    }

    @Test
    void whatIsNoProgramIsNotStatic() throws IOException {
        assertThat(StaticProgram.is(folder.resolve("missing"))).isFalse();
        assertThat(StaticProgram.is(Files.writeString(folder.resolve("text"), "#!/bin/sh\n")))
                .isFalse();
        byte[] cut = Files.readAllBytes(elf("01000000"));
        assertThat(StaticProgram.is(Files.write(folder.resolve("cut"), Arrays.copyOf(cut, 80))))
                .isFalse();
    }
}
