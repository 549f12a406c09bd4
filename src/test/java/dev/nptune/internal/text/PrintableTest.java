package dev.nptune.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "Größe 3 µs – 2 × 4…", "日本語 😀", "C:\\x1b"})
    void whatCanBeSeenStays(String text) {
        assertThat(Printable.line(text)).isEqualTo(text);
        assertThat(Printable.lines(text)).isEqualTo(text);
    }

    @Test
    void whatATerminalActsOnIsWrittenOut() {
        assertThat(Printable.line("\u001b[2J\u009b1m\u0007\r\u007f")).isEqualTo("\\x1b[2J\\x9b1m\\x07\\x0d\\x7f");
        assertThat(Printable.line("a\u202eb\u200bc\u2028d\ufeff")).isEqualTo("a\\u202eb\\u200bc\\u2028d\\ufeff");
        assertThat(Printable.line("\ud83d and \udb40\udc41")).isEqualTo("\\ud83d and \\ue0041");
    }

    @Test
    void linesKeepsLineFeedsAndTabs() {
        assertThat(Printable.lines("a\n\tb\r\n")).isEqualTo("a\n\tb\\x0d\n");
        assertThat(Printable.line("a\n\tb")).isEqualTo("a\\x0a\\x09b");
    }

    @Test
    void aSecondTimeChangesNothing() {
        String once = Printable.line("\u001b]0;title\u0007\u202e\n");
        assertThat(Printable.line(once)).isEqualTo(once);
    }

    @ParameterizedTest
    @CsvSource({"abc, abc", "abcd, abcd", "abcde, abc…", "😀😀😀😀, 😀😀😀😀", "😀😀😀😀😀, 😀😀😀…"})
    void aLongValueIsCutBetweenCharacters(String text, String brief) {
        assertThat(Printable.brief(text, 4)).isEqualTo(brief);
    }
}
