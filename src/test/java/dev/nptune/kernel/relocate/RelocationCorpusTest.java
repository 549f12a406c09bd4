package dev.nptune.kernel.relocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkLine;
import dev.nptune.kernel.relocate.Relocation.Moved;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Hunks that GNU patch does not place, made from files in the style of the kernel's. The figures are those of
/// `docs/relocation.md`.
class RelocationCorpusTest {
    private static final long SEED = 20;

    private static Stream<Corpus.Case> cases(long seed, int each) {
        List<Corpus.Case> cases = new ArrayList<>();
        cases.addAll(new Corpus("driver.c", SyntheticKernel.driver(seed, 60)).cases(new Random(seed), 6 * each));
        cases.addAll(new Corpus("Kconfig", SyntheticKernel.kconfig(seed, 60)).cases(new Random(seed), each));
        cases.addAll(new Corpus("Makefile", SyntheticKernel.makefile(seed, 150)).cases(new Random(seed), each));
        cases.addAll(new Corpus("parameters.txt", SyntheticKernel.parameters(seed, 120)).cases(new Random(seed), each));
        return cases.stream();
    }

    @Test
    void fewAreWrongAndMostAreRight() throws Exception {
        Tally tally = new Tally();
        cases(SEED, 70).forEach(one -> tally.add(one, Relocator.relocate(one.file(), one.hunk())));

        assertThat(tally.wrongCount())
                .as(() -> String.join("\n\n", tally.wrong()))
                .isLessThanOrEqualTo(tally.total() / 100);
        assertThat(tally.right()).isGreaterThan(tally.total() / 2);
        assertThat(Files.readString(Path.of("docs/relocation.md")))
                .as(tally.table())
                .contains(tally.table());
    }

    /// Whatever the place, the new hunk fits where it says and changes the same lines, but for what it says
    /// itself.
    @Test
    void theNewHunkMakesTheSameChange() {
        cases(SEED + 1, 30).forEach(one -> {
            if (Relocator.relocate(one.file(), one.hunk()) instanceof Moved moved) {
                Tally.apply(one.file(), moved);
                assertThat(moved.line()).isEqualTo(moved.newHunk().oldStart());
                assertThat(moved.score()).isBetween(moved.runnerUp(), 1.0);
                assertThat(count(moved.newHunk(), HunkLine.Kind.ADDED))
                        .isEqualTo(count(one.hunk(), HunkLine.Kind.ADDED));
                assertThat(count(moved.newHunk(), HunkLine.Kind.REMOVED))
                        .isEqualTo(count(one.hunk(), HunkLine.Kind.REMOVED));
                if (moved.notes().isEmpty()) {
                    assertThat(texts(moved.newHunk(), HunkLine.Kind.ADDED))
                            .isEqualTo(texts(one.hunk(), HunkLine.Kind.ADDED));
                }
            }
        });
    }

    @Test
    void whatFitsStaysAsItIs() {
        cases(SEED + 2, 20).filter(one -> !one.truths().isEmpty()).forEach(one -> {
            if (Relocator.relocate(one.file(), one.hunk()) instanceof Moved moved) {
                Relocation again = Relocator.relocate(one.file(), moved.newHunk());
                assertThat(again).isInstanceOf(Moved.class);
                assertThat(((Moved) again).newHunk()).isEqualTo(moved.newHunk());
                assertThat(((Moved) again).diff()).isEmpty();
            }
        });
    }

    /// The result of a hunk that was placed has its change already.
    @Test
    void noticesWhatIsInAlready() {
        int[] noticed = new int[2];
        cases(SEED + 3, 20).forEach(one -> {
            if (Relocator.relocate(one.file(), one.hunk()) instanceof Moved moved) {
                Relocation again = Relocator.relocate(Tally.apply(one.file(), moved), moved.newHunk());
                assertThat(again)
                        .as(() -> one.patch() + " " + moved.why() + "\n" + moved.newHunk())
                        .isNotInstanceOf(Moved.class);
                noticed[again instanceof Relocation.AlreadyIn ? 1 : 0]++;
            }
        });
        assertThat(noticed[1]).isGreaterThan(4 * noticed[0]);
    }

    private static long count(Hunk hunk, HunkLine.Kind kind) {
        return texts(hunk, kind).size();
    }

    private static List<String> texts(Hunk hunk, HunkLine.Kind kind) {
        return hunk.lines().stream()
                .filter(line -> line.kind() == kind)
                .map(HunkLine::text)
                .toList();
    }
}
