package dev.nptune.kernel.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.HunkOutcome.AlreadyIn;
import dev.nptune.kernel.diff.HunkOutcome.Applied;
import dev.nptune.kernel.diff.HunkOutcome.Failed;
import dev.nptune.kernel.diff.HunkOutcome.Nearest;
import dev.nptune.kernel.diff.Placing.Placed;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacingTest {
    private static final String FILE = lines(1, 30);

    private static String lines(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    }

    private static List<Hunk> hunks(String text) throws UserException {
        return PatchReader.parse("x", "--- a/f\n+++ b/f\n" + text)
                .patches()
                .getFirst()
                .files()
                .getFirst()
                .hunks();
    }

    private static Placed place(String file, String hunks) throws UserException {
        return Placing.place(TextLine.of(file), hunks(hunks), Placing.USUAL_FUZZ, true);
    }

    private static final String CHANGE = """
            @@ -9,7 +9,7 @@
             line 9
             line 10
             line 11
            -line 12
            +new
             line 13
             line 14
             line 15
            """;

    @Test
    void theOffsetOfOneHunkIsTheGuessForTheNext() throws UserException {
        String next = CHANGE.replaceAll("line (\\d+)", "line 1$1")
                .replace("line 19", "line 19")
                .replace("@@ -9,7 +9,7 @@", "@@ -19,7 +19,7 @@")
                .replace("line 110", "line 20")
                .replace("line 111", "line 21")
                .replace("line 112", "line 22")
                .replace("line 113", "line 23")
                .replace("line 114", "line 24")
                .replace("line 115", "line 25");
        Placed placed = place("a\nb\n" + FILE, CHANGE + next);

        assertThat(placed.outcomes()).containsExactly(new Applied(11, 2, 0), new Applied(21, 2, 0));
        assertThat(TextLine.join(placed.lines())).contains("line 11\nnew\nline 13\n", "line 21\nnew\nline 23\n");
    }

    @Test
    void whatIsInAlreadyIsPassedOverHunkByHunk() throws UserException {
        String later = """
                @@ -20,6 +20,7 @@
                 line 20
                 line 21
                 line 22
                +more
                 line 23
                 line 24
                 line 25
                """;
        Placed placed = place(FILE.replace("line 12\n", "new\n"), CHANGE + later);

        assertThat(placed.outcomes()).containsExactly(new AlreadyIn(9), new Applied(20, 0, 0));
        assertThat(TextLine.join(placed.lines()))
                .isEqualTo(FILE.replace("line 12\n", "new\n").replace("line 22\n", "line 22\nmore\n"));
    }

    /// With so little context, fuzz would find room for the line a second time.
    @Test
    void linesAreNotAddedTwiceWithFuzz() throws UserException {
        String add = "@@ -1,2 +1,3 @@\n a\n+b\n c\n";
        assertThat(place("a\nb\nc\n", add).outcomes()).containsExactly(new AlreadyIn(1));
        assertThat(Placing.place(TextLine.of("a\nb\nc\n"), hunks(add), 2, false).outcomes())
                .as("as GNU patch --force does it")
                .containsExactly(new Applied(1, 0, 1));
    }

    @Test
    void linesToBeDroppedThatStandThereAreDroppedWithFuzzFirst() throws UserException {
        String drop = "@@ -2,3 +2,2 @@\n b\n-c\n d\n";
        String file = "a\nB\nc\nd\ne\nb\nd\n";

        assertThat(place(file, drop).outcomes()).containsExactly(new Applied(2, 0, 1));
    }

    @Test
    void aFailureNamesTheNearestPlaceAndTheFirstLineThatDiffers() throws UserException {
        String file = "a\nb\n" + FILE.replace("line 12\n", "line twelve\n");

        assertThat(place(file, CHANGE).outcomes().getFirst()).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.at()).isEqualTo(9);
            Nearest nearest = Objects.requireNonNull(failed.nearest());
            assertThat(nearest.line()).isEqualTo(11);
            assertThat(nearest.same()).isEqualTo(6);
            assertThat(failed.why())
                    .isEqualTo("nearest is line 11, where 6 of 7 lines are the same; line 14 is the first that"
                            + " differs");
        });
    }

    @Test
    void differencesThatCannotBeSeenAreNamed() throws UserException {
        assertThat(why(FILE.replace("line 12\n", "line  12 \n"))).endsWith("differs, only in white space");
        assertThat(why(FILE.replace("\n", "\r\n")))
                .contains("line 9 is the first that differs, only in its carriage return: the file has them");
        assertThat(why("x\ny\n")).isEqualTo("none of its lines stands in the file");
        assertThat(why("")).isEqualTo("the file is empty");
        assertThat(why(FILE.replace("line 12\n", "new\n")
                        .replace("line 13\n", "line 13a\n")
                        .replace("line 11\n", "line 11a\n")))
                .endsWith("another form of it may be in");
    }

    private static String why(String file) throws UserException {
        assertThat(place(file, CHANGE).outcomes()).hasSize(1).first().isInstanceOf(Failed.class);
        return ((Failed) place(file, CHANGE).outcomes().getFirst()).why();
    }

    @Test
    void aHunkBeforeAnEarlierOneIsOutOfOrder() throws UserException {
        String earlier = "@@ -25,2 +25,2 @@\n-line 2\n+x\n line 3\n";
        List<HunkOutcome> outcomes = place(FILE, CHANGE + earlier).outcomes();

        assertThat(outcomes.getFirst()).isEqualTo(new Applied(9, 0, 0));
        assertThat(outcomes.getLast())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.why()).contains("line 2", "earlier hunk"));
    }

    @Test
    void contextThatIsShortOnOneEndMeansTheEndOfTheFile() throws UserException {
        String last = "@@ -28,3 +28,4 @@\n line 4\n line 5\n line 6\n+last\n";

        assertThat(place(FILE, last).outcomes().getFirst())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.why()).contains("begin or end the file"));
        assertThat(place(lines(1, 6), last).outcomes()).containsExactly(new Applied(4, -24, 0));
    }
}
