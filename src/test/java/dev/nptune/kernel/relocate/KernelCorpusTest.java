package dev.nptune.kernel.relocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkLine;
import dev.nptune.kernel.diff.TextLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hunks that GNU patch does not place, made from files of Debian's kernel. What was counted is written to
/// `target/relocation-*.md`; the figures in `docs/relocation.md` are from there.
@Tag("long")
class KernelCorpusTest {
    private static final long SEED = 4711;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder = Path.of("");

    private static Map<String, Integer> sizes() {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put("drivers/pci/quirks.c", 600);
        sizes.put("drivers/pci/pci.c", 450);
        sizes.put("arch/x86/kvm/svm/svm.c", 450);
        sizes.put("drivers/ata/libata-core.c", 300);
        sizes.put("Documentation/admin-guide/kernel-parameters.txt", 120);
        sizes.put("drivers/Makefile", 120);
        sizes.put("arch/x86/Kconfig", 120);
        return sizes;
    }

    @Test
    void fewAreWrongAndMostAreRight() throws IOException {
        KernelSources.Kernel kernel = KernelSources.newest("linux-source-6.1");
        Tally tally = new Tally();
        int sampled = 0;
        for (Map.Entry<String, Integer> size : sizes().entrySet()) {
            Corpus corpus = new Corpus(size.getKey(), kernel.read(size.getKey()));
            for (Corpus.Case one : corpus.cases(new Random(SEED), size.getValue())) {
                tally.add(one, Relocator.relocate(one.file(), one.hunk()));
                if (sampled++ % 20 == 0) {
                    assertPatchFails(one);
                }
            }
        }
        report("generated", kernel.name() + ", seed " + SEED, tally);
        assertThat(tally.total()).isGreaterThanOrEqualTo(2000);
        assertThat(tally.wrongCount())
                .as(() -> String.join("\n\n", tally.wrong()))
                .isLessThanOrEqualTo(tally.total() / 100);
        assertThat(tally.right()).isGreaterThan(tally.total() / 2);
    }

    private static void report(String name, String what, Tally tally) throws IOException {
        Files.writeString(
                Path.of("target/relocation-" + name + ".md"),
                what + "\n\n" + tally.table() + "\n" + String.join("\n\n", tally.wrong()));
    }

    /// The program itself.
    private void assertPatchFails(Corpus.Case one) throws IOException {
        assumeTrue(Files.exists(Path.of("/usr/bin/patch")), "patch is not installed");
        Path file = folder.resolve("file");
        Path diff = folder.resolve("diff");
        Files.writeString(file, TextLine.join(one.file()), StandardCharsets.ISO_8859_1);
        Files.writeString(diff, "--- file\n+++ file\n" + text(one.hunk()), StandardCharsets.ISO_8859_1);
        Exec.Result result = Exec.run(
                LIMIT,
                List.of("patch", "--dry-run", "--force", "-i", diff.toString(), file.toString()),
                folder,
                Map.of());
        assertThat(result.exit()).as(result.out() + text(one.hunk())).isEqualTo(1);
    }

    private static String text(Hunk hunk) {
        StringBuilder text = new StringBuilder("@@ -%d,%d +%d,%d @@ %s\n"
                .formatted(
                        hunk.oldStart(),
                        hunk.oldSide().size(),
                        hunk.newStart(),
                        hunk.newSide().size(),
                        hunk.section()));
        for (HunkLine line : hunk.lines()) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    /// What really became of the files from one kernel to another. What is right is what `git merge-file` makes
    /// of it where it sees no conflict; of those the hunks that do not fit without fuzz.
    @Test
    void realDriftAgreesWithAMerge() throws IOException {
        assumeTrue(Files.exists(Path.of("/usr/bin/git")), "git is not installed");
        KernelSources.Kernel from = KernelSources.newest("linux-source-6.1");
        KernelSources.Kernel to = KernelSources.newest("linux-source-6.12");
        Tally tally = new Tally();
        for (String path : sizes().keySet()) {
            for (Corpus.Case one : realDrift(path, from.read(path), to.read(path), 40)) {
                tally.add(one, Relocator.relocate(one.file(), one.hunk()));
            }
        }
        report("real", from.name() + " to " + to.name() + ", seed " + SEED, tally);
        assertThat(tally.total()).isGreaterThan(100);
        assertThat(tally.wrongCount())
                .as(() -> String.join("\n\n", tally.wrong()))
                .isLessThanOrEqualTo(tally.total() / 100);
    }

    private List<Corpus.Case> realDrift(String path, String before, String after, int count) throws IOException {
        List<String> lines = before.lines().toList();
        List<TextLine> now = TextLine.of(after);
        Random random = new Random(SEED);
        PatchMaker patches = new PatchMaker(lines, new Landmarks(lines), random);
        List<Corpus.Case> cases = new ArrayList<>();
        for (int tries = 0; tries < 6000 && cases.size() < count; tries++) {
            PatchMaker.Made made = patches.make();
            Hunk hunk =
                    made == null ? null : HunkMaker.hunk(lines, made.draft()).orElse(null);
            if (made == null
                    || hunk == null
                    || !Exact.all(new Source(now), hunk.oldSide()).isEmpty()) {
                continue;
            }
            List<TextLine> merged = merge(before, TextLine.join(made.draft().lines()), after);
            if (!merged.isEmpty()) {
                cases.add(new Corpus.Case(path, made.kind(), DriftMaker.Kind.REAL, hunk, now, Set.of(merged)));
            }
        }
        return cases;
    }

    /// Empty if there are conflicts.
    private List<TextLine> merge(String base, String ours, String theirs) throws IOException {
        String[] names = {"ours", "base", "theirs"};
        String[] texts = {ours, base, theirs};
        for (int i = 0; i < names.length; i++) {
            Files.writeString(folder.resolve(names[i]), texts[i], StandardCharsets.ISO_8859_1);
        }
        Exec.Result result =
                Exec.run(LIMIT, List.of("git", "merge-file", names[0], names[1], names[2]), folder, Map.of());
        return result.ok()
                ? TextLine.of(Files.readString(folder.resolve("ours"), StandardCharsets.ISO_8859_1))
                : List.of();
    }
}
