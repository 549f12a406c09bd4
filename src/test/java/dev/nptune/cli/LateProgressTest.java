package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LateProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private ConsoleProgress console() {
        return new ConsoleProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8), false, 80, false);
    }

    @Test
    void whatIsOverSoonIsNotShown() {
        try (LateProgress progress = new LateProgress(Duration.ofHours(1), this::console)) {
            progress.begin("a");
            progress.done("a", "");
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void whatBeginsLaterIsShown() {
        try (LateProgress progress = new LateProgress(Duration.ZERO, this::console)) {
            progress.begin("b");
            progress.done("b", "well");
            progress.done("never begun", "");
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("> b", "+ b: well")
                .doesNotContain("never");
    }
}
