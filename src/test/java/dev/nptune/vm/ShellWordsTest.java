package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {
    private static List<List<String>> commands(String script) {
        return ShellWords.read(script).stream().map(ShellWords.Command::words).toList();
    }

    /// In the table `~` stands for the end of a line and `_` for an empty word.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "q -a b                 | q;-a;b",
                "q  'a b'\"c d\"e       | q;a bc de",
                "q a\\ b \\\"           | q;a b;\"",
                "q \"a\\\"b\\c\"        | q;a\"b\\c",
                "q '' \"\"              | q;_;_",
                "q $'a'                 | q;a",
                "q a \\~ b              | q;a;b",
                "q a \\  ~ b            | q;a;b",
                "q a\\~b                | q;ab",
                "q a # b                | q;a",
                "q a#b                  | q;a#b",
                "q \"a\\~b\"            | q;ab",
                "q a >f b 2>&1 <g       | q;a;b",
                "q a 2> f 3 > g         | q;a;3",
                "q a &> f               | q;a",
                "q a <(x y) b           | q;a;b",
                "V='1 2';q \"$V\" $V    | q;1 2;1;2",
                "V=1;q x$V.y ${V}0      | q;x1.y;10",
                "V=;q $V a \"$V\"       | q;a;_",
                "V=1;V+=2;q $V          | q;12",
                "q $V ${V} \"$V\"       | q;$V;${V};$V",
                "q ${V:-d} ${V-e}       | q;d;e",
                "V=;q ${V:-d} ${V-e}    | q;d",
                "V=x;q '$V' \\$V        | q;$V;$V",
                "q $(a (b) c) `d e`     | q;$(a (b) c);`d e`",
                "q $((1+2)) $1 $@ \"$@\"| q;$((1+2));$1;$@;$@",
                "q ${V%x}               | q;${V%x}",
                "A=(a 'b c');q \"${A[@]}\" | q;a;b c",
                "A=(a 'b c');q ${A[@]}  | q;a;b;c",
                "A=(a b);q \"${A[*]}\" $A | q;a b;a",
                "A=(a b);q \"x${A[@]}y\" | q;xa;by",
                "A=();q \"${A[@]}\" a   | q;a",
                "A=(a # c~ b \\~ c);A+=(d);q ${A[@]} | q;a;b;c;d",
                "q V=1 a                | q;V=1;a",
                "V=1 q a                | q;a",
                "export V=1;q $V        | export;q;1",
                "if x; then V=1; fi; q $V | if;x;then;fi;q;1",
                "q <<E a~text 'of it~E~r | q;a;r",
                "q <<<'a b' c           | q;c",
            })
    void words(String script, String words) {
        List<String> expected = List.of(words.split(";")).stream()
                .map(w -> w.equals("_") ? "" : w)
                .toList();
        assertThat(commands(script.replace('~', '\n')).stream().flatMap(List::stream))
                .containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a;b", "a&b", "a&&b", "a||b", "a|b", "a\nb", "(a)b", "a # c\nb", "a \\\n# c\nb"})
    void endOfACommand(String script) {
        assertThat(commands(script)).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void carriageReturnsAreNoPartOfWords() {
        assertThat(commands("a \\\r\n b\r\nc\r\n")).containsExactly(List.of("a", "b"), List.of("c"));
    }

    @Test
    void linesAndEnvironment() {
        assertThat(ShellWords.read("\n# x\nA=1 B='2 3' q\nif y; then\n C=4\nfi\n D=5"))
                .containsExactly(
                        new ShellWords.Command(3, List.of("q"), List.of("A=1", "B=2 3"), List.of()),
                        new ShellWords.Command(4, List.of("if", "y"), List.of(), List.of()),
                        new ShellWords.Command(4, List.of("then"), List.of(), List.of()),
                        new ShellWords.Command(5, List.of(), List.of("C=4"), List.of("C")),
                        new ShellWords.Command(6, List.of("fi"), List.of(), List.of()),
                        new ShellWords.Command(7, List.of(), List.of("D=5"), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\nq 'a", "\nq \"a\n\n", "\nV='a"})
    void openQuote(String script) {
        assertThatThrownBy(() -> ShellWords.read(script))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line 2: a ");
    }

    @Test
    void bounds() {
        assertThat(commands("a ".repeat(ShellWords.MAX_WORDS)).getFirst()).hasSize(ShellWords.MAX_WORDS);
        refused("a ".repeat(ShellWords.MAX_WORDS + 1), "words");
        refused("A=(" + "a ".repeat(ShellWords.MAX_WORDS + 1), "words");
        refused("A=" + "x".repeat(1000) + "\n" + "A=$A$A\n".repeat(40) + "q $A", "characters");
        refused("A=(x)\n" + "A+=(${A[@]})\n".repeat(40), "");
        refused("A=xxxxxxxx\n" + "echo \"$A$A$A$A\";A=\"$A $A\"\n".repeat(4000), "characters");
    }

    private static void refused(String script, String because) {
        Assertions.assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThatThrownBy(() -> ShellWords.read(script))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(because));
    }
}
