package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EscapeTest {
    @Test
    void controlCharactersAreWrittenOut() {
        assertThat(Escape.controls("a\u001b[31mb\u0000\r\u007f\u009bc")).isEqualTo("a\\x1b[31mb\\x00\\x0d\\x7f\\x9bc");
    }

    @Test
    void linesTabsAndEveryLanguageStay() {
        String text = "eins\tzwei\ndrei – größer 🙂 \\x1b";

        assertThat(Escape.controls(text)).isEqualTo(text);
        assertThat(Escape.controls("")).isEmpty();
    }

    @Test
    void nothingTurnsTheDirectionOfWriting() {
        assertThat(Escape.controls("VM \u202etxt.exe")).isEqualTo("VM \\u202etxt.exe");
    }
}
