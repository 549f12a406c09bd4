package dev.nptune.kernel.relocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkLine;
import dev.nptune.kernel.diff.PatchReader;
import dev.nptune.kernel.diff.TextLine;
import dev.nptune.kernel.relocate.Relocation.AlreadyIn;
import dev.nptune.kernel.relocate.Relocation.Moved;
import dev.nptune.kernel.relocate.Relocation.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RelocatorTest {
    private static final String TABLE = """
            static const struct pci_device_id quirky[] = {
            	{ VENDOR_A, 0x0001, quirk_a },
            	{ VENDOR_A, 0x0002, quirk_a },
            	/* Vendor B */
            	{ VENDOR_B, 0x0010, quirk_b },
            	/* Vendor C */
            	{ VENDOR_C, 0x0020, quirk_c },
            	{ 0 }
            };

            static int start(struct device *dev, int number)
            {
            	int err = probe(dev);

            	if (err)
            		return err;

            	enable(dev, number);
            	return 0;
            }

            static int stop(struct device *dev, int number)
            {
            	int ret = flush(dev);

            	if (ret)
            		return ret;

            	disable(dev, number);
            	return 0;
            }
            """;

    private static Relocation relocate(String file, String hunk) throws Exception {
        Hunk read = PatchReader.parse("test", "--- a/f.c\n+++ b/f.c\n" + hunk)
                .patches()
                .getFirst()
                .files()
                .getFirst()
                .hunks()
                .getFirst();
        return Relocator.relocate(TextLine.of(file), read);
    }

    private static String result(String file, Relocation relocation) {
        assertThat(relocation).as(relocation.why()).isInstanceOf(Moved.class);
        return TextLine.join(Tally.apply(TextLine.of(file), (Moved) relocation));
    }

    @Test
    void addsAtTheEndOfATableThatHasGrown() throws Exception {
        Relocation relocation = relocate(TABLE, """
                @@ -3,4 +3,5 @@ static const struct pci_device_id quirky[] = {
                 	/* Vendor B */
                 	{ VENDOR_B, 0x0010, quirk_b },
                +	{ ANY, ANY, quirk_any },
                 	{ 0 }
                 };
                """);
        assertThat(result(TABLE, relocation)).contains("quirk_c },\n\t{ ANY, ANY, quirk_any },\n\t{ 0 }");
        assertThat(relocation.why())
                .isEqualTo(
                        "in the table quirky[], 3 lines below; the end of the table; 2 lines were added there since");
        assertThat(((Moved) relocation).diff()).isEqualTo("""
                --- a/hunk
                +++ b/hunk
                @@ -1,5 +1,5 @@
                - 	/* Vendor B */
                - 	{ VENDOR_B, 0x0010, quirk_b },
                + 	/* Vendor C */
                + 	{ VENDOR_C, 0x0020, quirk_c },
                 +	{ ANY, ANY, quirk_any },
                  	{ 0 }
                  };
                """);
    }

    /// The lines are the same but for a name; the name is the other function's.
    @Test
    void renamesWhatTheFunctionHasRenamed() throws Exception {
        String hunk = """
                @@ -11,8 +11,10 @@ static int start(struct device *dev, int number)
                 {
                 	int ret = probe(dev);

                -	if (ret)
                +	if (ret < 0) {
                +		report(dev, ret);
                 		return ret;
                +	}

                 	enable(dev, number);
                 	return 0;
                """;
        Relocation relocation = relocate(TABLE, hunk);
        assertThat(result(TABLE, relocation))
                .contains("\tif (err < 0) {\n\t\treport(dev, err);\n\t\treturn err;\n\t}\n\n\tenable");
        assertThat(((Moved) relocation).notes())
                .containsExactly("ret is named err in the file, and so in the added lines");
    }

    @Test
    void refusesWhatTheNamedFunctionDoesNotHave() throws Exception {
        String hunk = """
                @@ -15,5 +15,4 @@ static int start(struct device *dev, int number)
                 	if (ret)
                 		return ret;

                -	disable(dev, number);
                 	return 0;
                """;
        assertThat(relocate(TABLE, hunk).why()).isEqualTo("the place is in the function stop(), the patch names start");
        String drifted = TABLE.replace("\t\treturn ret;\n", "\t\treturn -ret;\n");
        assertThat(relocate(drifted, hunk)).isInstanceOf(Refused.class);
        assertThat(relocate(TABLE, hunk.replace("start(", "stop(")).why()).startsWith("the same lines, ");
        assertThat(relocate(drifted, hunk.replace("start(", "stop(")).why()).startsWith("in the function stop(), ");
    }

    @Test
    void refusesToOrderStatements() throws Exception {
        String file = TABLE.replace("\tenable(dev, number);\n", "\twake(dev);\n\tenable(dev, number);\n");
        Relocation relocation = relocate(file, """
                @@ -14,6 +14,7 @@ static int start(struct device *dev, int number)
                 	if (err)
                 		return err;

                +	announce(dev);
                 	enable(dev, number);
                 	return 0;
                 }
                """);
        assertThat(relocation).isInstanceOf(Refused.class);
        assertThat(relocation.why()).isEqualTo("one line was added in the same place, and the order may matter");
        assertThat(((Refused) relocation).nearest())
                .first()
                .satisfies(place -> assertThat(place.in()).isEqualTo("the function start()"));
    }

    @Test
    void refusesIfARemovedLineReadsOtherwise() throws Exception {
        Relocation relocation = relocate(TABLE.replace("enable(dev, number)", "enable(dev, number, true)"), """
                @@ -14,6 +14,6 @@ static int start(struct device *dev, int number)
                 	if (err)
                 		return err;

                -	enable(dev, number);
                +	enable(dev, number + 1);
                 	return 0;
                 }
                """);
        assertThat(relocation.why())
                .startsWith("the line to be removed reads otherwise in the file: enable(dev, number, true);");
    }

    /// A patch for one kernel, a file of another that has the same function twice, one of them under another
    /// name.
    @Test
    void refusesNamesThatTheFunctionDoesNotKnow() throws Exception {
        Relocation relocation =
                relocate(TABLE.replace("\tint err = probe(dev);\n", "\tint err = probe(dev, 0);\n"), """
                @@ -10,5 +10,6 @@ static int start(struct device *dev, int number)
                 static int start(struct device *dev, int number)
                 {
                 	int err = probe(dev);
                +	unsigned int flags = other;

                 	if (err)
                """);
        assertThat(relocation.why()).isEqualTo("the added lines use other, which the function start() does not know");
    }

    @Test
    void indentsAsTheFileDoes() throws Exception {
        String file = TABLE.replace(
                "\tenable(dev, number);\n", "\tif (number) {\n\t\tenable(dev, number);\n\t\tannounce(dev);\n\t}\n");
        Relocation relocation = relocate(file, """
                @@ -16,4 +16,5 @@ static int start(struct device *dev, int number)

                 	enable(dev, number);
                +	wake(dev);
                 	announce(dev);
                 	return 0;
                """);
        assertThat(result(file, relocation))
                .contains("\t\tenable(dev, number);\n\t\twake(dev);\n\t\tannounce(dev);\n\t}\n");
        assertThat(((Moved) relocation).notes()).containsExactly("the added lines stand deeper, as those around");
    }

    @Test
    void keepsListsSorted() throws Exception {
        String file =
                "#include <linux/a.h>\n#include <linux/c.h>\n#include <linux/m.h>\n#include <linux/x.h>\n\nint one(void);\n";
        Relocation relocation = relocate(file, """
                @@ -1,3 +1,4 @@
                 #include <linux/a.h>
                +#include <linux/k.h>
                 #include <linux/x.h>

                 int one(void);
                """);
        assertThat(result(file, relocation)).contains("c.h>\n#include <linux/k.h>\n#include <linux/m.h>");
    }

    @Test
    void noticesWhatIsIn() throws Exception {
        String hunk = """
                @@ -14,5 +14,6 @@ static int start(struct device *dev, int number)
                 		return err;

                +	announce_start(dev);
                 	enable(dev, number);
                 	return 0;
                """;
        String file = TABLE.replace("\tenable(dev, number);\n", "\tannounce_start(dev);\n\tenable(dev, number, 3);\n");
        Relocation relocation = relocate(file, hunk);
        assertThat(relocation).as(relocation.why()).isInstanceOf(AlreadyIn.class);
        assertThat(((AlreadyIn) relocation).line()).isEqualTo(18);
        assertThat(relocation.why()).contains("the function start()");
    }

    @Test
    void refusesTwoPlacesThatAreAlike() throws Exception {
        String part = "\tfirst(a);\n\tsecond(a);\n\tthird(b);\n\tfourth(b);\n";
        Relocation relocation = relocate(part + "\n" + part, """
                @@ -1,4 +1,5 @@
                 	first(a);
                 	second(b);
                +	new(c);
                 	third(b);
                 	fourth(b);
                """);
        assertThat(relocation.why()).startsWith("two places are alike");
    }

    /// A million lines, braces without end, comments that are not closed.
    @Test
    @Timeout(60)
    void isBoundedInTime() throws Exception {
        List<String> texts = List.of(
                "{\n".repeat(1_000_000),
                "/* no end\n" + "int x = 1;\n".repeat(1_000_000),
                "\tenable(dev, number);\n".repeat(1_000_000),
                "static const int x[] = {".repeat(20_000) + "\n" + "}\n".repeat(10_000),
                "x".repeat(5_000_000) + "\n",
                "#if A\n".repeat(300_000) + "void f(void)\n{\n",
                "\n".repeat(1_000_000));
        for (String text : texts) {
            long begin = System.nanoTime();
            relocate(text, """
                    @@ -14,6 +14,6 @@ static int start(struct device *dev, int number)
                     	if (err)
                     		return err;

                    -	enable(dev, number);
                    +	enable(dev, number + 1);
                     	return 0;
                     }
                    """);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    @Timeout(60)
    void isBoundedInTimeForLongHunks() {
        List<HunkLine> lines = new ArrayList<>(IntStream.range(0, Relocator.MAX_HUNK - 1)
                .mapToObj(i -> new HunkLine(HunkLine.Kind.CONTEXT, "\tcall_" + i % 7 + "(a, b, c, d" + i + ");", true))
                .toList());
        lines.add(new HunkLine(HunkLine.Kind.ADDED, "\tnew();", true));
        List<TextLine> file = new ArrayList<>(IntStream.range(0, 200_000)
                .mapToObj(i -> new TextLine("\tcall_" + i % 5 + "(a, b, c, d" + i % 900 + ");", true))
                .toList());
        assertThat(Relocator.relocate(file, new Hunk(1, 1, "", lines))).isInstanceOf(Refused.class);
        lines.addAll(Collections.nCopies(2, lines.getFirst()));
        assertThat(Relocator.relocate(file, new Hunk(1, 1, "", lines)).why())
                .isEqualTo("the hunk is longer than 400 lines");
    }
}
