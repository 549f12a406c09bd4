package dev.nptune.kernel.relocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkOutcome;
import dev.nptune.kernel.diff.HunkOutcome.Applied;
import dev.nptune.kernel.diff.HunkOutcome.Doubtful;
import dev.nptune.kernel.diff.HunkOutcome.Rescued;
import dev.nptune.kernel.diff.PatchReader;
import dev.nptune.kernel.diff.Placing;
import dev.nptune.kernel.diff.Series;
import dev.nptune.kernel.diff.SourceTree;
import dev.nptune.kernel.diff.TextLine;
import dev.nptune.kernel.diff.TreeWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Of a hunk's context of three lines fuzz leaves one on either side: an empty line and the begin of a comment, which
/// stand elsewhere too.
class BetterPlaceTest {
    private static final String FILE = """
            #include <quirks.h>

            static void quirk_slow_link(struct device *device)
            {
            	int width = link_width(device);

            	retrain(device->bus, width, SPEED_SLOW);
            }

            /*
             * The bridge of this board cannot be reset.
             */
            static void quirk_no_reset(struct device *device)
            {
            	device->flags |= FLAG_NO_RESET;
            	log_info(device, "no reset");
            }

            /**
             * Some boards are late.
             */
            static void quirk_late(struct device *device)
            {
            	device->late = true;
            }
            """;
    /// Made when the comment before `quirk_late` began as others do.
    private static final String PATCH = """
            --- a/quirks.c
            +++ b/quirks.c
            @@ -16,6 +16,11 @@ static void quirk_no_reset(struct device *device)
             	log_info(device, "no reset");
             }
            \040
            +static void quirk_new(struct device *device)
            +{
            +	device->is_new = true;
            +}
            +
             /*
              * Some boards are late.
              */
            """;

    @TempDir
    private Path tree;

    @BeforeEach
    void file() throws Exception {
        Files.writeString(tree.resolve("quirks.c"), FILE);
    }

    private Series series(String patch, Relocating relocating) throws Exception {
        return Series.of(
                SourceTree.of(tree),
                List.of(PatchReader.parse("new.patch", patch)),
                new Series.Options(OptionalInt.of(1), Placing.USUAL_FUZZ, false, true, relocating));
    }

    private static HunkOutcome only(Series series) {
        return hunks(series).getFirst();
    }

    private static List<HunkOutcome> hunks(Series series) {
        return series.results().getFirst().files().getFirst().hunks();
    }

    /// Behind the file, from line 27: two functions of the same lines, nine lines apart.
    private void alike() throws Exception {
        String function = "static void %s(struct device *device)\n{\n\tint i;\n\tbegin(device);\n\tend(device);\n}\n";
        Files.writeString(
                tree.resolve("quirks.c"),
                FILE + "\n" + function.formatted("one") + "\n".repeat(3) + function.formatted("two"));
    }

    private String after(String function) throws Exception {
        String text = Files.readString(tree.resolve("quirks.c"));
        return text.substring(text.indexOf("}\n", text.indexOf(function)) + 3)
                .lines()
                .findFirst()
                .orElse("");
    }

    @Test
    void whereFuzzPutsAHunkInAWorsePlaceItIsTold() throws Exception {
        Series series = series(PATCH, new Relocating(false));

        assertThat(only(series)).isInstanceOfSatisfying(Doubtful.class, doubt -> {
            assertThat(doubt.applied().fuzz()).isEqualTo(2);
            assertThat(doubt.how()).contains("quirk_no_reset");
            assertThat(doubt.line()).isGreaterThan(doubt.applied().at());
        });
        assertThat(series.applies()).isTrue();
        TreeWriter.write(series);
        assertThat(after("quirk_slow_link")).isEqualTo("static void quirk_new(struct device *device)");
    }

    @Test
    void relocatedItGoesWhereItBelongs() throws Exception {
        Series series = series(PATCH, new Relocating(true));

        assertThat(only(series)).isInstanceOf(Rescued.class);
        TreeWriter.write(series);
        assertThat(after("static void quirk_no_reset")).isEqualTo("static void quirk_new(struct device *device)");
    }

    @Test
    void otherHunksKeepTheirPlaces() throws Exception {
        alike();
        String other = """
                @@ -37,3 +42,4 @@
                 {
                 	int i;
                +	int n;
                 	begin(device);
                """;
        List<HunkOutcome> told = hunks(series(PATCH + other, new Relocating(false)));
        assertThat(told.getFirst()).isInstanceOf(Doubtful.class);

        Series series = series(PATCH + other, new Relocating(true));

        assertThat(hunks(series).getFirst())
                .isInstanceOfSatisfying(
                        Doubtful.class, doubt -> assertThat(doubt.kept()).isTrue());
        assertThat(hunks(series).getLast()).isEqualTo(told.getLast()).isInstanceOf(Applied.class);
        assertThat(series.applies()).isTrue();
        TreeWriter.write(series);
        assertThat(after("quirk_slow_link")).isEqualTo("static void quirk_new(struct device *device)");
    }

    @Test
    void beforeAHunkWithOnePlaceTheDoubtfulOneIsMoved() throws Exception {
        alike();
        String other = """
                @@ -36,4 +41,4 @@
                -static void two(struct device *device)
                +static void three(struct device *device)
                 {
                 	int i;
                 	begin(device);
                """;
        Series series = series(PATCH + other, new Relocating(true));

        assertThat(hunks(series).getFirst()).isInstanceOf(Rescued.class);
        assertThat(hunks(series).getLast())
                .isInstanceOfSatisfying(
                        Applied.class, applied -> assertThat(applied.offset()).isZero());
        TreeWriter.write(series);
        assertThat(after("static void quirk_no_reset")).isEqualTo("static void quirk_new(struct device *device)");
        assertThat(Files.readString(tree.resolve("quirks.c"))).contains("static void three(");
    }

    @Test
    void inAVeryLargeFileNoBetterPlaceIsLookedFor() throws Exception {
        Files.writeString(tree.resolve("quirks.c"), FILE + ("//" + "x".repeat(1021) + "\n").repeat(8 << 10));

        assertThat(only(series(PATCH, new Relocating(false)))).isInstanceOf(Applied.class);
    }

    @Test
    void forVeryManyHunksNoBetterPlaceIsLookedFor() throws Exception {
        List<TextLine> lines = TextLine.of(FILE + ("//" + "x".repeat(1021) + "\n").repeat(1 << 10));
        Hunk hunk = PatchReader.parse("new.patch", PATCH)
                .patches()
                .getFirst()
                .files()
                .getFirst()
                .hunks()
                .getFirst();

        assertThat(new Relocating(false).better(lines, 500).find(hunk, 7)).isPresent();
        assertThat(new Relocating(false).better(lines, 513).find(hunk, 7)).isEmpty();
    }

    @Test
    void whereFuzzIsRightNothingIsTold() throws Exception {
        Files.writeString(
                tree.resolve("quirks.c"), FILE.replace("/**\n * Some boards are late", "/*\n * Many boards are late"));

        assertThat(only(series(PATCH, new Relocating(false)))).isInstanceOf(Applied.class);
        assertThat(only(series(PATCH, new Relocating(true)))).isInstanceOf(Applied.class);
    }

    @Test
    void theSameLinesInTheFunctionThatThePatchNamesAreBetter() throws Exception {
        String two = "static void %s(struct device *device)\n{\n\tint i;\n\n\tfirst(device);\n\tlast(device);\n}\n\n";
        Files.writeString(
                tree.resolve("quirks.c"),
                "\n".repeat(40) + two.formatted("other") + "\n".repeat(60) + two.formatted("named"));
        String patch = """
                --- a/quirks.c
                +++ b/quirks.c
                @@ -20,4 +20,5 @@ static void named(struct device *device)
                \040
                 	first(device);
                +	middle(device);
                 	last(device);
                 }
                """;

        assertThat(only(series(patch, new Relocating(false))))
                .isInstanceOfSatisfying(
                        Doubtful.class, doubt -> assertThat(doubt.how()).contains("named"));
    }
}
