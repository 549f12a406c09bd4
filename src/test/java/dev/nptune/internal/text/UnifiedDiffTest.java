package dev.nptune.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnifiedDiffTest {
    @Test
    void equalTextsHaveNoDifference() {
        assertThat(UnifiedDiff.of("f", "a\n", "a\n")).isEmpty();
        assertThat(UnifiedDiff.of("f", null, null)).isEmpty();
    }

    @Test
    void aChangedLineStandsInThreeLinesOfContext() {
        assertThat(UnifiedDiff.of("f", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"))
                .isEqualTo("""
                        --- a/f
                        +++ b/f
                        @@ -2,7 +2,7 @@
                         2
                         3
                         4
                        -5
                        +five
                         6
                         7
                         8
                        """);
    }

    @Test
    void changesFarApartAreHunksOfTheirOwn() {
        String before = IntStream.range(0, 20).mapToObj(i -> i + "\n").collect(Collectors.joining());
        String after = before.replace("2\n3\n", "2\nx\n3\n").replace("\n18\n", "\n");
        assertThat(UnifiedDiff.of("f", before, after))
                .contains("@@ -1,6 +1,7 @@")
                .contains("@@ -16,5 +17,4 @@");
    }

    @Test
    void aFileThatComesOrGoes() {
        assertThat(UnifiedDiff.of("f", null, "a\nb\n")).isEqualTo("--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
        assertThat(UnifiedDiff.of("f", "a\n", null)).isEqualTo("--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
    }

    @Test
    void aMissingLastLineEndIsSaid() {
        assertThat(UnifiedDiff.of("f", "a", "a\n"))
                .isEqualTo("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
    }

    @Test
    void patchingTheOldTextGivesTheNew() {
        Random random = new Random(42);
        for (int i = 0; i < 500; i++) {
            String before = text(random);
            String after = text(random);
            assertThat(patch(before, UnifiedDiff.of("f", before, after))).isEqualTo(after);
        }
    }

    @Test
    void textsTooLongToCompareAreReplaced() {
        String before = "a\n".repeat(3000) + "b\n";
        String after = "c\n".repeat(3000) + "a\n";
        assertThat(patch(before, UnifiedDiff.of("f", before, after))).isEqualTo(after);
    }

    private static String text(Random random) {
        return IntStream.range(0, random.nextInt(30))
                .mapToObj(_ -> random.nextInt(5) + "\n")
                .collect(Collectors.joining());
    }

    /// A strict `patch`: every context and removed line must be where the hunk says.
    private static String patch(String text, String diff) {
        List<String> old = text.lines().toList();
        List<String> result = new ArrayList<>();
        Pattern head = Pattern.compile("@@ -(\\d+)(?:,(\\d+))? \\+(\\d+)(?:,(\\d+))? @@");
        int at = 0;
        for (String line : diff.lines().skip(2).toList()) {
            Matcher m = head.matcher(line);
            if (m.matches()) {
                int start = Integer.parseInt(m.group(1)) - ("0".equals(m.group(2)) ? 0 : 1);
                result.addAll(old.subList(at, start));
                at = start;
                assertThat(Integer.parseInt(m.group(3)) - ("0".equals(m.group(4)) ? 0 : 1))
                        .isEqualTo(result.size());
            } else if (line.startsWith("+")) {
                result.add(line.substring(1));
            } else {
                assertThat(old.get(at)).isEqualTo(line.substring(1));
                if (line.startsWith(" ")) {
                    result.add(old.get(at));
                }
                at++;
            }
        }
        result.addAll(old.subList(at, old.size()));
        return result.stream().map(l -> l + "\n").collect(Collectors.joining());
    }
}
