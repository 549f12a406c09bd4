package dev.nptune.internal.text;

import static dev.nptune.internal.text.TextTable.left;
import static dev.nptune.internal.text.TextTable.right;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void alignsWordsLeftAndNumbersRight() {
        String table = TextTable.of(left("name"), right("ms"))
                .row("one", "1.0")
                .rule()
                .row("twenty", "120.5")
                .render(80, true);

        assertThat(table).isEqualTo("""
                name       ms
                ─────────────
                one       1.0
                ─────────────
                twenty  120.5
                """);
    }

    @Test
    void countsColumnsOfTheTerminalAndNotCharacters() {
        String table = TextTable.of(left("name"), right("n"))
                .row("日本", "1")
                .row("e\u0301a", "2")
                .render(80, false);

        assertThat(DisplayWidth.of("日本")).isEqualTo(4);
        assertThat(DisplayWidth.of("e\u0301a")).isEqualTo(2);
        assertThat(table).isEqualTo("""
                name  n
                -------
                ??    1
                e?a   2
                """);
    }

    @Test
    void cutsTheWidestNameAndNeverANumber() {
        String table = TextTable.of(left("workload"), left("unit"), right("bare"))
                .row("a name that goes on and on", "ms", "1234567.8")
                .render(26, true);

        assertThat(table.lines().toList())
                .allSatisfy(line -> assertThat(DisplayWidth.of(line)).isLessThanOrEqualTo(26))
                .last()
                .isEqualTo("a name t…  ms    1234567.8");
    }

    @Test
    void cutsAWideSignAsAWhole() {
        assertThat(DisplayWidth.cut("日本語", 4, "…")).isEqualTo("日…");
        assertThat(DisplayWidth.cut("日本", 4, "…")).isEqualTo("日本");
        assertThat(DisplayWidth.cut("ab", 0, "…")).isEmpty();
    }

    @Test
    void asciiWritesOutWhatItCan() {
        assertThat(TextTable.of(left("π")).row("3 µs – 2 × 4…").render(80, false))
                .isEqualTo("""
                ?
                ----------------
                3 us - 2 x 4...
                """.replace("----------------", "---------------"));
    }

    @Test
    void whatATerminalActsOnIsShown() {
        String table =
                TextTable.of(left("name")).row("\u001b[31mred\n\u202e\u0007").render(80, true);

        assertThat(table.lines().toList().getLast()).isEqualTo("\\x1b[31mred\\x0a\\u202e\\x07");
    }

    @Test
    void rowsMustFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTable.of(left("a")).row("1", "2"))
                .withMessage("2 cells for 1 columns");
    }
}
