package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void withoutATerminalEachBeginningAndEndIsALine() {
        try (ConsoleProgress progress = progress(false)) {
            progress.begin("scan");
            progress.note("a note");
            progress.done("scan", "8 CPUs");
            progress.begin("apply");
            progress.done("apply", "");
        }

        assertThat(text()).isEqualTo("""
                [   0 s] … scan
                [   0 s]   a note
                [   0 s] ✓ scan: 8 CPUs
                [   0 s] … apply
                [   0 s] ✓ apply
                """);
    }

    @Test
    void withoutATerminalNoCursorIsMoved() {
        try (ConsoleProgress progress = progress(false)) {
            progress.begin("a\u001b[2J");
            progress.note("b\u009b2J");
            progress.done("a\u001b[2J", "c\rd");
        }

        assertThat(text()).doesNotContain("\u001b").doesNotContain("\u009b").doesNotContain("\r");
        assertThat(text()).contains("✓ a\\x1b[2J: c\\x0dd");
    }

    @Test
    void theStepsAreKeptAsTheyEnded() {
        try (ConsoleProgress progress = progress(false)) {
            progress.begin("long");
            progress.begin("short");
            progress.done("short", "1");
            progress.done("long", "2");
            progress.done("never begun", "");

            assertThat(progress.steps().stream().map(ConsoleProgress.Step::name))
                    .containsExactly("short", "long", "never begun");
            assertThat(progress.steps().getLast().seconds()).isZero();
            assertThat(progress.steps())
                    .allSatisfy(step -> assertThat(step.seconds()).isBetween(0.0, 5.0));
        }
    }

    @Test
    void onATerminalWhatRunsIsOneLineThatFits() {
        try (ConsoleProgress progress = progress(true)) {
            progress.begin("s".repeat(200));
        }

        assertThat(text()).startsWith("\r\u001b[K    0 s  sss").endsWith("\r\u001b[K");
        assertThat(text().split("\r\u001b\\[K"))
                .allSatisfy(line -> assertThat(line.length()).isLessThan(40));
    }

    @Test
    void withoutUnicodeItIsAscii() {
        for (boolean live : new boolean[] {true, false}) {
            try (ConsoleProgress progress = progress(live, false)) {
                progress.begin("scan");
                progress.begin("plan");
                progress.note("a note");
                progress.done("scan", "8 CPUs");
            }
        }

        assertThat(text()).contains("> scan", "+ scan: 8 CPUs", "scan, plan").matches("\\p{ASCII}*");
    }

    @Test
    void afterTheLastWordNothingIsSaid() {
        try (ConsoleProgress progress = progress(true)) {
            progress.begin("long");
            progress.end("that was it");
            progress.note("a note");
            progress.done("long", "");
            progress.begin("more");
        }

        assertThat(text()).endsWith("\r\u001b[Kthat was it\n");
    }

    private ConsoleProgress progress(boolean live) {
        return progress(live, true);
    }

    private ConsoleProgress progress(boolean live, boolean unicode) {
        return new ConsoleProgress(new PrintStream(err, true, StandardCharsets.UTF_8), live, 40, unicode);
    }

    private String text() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
