package dev.nptune.kernel.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.kernel.lint.LintFinding.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Each mistake with a case that fires, what it becomes, and near misses that do not fire.
class PatchLintTest {
    private static final String SOUND = """
            From: Somebody <s@example.org>
            Subject: KVM: do it

            It’s about a &amp; b.

            ---
             arch/x86/kvm/svm/svm.c | 2 +-

            diff --git a/arch/x86/kvm/svm/svm.c b/arch/x86/kvm/svm/svm.c
            index 1111111..2222222 100644
            --- a/arch/x86/kvm/svm/svm.c
            +++ b/arch/x86/kvm/svm/svm.c
            @@ -10,7 +10,7 @@ static void first(void)
             {
             	int a;

            -	a = 1;
            +	a = 2;
             	use(&a);
             }

            @@ -30,3 +30,4 @@ static void second(void)
             	one();
             	two();
            +	three();
             }
            --
            2.43.0
            """.replace("\n--\n", "\n-- \n");

    private static final String ACS = """
            --- a/drivers/pci/quirks.c
            +++ b/drivers/pci/quirks.c
            @@ -10,3 +10,10 @@
             one
             two
             three
            +		if (!strncmp(p, "id:", 3)) {
            +			p += 3;
            +			p += strcspn(p, ":");
            +			if (*p != ';') {
            +				pci_warn("PCIe ACS invalid ID");
            +			}
            +		}
            """;

    /// @param mended what has to be in the mended text; empty where nothing is mended
    record Case(Kind kind, int line, String patch, String mended) {
        @Override
        public String toString() {
            return kind.id() + " " + line;
        }
    }

    record NearMiss(String why, String patch) {
        @Override
        public String toString() {
            return why;
        }
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String hunk(String head, String... lines) {
        return "--- a/kernel/x.c\n+++ b/kernel/x.c\n" + head + "\n" + String.join("\n", lines) + "\n";
    }

    private static String named(String old, String fresh) {
        return "--- " + old + "\n+++ " + fresh + "\n@@ -1,2 +1,3 @@\n a\n b\n+c\n";
    }

    static final List<Case> CASES = List.of(
            new Case(Kind.ACS_SEMICOLON, 10, ACS, "if (*p != ':') {"),
            new Case(Kind.CRLF, 1, SOUND.replace("\n", "\r\n"), SOUND),
            new Case(Kind.CRLF, 18, SOUND.replace("a = 2;", "a = 2;\r"), SOUND),
            new Case(Kind.WRONG_COUNT, 13, SOUND.replace("-10,7 +10,7", "-10,7 +10,6"), SOUND),
            new Case(
                    Kind.WRONG_COUNT,
                    13,
                    SOUND.replace("+	a = 2;\n", "+	a = 2;\n+	b = 2;\n"),
                    "@@ -10,7 +10,8 @@ static"),
            new Case(Kind.WRONG_COUNT, 22, SOUND.replace("-30,3 +30,4", "-30 +30,2"), SOUND),
            new Case(Kind.NO_CONTEXT, 3, hunk("@@ -5,1 +5,2 @@", " a", "+b"), ""),
            new Case(Kind.NO_CONTEXT, 3, hunk("@@ -5 +5 @@", "-a", "+b"), ""),
            new Case(
                    Kind.WRAPPED,
                    6,
                    hunk("@@ -5,3 +5,4 @@", " a", "+long line that goes", "on here", " b", " c"),
                    "+long line that goes on here\n b"),
            new Case(
                    Kind.SIGN_LOST,
                    18,
                    SOUND.replace(" 	use(&a);", "	use(&a);")
                            .replace("-	a = 1;\n", "")
                            .replace("-10,7 +10,7", "-10,6 +10,7"),
                    " 	use(&a);"),
            new Case(Kind.TABS_LOST, 15, SOUND.replace("	", "        "), ""),
            new Case(Kind.HIDDEN_CHARACTER, 18, latin(SOUND.replace("a = 2", "a =\u00a02")), latin(SOUND)),
            new Case(Kind.HIDDEN_CHARACTER, 18, latin(SOUND.replace("a = 2", "a = \u200b2")), latin(SOUND)),
            new Case(Kind.HIDDEN_CHARACTER, 1, latin("\ufeff" + SOUND), latin(SOUND)),
            new Case(Kind.HIDDEN_CHARACTER, 12, latin(SOUND.replace("+++ b", "+++ \u200bb")), latin(SOUND)),
            new Case(Kind.HIDDEN_CHARACTER, 20, latin(SOUND.replace("\n }\n\n@@", "\n\u00a0}\n\n@@")), latin(SOUND)),
            new Case(Kind.SMART_QUOTES, 18, latin(SOUND.replace("a = 2", "a = ‘2’")), "+	a = '2';"),
            new Case(Kind.SMART_QUOTES, 18, latin(SOUND.replace("a = 2", "a = “2”")), "+	a = \"2\";"),
            new Case(Kind.HTML_ENTITY, 18, SOUND.replace("a = 2", "p-&gt;a = 2 &lt; 3"), "+	p->a = 2 < 3;"),
            new Case(Kind.HTML_ENTITY, 19, SOUND.replace("use(&a)", "use(&amp;a)"), " 	use(&a);"),
            new Case(Kind.TRAILING_BLANK, 18, SOUND.replace("+	a = 2;", "+	a = 2; 	"), SOUND),
            new Case(
                    Kind.MISSING_PREFIX,
                    1,
                    named("drivers/pci/quirks.c", "drivers/pci/quirks.c"),
                    "--- a/drivers/pci/quirks.c\n+++ b/drivers/pci/quirks.c\n"),
            new Case(
                    Kind.MISSING_PREFIX,
                    1,
                    named("Makefile\t2020-01-01", "Makefile\t2020-01-02"),
                    "--- a/Makefile\t2020-01-01\n+++ b/Makefile\t2020-01-02\n"),
            new Case(Kind.MISSING_PREFIX, 1, named("/dev/null", "mm/new.c"), "--- /dev/null\n+++ b/mm/new.c\n"),
            new Case(
                    Kind.STRIP_LEVEL,
                    1,
                    named("src/linux/mm/x.c", "src/linux.new/mm/x.c"),
                    "--- a/mm/x.c\n+++ b/mm/x.c\n"),
            new Case(Kind.OUTSIDE_TREE, 1, named("/usr/src/linux/mm/x.c", "/usr/src/linux/mm/x.c"), ""),
            new Case(Kind.OUTSIDE_TREE, 1, named("a/mm/x.c", "b/../../etc/passwd"), ""),
            new Case(Kind.OLD_PATH, 1, named("a/arch/x86/kvm/svm.c", "b/arch/x86/kvm/svm.c"), ""),
            new Case(Kind.REVERSED, 1, named("b/mm/x.c", "a/mm/x.c"), ""),
            new Case(Kind.REVERSED, 1, named("a/mm/x.c", "a/mm/x.c.orig"), ""),
            new Case(
                    Kind.PASTED_TWICE,
                    14,
                    SOUND.substring(SOUND.indexOf("--- a/"), SOUND.indexOf("@@ -30"))
                            + SOUND.substring(SOUND.indexOf("--- a/"), SOUND.indexOf("@@ -30")),
                    ""),
            new Case(
                    Kind.NO_FINAL_NEWLINE,
                    6,
                    hunk("@@ -1,2 +1,3 @@", " a", " b", "+c").strip(),
                    "+c\n"),
            new Case(Kind.SYMLINK, 2, "diff --git a/x b/x\nnew file mode 120000\n", ""),
            new Case(Kind.BINARY, 2, "diff --git a/x b/x\nGIT binary patch\nliteral 1\n", ""),
            new Case(Kind.BINARY, 1, "Binary files a/x and b/x differ\n", ""),
            new Case(Kind.FORMAT_FLOWED, 1, "Content-Type: text/plain; charset=utf-8; format=flowed\n" + SOUND, ""),
            new Case(
                    Kind.ACS_OVERRIDE,
                    5,
                    hunk("@@ -1,1 +1,2 @@", " x", "+early_param(\"pcie_acs_override\", f);"),
                    ""));

    static final List<NearMiss> NEAR_MISSES = List.of(
            new NearMiss("a sound patch", SOUND),
            new NearMiss("the colon is right", ACS.replace("';'", "':'")),
            new NearMiss("a semicolon that ends a list", ACS.replace("\":\"", "\";\"")),
            new NearMiss(
                    "a semicolon far below a colon",
                    ACS.replace("+			if (*p != ';') {", "+\n+\n+\n+\n+			if (*p != ';') {")
                            .replace("+10,10", "+10,14")),
            new NearMiss(
                    "it was a semicolon and no longer is",
                    ACS.replace("+			p += strcspn", "-			p += strcspn")
                            .replace("+			if (*p", "-			if (*p")
                            .replace("-10,3 +10,10", "-10,5 +10,8")),
            new NearMiss("one line at the file's start", hunk("@@ -1 +1 @@", "-a", "+b")),
            new NearMiss("two lines of context", hunk("@@ -5,2 +5,3 @@", " a", " b", "+c")),
            new NearMiss("a file that is new", "--- /dev/null\n+++ b/kernel/x.c\n@@ -0,0 +1 @@\n+a\n"),
            new NearMiss(
                    "no line feed at the end of the file",
                    hunk(
                            "@@ -1,2 +1,2 @@",
                            " a",
                            "-b",
                            "\\ No newline at end of file",
                            "+c",
                            "\\ No newline at end of file")),
            new NearMiss(
                    "a line removed that looks like a name",
                    hunk("@@ -5,4 +5,3 @@", " a", "--- b", "+++ c", "-d", " e")),
            new NearMiss(
                    "blanks and tabs",
                    SOUND.replace(" 	int a;", "         int a;").replace(" 	use", "         use")),
            new NearMiss(
                    "blanks in a script",
                    named("a/scripts/x.py", "b/scripts/x.py").replace(" a\n b\n", "         a\n         b\n")),
            new NearMiss("one line with blanks", hunk("@@ -1,2 +1,3 @@", "         a", " b", "+c")),
            new NearMiss(
                    "quotes in documentation",
                    latin(named("a/Documentation/x.rst", "b/Documentation/x.rst")
                            .replace("+c", "+“c” and &amp;"))),
            new NearMiss("the address of a variable", SOUND.replace("a = 2", "p = &lt")),
            new NearMiss("an umlaut", latin(SOUND.replace("a = 2", "a = \"ü\""))),
            new NearMiss("a blank at the end of context", SOUND.replace(" 	use(&a);", " 	use(&a); ")),
            new NearMiss("folders of any name", named("linux-6.1.orig/mm/x.c", "linux-6.1/mm/x.c")),
            new NearMiss("no kernel at all", named("src/main.c", "src/main.c")),
            new NearMiss("the new path", named("a/arch/x86/kvm/svm/svm.c", "b/arch/x86/kvm/svm/svm.c")),
            new NearMiss("the backup is the old one", named("a/mm/x.c.orig", "a/mm/x.c")),
            new NearMiss(
                    "text below the patch", hunk("@@ -1,2 +1,3 @@", " a", " b", "+c") + "\nThanks,\nme\nand you\n"),
            new NearMiss("a plain file's mode", "diff --git a/x b/x\nnew file mode 100755\n"),
            new NearMiss("no patch", "Hello,\nhow are you?"),
            new NearMiss("nothing", ""));

    @ParameterizedTest
    @FieldSource("CASES")
    void fires(Case each) {
        List<LintFinding> found = PatchLint.check(each.patch());
        assertThat(found).extracting(LintFinding::id).containsOnly(each.kind());
        assertThat(found.getFirst().line()).isEqualTo(each.line());
        assertThat(found.getFirst().mendable()).isEqualTo(!each.mended().isEmpty());
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void isMendedOrLeftAsItIs(Case each) {
        String mended = PatchMender.mend(each.patch());
        if (each.mended().isEmpty()) {
            assertThat(mended).isEqualTo(each.patch());
        } else {
            assertThat(mended).contains(each.mended());
            assertThat(PatchLint.check(mended)).isEmpty();
            assertThat(PatchMender.mend(mended)).isEqualTo(mended);
        }
    }

    @ParameterizedTest
    @FieldSource("NEAR_MISSES")
    void doesNotFire(NearMiss each) {
        assertThat(PatchLint.check(each.patch())).isEmpty();
        assertThat(PatchMender.mend(each.patch())).isEqualTo(each.patch());
    }

    @Test
    void everyKindHasACase() {
        assertThat(CASES.stream().map(Case::kind).distinct()).containsExactlyInAnyOrder(Kind.values());
    }

    @Test
    void severalMistakesAreMendedTogether() {
        String broken = latin("\ufeff"
                        + SOUND.replace("a/arch", "arch")
                                .replace("b/arch", "arch")
                                .replace("+	a = 2;", "+	a\u00a0= p-&gt;x;  ")
                                .replace("-30,3", "-30,9"))
                .replace("\n", "\r\n");
        String mended = PatchMender.mend(broken.stripTrailing());
        assertThat(mended).isEqualTo(latin(SOUND.replace("a = 2;", "a = p->x;")));
    }

    /// Whatever is cut off or mistyped, there is an answer.
    @Test
    void anythingIsAnswered() {
        Random random = new Random(3);
        String all = SOUND + ACS;
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder(all);
            for (int n = random.nextInt(4); n >= 0; n--) {
                int at = random.nextInt(text.length());
                int to = Math.min(text.length(), at + random.nextInt(40));
                text.replace(
                        at,
                        to,
                        Stream.of("@@ -1,9 +1,9 @@", "\n", "+", "--- a/x\n+++ b/x\n", "-- \n", "\r", "")
                                .skip(random.nextInt(7))
                                .findFirst()
                                .orElseThrow());
            }
            String mended = PatchMender.mend(text.toString());
            assertThat(PatchLint.check(mended))
                    .filteredOn(LintFinding::mendable)
                    .isEmpty();
        }
    }
}
