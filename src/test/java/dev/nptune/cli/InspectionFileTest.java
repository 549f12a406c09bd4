package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.host.InspectedVm;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectionFileTest {
    @TempDir
    Path temp;

    static List<InspectedVm> read(Path file) {
        try {
            return InspectionFile.read(file, null);
        } catch (UserException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"schemaVersion\": 2, \"vcpus\": []}", "{\"schemaVersion\": 1}"})
    void whatIsNoInspectionIsRefused(String text) throws IOException {
        Path file = Files.writeString(temp.resolve("inspection.json"), text);

        assertThatThrownBy(() -> InspectionFile.read(file, "win10"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("cannot read");
    }

    @Test
    void withoutAVmThereIsNothingToSay() throws IOException {
        Path file = Files.writeString(temp.resolve("i.json"), "{\"schemaVersion\": 1, \"vcpus\": []}");

        assertThatThrownBy(() -> InspectionFile.read(file, "win10")).hasMessageContaining("has no VM in it");
        assertThat(CliRun.of("doctor", "win10.xml", "--inspection", file.toString())
                        .exit())
                .isEqualTo(2);
    }
}
