package dev.nptune.kernel.relocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.kernel.diff.HunkOutcome.Applied;
import dev.nptune.kernel.diff.Placing;
import dev.nptune.kernel.relocate.Relocation.Moved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Hunks that GNU patch does place, with fuzz or at other lines: where a better place is offered, is it? The figures
/// are those of `docs/relocation.md`.
class FuzzCorpusTest {
    private static final long SEED = 4711;

    /// What came of hunks.
    private static final class Count {
        private final Map<String, int[]> counts = new TreeMap<>();
        private final List<String> worse = new ArrayList<>();

        void add(Corpus.Case one) {
            Placing.Placed placed = Placing.place(one.file(), List.of(one.hunk()), Placing.USUAL_FUZZ, false);
            Applied applied = (Applied) placed.outcomes().getFirst();
            int put = one.hunk().oldStart() + applied.offset() - 1;
            Optional<Moved> better = Relocator.of(one.file()).better(one.hunk(), put);
            boolean right = one.truths().contains(placed.lines());
            boolean mended = better.isPresent() && one.truths().contains(Tally.apply(one.file(), better.get()));
            int column = (right ? 0 : 3) + (better.isEmpty() ? 0 : right == mended ? 1 : 2);
            counts.computeIfAbsent("fuzz " + applied.fuzz(), _ -> new int[6])[column]++;
            if (right && better.isPresent() && !mended) {
                worse.add(one.name() + " " + one.patch() + " " + one.drift() + ": "
                        + better.get().why() + "\n" + one.hunk());
            }
        }

        int column(int column) {
            return counts.values().stream().mapToInt(c -> c[column]).sum();
        }

        String table() {
            StringBuilder out = new StringBuilder("| placed with | hunks | right | right, another right place told"
                    + " | right, a wrong place told | wrong | wrong, another wrong place told"
                    + " | wrong, the right place told |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
            counts.forEach((fuzz, c) -> out.append(String.format(
                    "| %s | %d | %d | %d | %d | %d | %d | %d |%n",
                    fuzz, Arrays.stream(c).sum(), c[0], c[1], c[2], c[3], c[4], c[5])));
            return out.toString();
        }
    }

    private static void check(String name, Count count) throws IOException {
        Files.writeString(
                Path.of("target/relocation-" + name + ".md"), count.table() + "\n" + String.join("\n\n", count.worse));
        assertThat(count.column(5)).as(count.table()).isGreaterThan(10 * count.worse.size());
        assertThat(count.worse.size())
                .as(() -> String.join("\n\n", count.worse))
                .isLessThanOrEqualTo(count.column(0) / 100);
        assertThat(Files.readString(Path.of("docs/relocation.md")))
                .as(count.table())
                .contains(count.table());
    }

    @Test
    void onMadeUpFiles() throws IOException {
        Count count = new Count();
        for (Corpus corpus : List.of(
                new Corpus("driver.c", SyntheticKernel.driver(SEED, 60)),
                new Corpus("Kconfig", SyntheticKernel.kconfig(SEED, 60)))) {
            corpus.placed(new Random(SEED), 60).forEach(count::add);
        }
        check("fuzz", count);
    }

    @Test
    @Tag("long")
    void onFilesOfTheKernel() throws IOException {
        KernelSources.Kernel kernel = KernelSources.newest("linux-source-6.1");
        Count count = new Count();
        for (String file : List.of("drivers/pci/quirks.c", "drivers/pci/pci.c", "arch/x86/kvm/svm/svm.c")) {
            new Corpus(file, kernel.read(file)).placed(new Random(SEED), 120).forEach(count::add);
        }
        check("fuzz-kernel", count);
    }
}
