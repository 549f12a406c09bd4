package dev.nptune.kernel.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.FileDiff.Action;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatchWriterTest {
    @Test
    void whatIsWrittenIsReadAgain() throws UserException {
        Random random = new Random(3);
        PatchCases cases = new PatchCases(3);
        for (int i = 0; i < 300; i++) {
            List<FileDiff> files = new ArrayList<>();
            for (int n = random.nextInt(3); n >= 0; n--) {
                files.add(diff(random, cases, "f" + n));
            }
            Patch patch = new Patch(
                    i % 3 == 0 ? "" : "x86: ein Töst, " + i,
                    i % 3 == 0 ? "" : "Jörg <j@x>",
                    "Größe\n\nFrom x\n  y",
                    files);

            String text = PatchWriter.write(patch);

            assertThat(PatchReader.parse("x", text).patches()).as(text).containsExactly(patch);
        }
    }

    private static FileDiff diff(Random random, PatchCases cases, String name) {
        String odd = List.of(name, name + " x", "ä\"" + name, "d/" + name).get(random.nextInt(4));
        String latin = new String(odd.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        List<TextLine> lines = cases.lines(20);
        List<Hunk> hunks = PatchCases.hunks(cases.edit(lines, false), 3);
        boolean mode = random.nextBoolean();
        return switch (random.nextInt(5)) {
            case 0 -> new FileDiff(Action.CREATE, null, "b/" + latin, null, "100755", created());
            case 1 -> new FileDiff(Action.DELETE, "a/" + latin, null, "100644", null, List.of());
            case 2 -> new FileDiff(Action.RENAME, "a/" + latin, "b/" + latin + "2", null, null, hunks);
            case 3 -> new FileDiff(Action.COPY, "a/" + latin, "b/" + latin + "2", null, null, List.of());
            default ->
                new FileDiff(
                        Action.MODIFY,
                        "a/" + latin,
                        "b/" + latin,
                        mode || hunks.isEmpty() ? "100644" : null,
                        mode || hunks.isEmpty() ? "100755" : null,
                        hunks);
        };
    }

    private static List<Hunk> created() {
        return List.of(new Hunk(0, 1, "", List.of(new HunkLine(HunkLine.Kind.ADDED, "last", false))));
    }
}
