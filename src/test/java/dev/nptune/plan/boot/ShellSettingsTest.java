package dev.nptune.plan.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellSettingsTest {
    private static final List<String> VARIABLES = List.of("D", "L");
    private static final ArgumentEdit EDIT = new ArgumentEdit(List.of("iommu=pt"), List.of("quiet"));

    private static String edited(String... files) {
        SequencedMap<String, String> texts = new LinkedHashMap<>();
        for (String file : files) {
            texts.put("/" + texts.size(), file);
        }
        return String.join(
                "~", new ShellSettings(texts, VARIABLES).edit(EDIT).files().values());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "D=\"quiet splash\"|D=\"splash iommu=pt\"",
                "D='quiet splash'|D='splash iommu=pt'",
                "D=quiet|D=\"iommu=pt\"",
                "D=splash|D=\"splash iommu=pt\"",
                "D=|D=\"iommu=pt\"",
                "D=\"\"|D=\"iommu=pt\"",
                "D=''|D='iommu=pt'",
                "D=\"quiet\" # quiet|D=\"iommu=pt\" # quiet",
                "D=splash\\ quiet|D=splash\" iommu=pt\"",
                "D=\"a\"' b'|D=\"a\"' b iommu=pt'",
                "export D=\"quiet\"|export D=\"iommu=pt\"",
                "D=\"a\"; L='quiet b'|D=\"a iommu=pt\"; L='b'",
                "L=\"rhgb quiet\"|L=\"rhgb iommu=pt\"",
                "D=\"old quiet\"; D=\"new quiet\"|D=\"old quiet\"; D=\"new iommu=pt\"",
                "D=\"quiet a\"; D=\"$D b\"|D=\"a\"; D=\"$D b iommu=pt\"",
                "D=\"quiet a\"; D+=\" b quiet\"|D=\"a\"; D+=\" b iommu=pt\"",
                "D=\"quiet `cat x` $(echo 'a)b' quiet)\"|D=\"`cat x` $(echo 'a)b' quiet) iommu=pt\"",
                "D=\"quiet ${X:-y}\"|D=\"${X:-y} iommu=pt\"",
                "D=\"dyndbg=\\\"file a +p\\\" quiet\"|D=\"dyndbg=\\\"file a +p\\\" iommu=pt\"",
                "D=\"iommu=pt\"|D=\"iommu=pt\"",
                "D=\"a\"; L=\"iommu=pt\"|D=\"a\"; L=\"iommu=pt\"",
                "D=\"a -- quiet\"|D=\"a iommu=pt -- quiet\"",
                "D=\"cost$ quiet\"|D=\"cost$ iommu=pt\"",
            })
    void onlyTheValueIsEdited(String before, String after) {
        assertThat(edited(before)).isEqualTo(after);
    }

    @Test
    void linesThatGoOn() {
        assertThat(edited("D=\"quiet \\\n  splash\"\n")).isEqualTo("D=\"\\\n  splash iommu=pt\"\n");
        assertThat(edited("D=\"a\nquiet\nb\"\n")).isEqualTo("D=\"a\nb iommu=pt\"\n");
    }

    @Test
    void theLastFileCounts() {
        assertThat(edited("D=\"quiet a\"\n", "D=\"b quiet\"\n")).isEqualTo("D=\"quiet a\"\n~D=\"b iommu=pt\"\n");
        assertThat(edited("D=\"quiet a\"\n", "D=\"$D b\"\n")).isEqualTo("D=\"a\"\n~D=\"$D b iommu=pt\"\n");
        assertThat(edited("X=1\n", "L=b\n")).isEqualTo("X=1\n~L=\"b iommu=pt\"\n");
    }

    @Test
    void aVariableThatIsNotThereIsAdded() {
        assertThat(edited("X=1")).isEqualTo("X=1\nD=\"iommu=pt\"\n");
        assertThat(edited("#D=\"quiet\"\n")).isEqualTo("#D=\"quiet\"\nD=\"iommu=pt\"\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "if true; then\nD=quiet\nfi\n",
                "D=\"quiet",
                "D='quiet",
                "D=a quiet",
                "D=quiet;; E=1",
                "; D=quiet",
                "D=$'quiet'",
                "D=\"$(case x in x) echo;; esac)\"",
                "D=(quiet)",
                "D=quiet | cat",
                "D=quiet & E=1",
                "D=~/x",
                "eval D=quiet",
                "D=${X:=quiet}",
                "D=\"quiet\u0001\"",
                "export D=$X",
                "D[0]=quiet",
                "D=quiet \\",
            })
    void whatIsMoreThanAssignmentsIsLeft(String text) {
        assertThatExceptionOfType(ShellFile.Unclear.class)
                .isThrownBy(() -> edited(text))
                .withMessageStartingWith("line ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "D=qui; D+=et",
                "X=quiet; D=\"$X a\"",
                "D=\"quiet a\"; X=\"$D\"",
                "D=\"a\"; L=\"$D b\"",
            })
    void whatIsPutTogetherInAnotherWayIsLeft(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> edited(text));
    }

    @Test
    void growthIsBounded() {
        StringBuilder text = new StringBuilder("D=\"0123456789 \"\n");
        for (int i = 0; i < 40; i++) {
            text.append("D=\"$D$D\"\n");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> edited(text.toString()))
                .withMessageContaining("too long");
    }
}
