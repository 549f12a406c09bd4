package dev.nptune.bench.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.text.UserException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CapFrameXRunsTest {
    private static final String RECORD = """
            {"Info": {"ProcessName": "Game.exe", "CreationDate": "%s"},
             "Runs": [{"CaptureData": {"MsBetweenPresents": [10, 11]}},
                      {"CaptureData": {"MsBetweenPresents": [12, 13, 14]}}]}
            """;

    @Test
    void allRunsOfARecordBelongTogetherInTheirOrder() throws UserException {
        CaptureFile file = read(RECORD.formatted("2026-05-01T20:00:00.1234567Z"));
        assertThat(file.longest().frames()).isEqualTo(3);
        assertThat(file.runsWith(file.longest())).extracting(Capture::frames).containsExactly(2, 3);
    }

    @Test
    void whenItWasSavedIsTold() throws UserException {
        assertThat(read(RECORD.formatted("2026-05-01T20:00:00.5Z")).longest().saved())
                .contains(Instant.parse("2026-05-01T20:00:00.5Z"));
        assertThat(read(RECORD.formatted("2026-05-01T20:00:00")).longest().saved())
                .contains(Instant.parse("2026-05-01T20:00:00Z"));
        assertThat(read(RECORD.formatted("yesterday")).longest().saved()).isEmpty();
    }

    @Test
    void aPlainListIsOneRun() throws UserException {
        CaptureFile file = read("10\n11\n12\n");
        assertThat(file.runsWith(file.longest())).hasSize(1);
        assertThat(file.longest().saved()).isEmpty();
    }

    private static CaptureFile read(String text) throws UserException {
        return CaptureFile.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "record");
    }
}
