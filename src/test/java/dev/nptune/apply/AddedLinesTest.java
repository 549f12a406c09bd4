package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddedLinesTest {
    private static Optional<String> out(String before, String after, String now) {
        return AddedLines.of(before, after).flatMap(a -> a.outOf(now));
    }

    @Test
    void whatOthersWroteAroundThemStays() {
        assertThat(out("a\nb\n", "a\nb\nours\n", "a\nc\nours\nd\n")).contains("a\nc\nd\n");
        assertThat(out("", "ours\n", "first\nours\n")).contains("first\n");
        assertThat(out("b\n", "ours\n\nb\n", "ours\n\nc\n")).contains("c\n");
    }

    @Test
    void blankLinesAtTheirEndsMayBeGone() {
        assertThat(out("a\n", "a\n\nours\n", "a\nb\nours\n")).contains("a\nb\n");
        assertThat(out("a\n", "a\n\n\nours\n", "a\n \nours\nb\n")).contains("a\nb\n");
        assertThat(out("a\n", "a\n\nours\n", "b\n\n\nours\n")).contains("b\n\n");
        assertThat(out("a\n", "ours\n\na\n", "ours\nb\n")).contains("b\n");
        assertThat(out("a\n", "a\n\nours\n\nmore\n", "a\nours\nmore\n")).isEmpty();
        assertThat(out("a\n", "a\n\n", "a\n\n")).isEmpty();
    }

    @Test
    void aTextNeedNotEndWithALineEnd() {
        assertThat(out("a", "a\n\nours\n", "b\n\nours\nc\n")).contains("b\nc\n");
        assertThat(out("a\nb", "a\nours\nb", "a\nours\nc")).contains("a\nc");
        assertThat(out("a", "ab\nours\n", "ab\nours\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a|b|, a|c|ours|, a|c|ours|, a line was changed too",
        "a|b|, ours|a|b|more|, ours|a|b|more|, in two places",
        "a|b|, a|, a|, lines were removed",
        "a|, a|, a|, nothing was added",
        "a|, a|ours|, a|, they are not there",
        "a|, a|ours|, ours|a|ours|, they are there twice",
        "a|, a|ours|, a|yours|, they are a part of another line",
        "a|, a|ours|, a|ours, their line end is gone",
    })
    void anythingElseIsLeft(String before, String after, String now, String why) {
        assertThat(out(before.replace('|', '\n'), after.replace('|', '\n'), now.replace('|', '\n')))
                .as(why)
                .isEmpty();
    }

    @Test
    void whatWasAddedAnywhereComesOutAgain() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            List<String> before = some(random, "abc", 6);
            List<String> added = some(random, "xyz", 3);
            added.addFirst("first\n");
            List<String> after = new ArrayList<>(before);
            after.addAll(random.nextInt(before.size() + 1), added);
            List<String> others = some(random, "abcd", 6);
            List<String> now = new ArrayList<>(others);
            now.addAll(random.nextInt(others.size() + 1), added);
            assertThat(out(String.join("", before), String.join("", after), String.join("", now)))
                    .as("%s -> %s, now %s", before, after, now)
                    .contains(String.join("", others));
        }
    }

    private static List<String> some(Random random, String letters, int most) {
        List<String> lines = new ArrayList<>();
        for (int i = random.nextInt(most); i > 0; i--) {
            lines.add(letters.charAt(random.nextInt(letters.length())) + "\n");
        }
        return lines;
    }
}
