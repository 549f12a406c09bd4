package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.Evidence;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FindingTextTest {
    @Test
    void aShortTextIsOneLine() {
        assertThat(FindingText.wrap("note: nothing", 20, "  ")).isEqualTo("note: nothing\n");
        assertThat(FindingText.wrap("", 20, "  ")).isEqualTo("\n");
    }

    @Test
    void aLongOneIsBrokenAtSpacesAndIndented() {
        assertThat(FindingText.wrap("note: one two three four", 13, "  ")).isEqualTo("""
                note: one two
                  three four
                """);
    }

    @Test
    void aLongWordStaysWhole() {
        assertThat(FindingText.wrap("a /sys/bus/pci/devices/0000:01:00.0/driver b", 20, "  "))
                .isEqualTo("""
                a /sys/bus/pci/devices/0000:01:00.0/driver
                  b
                """);
    }

    @Test
    void aBreakRightUnderTheIndentIsTaken() {
        assertThat(FindingText.wrap("abcd efghijklmn", 14, "    ")).isEqualTo("abcd\n    efghijklmn\n");
    }

    @Test
    void aFindingIsItsTitleAndItsEvidence() {
        String text = FindingText.line(
                "npt-off",
                "Nested paging is off, so that every page fault of the guest is handled in software",
                new Evidence("/sys/module/kvm_amd/parameters/npt", "N", "Y"),
                60);

        assertThat(text).isEqualTo("""
                  npt-off          Nested paging is off, so that every page
                                   fault of the guest is handled in software
                                   /sys/module/kvm_amd/parameters/npt = N,
                                     wanted Y
                """);
    }

    /// A line is too long only where no break would have helped: it holds one word, or a first word shorter than the
    /// indent and one more.
    @Test
    void noLineIsWiderThanItNeedsToBe() {
        Random random = new Random(3);
        for (int i = 0; i < 5000; i++) {
            List<String> words = random.ints(random.nextInt(1, 30), 1, 25)
                    .mapToObj("x"::repeat)
                    .map(word -> word + (char) ('a' + random.nextInt(26)))
                    .toList();
            String indent = " ".repeat(random.nextInt(0, 22));
            int columns = random.nextInt(40, 121);
            String text = String.join(" ", words);

            String wrapped = FindingText.wrap(text, columns, indent);

            assertThat(words(wrapped)).isEqualTo(words);
            wrapped.lines()
                    .filter(line -> line.length() > columns)
                    .forEach(line -> assertThat(words(line).getLast().length() + indent.length())
                            .as("%d columns, indent %d, '%s'", columns, indent.length(), line)
                            .isGreaterThan(columns));
            wrapped.lines().skip(1).forEach(line -> assertThat(line).startsWith(indent));
        }
    }

    private static List<String> words(String text) {
        return Arrays.asList(text.strip().split("\\s+"));
    }
}
