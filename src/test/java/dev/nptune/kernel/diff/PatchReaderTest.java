package dev.nptune.kernel.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.FileDiff.Action;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatchReaderTest {
    private static final String HUNK = """
            @@ -1,3 +1,3 @@ int f(void)
             a
            -b
            +B
             c
            """;
    private static final String PLAIN = "--- a/fs/exec.c\n+++ b/fs/exec.c\n" + HUNK;
    private static final String GIT = "diff --git a/fs/exec.c b/fs/exec.c\nindex 1234567..89abcde 100644\n" + PLAIN;
    private static final String MAIL = """
            From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
            From: =?UTF-8?q?J=C3=B6rg_M?= =?UTF-8?B?w7xsbGVy?= <j@example.org>
            Date: Mon, 1 Jan 2024 10:00:00 +0100
            Subject: [PATCH v2 1/2] exec: a subject that is so long that it is
             folded

            Why.

            >From here on it is quoted.

            Signed-off-by: J <j@example.org>
            ---
             fs/exec.c | 2 +-
             1 file changed, 1 insertion(+), 1 deletion(-)

            """;

    private static List<Patch> read(String text) throws UserException {
        return PatchReader.parse("x.patch", text).patches();
    }

    private static FileDiff only(String text) throws UserException {
        List<Patch> patches = read(text);
        assertThat(patches).hasSize(1);
        assertThat(patches.getFirst().files()).hasSize(1);
        return patches.getFirst().files().getFirst();
    }

    private static UserException refusal(String text) {
        UserException e = catchThrowableOfType(UserException.class, () -> read(text));
        assertThat(e).as(text).isNotNull();
        assertThat(e.getMessage()).startsWith("x.patch:");
        assertThat(e.nextStep()).isNotBlank();
        return e;
    }

    @Test
    void aPlainDiffHasNamesAndHunks() throws UserException {
        FileDiff diff =
                only("Some words before it.\n" + PLAIN.replace("exec.c\n", "exec.c\t2024-01-01 10:00:00.5 +0100\n"));

        assertThat(diff.action()).isEqualTo(Action.MODIFY);
        assertThat(diff.oldName()).isEqualTo("a/fs/exec.c");
        assertThat(diff.newName()).isEqualTo("b/fs/exec.c");
        assertThat(diff.hunks().getFirst().section()).isEqualTo("int f(void)");
        assertThat(diff.hunks().getFirst().text()).isEqualTo(HUNK);
        assertThat(read("Some words before it.\n" + PLAIN).getFirst().message()).isEqualTo("Some words before it.");
    }

    @Test
    void aMailHasSubjectAuthorAndMessage() throws UserException {
        Patch patch = read(MAIL + GIT + "-- \n2.39.5\n\n").getFirst();

        assertThat(patch.subject()).isEqualTo("exec: a subject that is so long that it is folded");
        assertThat(patch.author()).isEqualTo("Jörg Müller <j@example.org>");
        assertThat(patch.message()).isEqualTo("Why.\n\nFrom here on it is quoted.\n\nSigned-off-by: J <j@example.org>");
        assertThat(patch.files()).hasSize(1);
    }

    @Test
    void aMailboxHoldsSeveralPatchesAndCoverLettersArePassedOver() throws UserException {
        String cover = MAIL.replace("v2 1/2", "v2 0/2");
        PatchFile file = PatchReader.parse("x.patch", cover + "\n" + MAIL + GIT + "-- \n2.39.5\n\n" + MAIL + PLAIN);

        assertThat(file.patches()).hasSize(2);
        assertThat(file.notes()).singleElement().asString().contains("line 2", "has no diff");
    }

    @Test
    void theAuthorInTheBodyWins() throws UserException {
        Patch patch = read(MAIL.replace("Why.", "From: Other <o@example.org>\n\nWhy.") + GIT)
                .getFirst();

        assertThat(patch.author()).isEqualTo("Other <o@example.org>");
        assertThat(patch.message()).startsWith("Why.");
    }

    @Test
    void bodiesInQuotedPrintableAndBase64AreDecoded() throws UserException {
        String body = "Grüße\n---\n" + GIT.replace("+B", "+B = \"é\"");
        String utf8 = new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        StringBuilder quoted = new StringBuilder();
        for (int i = 0; i < utf8.length(); i++) {
            char c = utf8.charAt(i);
            quoted.append(c == '=' || c > '~' ? String.format("=%02X", (int) c) : Character.toString(c));
            quoted.append(c == ':' ? "=\n" : "");
        }
        String header = "From: a <a@b>\nSubject: s\nContent-Transfer-Encoding: ";
        String base64 = Base64.getMimeEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8));
        Patch plain = read(header + "8bit\n\n" + utf8).getFirst();

        assertThat(plain.message()).isEqualTo("Grüße");
        assertThat(plain.files()).hasSize(1);
        assertThat(read(header + "quoted-printable\n\n" + quoted).getFirst()).isEqualTo(plain);
        assertThat(read(header + "base64\n\n" + base64).getFirst()).isEqualTo(plain);
    }

    @Test
    void debianHeadersAreTheMessage() throws UserException {
        Patch patch = read("""
                Description: make it work
                 In more words.
                 .
                 And more.
                Author: Some One <one@debian.org>
                Forwarded: no
                Last-Update: 2024-01-01
                ---
                This patch header follows DEP-3.
                """ + PLAIN).getFirst();

        assertThat(patch.subject()).isEqualTo("make it work");
        assertThat(patch.author()).isEqualTo("Some One <one@debian.org>");
        assertThat(patch.message()).isEqualTo("In more words.\n\nAnd more.\n\nForwarded: no\nLast-Update: 2024-01-01");
    }

    @Test
    void subversionsIndexLinesArePassedOver() throws UserException {
        FileDiff diff = only("Index: fs/exec.c\n" + "=".repeat(67) + "\n--- fs/exec.c\t(revision 1)\n"
                + "+++ fs/exec.c\t(working copy)\n" + HUNK);

        assertThat(diff.newName()).isEqualTo("fs/exec.c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+x\n",
                "--- a/f\t1970-01-01 01:00:00.000000000 +0100\n+++ b/f\t2024-01-01 00:00:00 +0000\n@@ -0,0 +1 @@\n+x\n",
                "diff --git a/f b/f\nnew file mode 100644\nindex 0000000..1\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+x\n",
                "diff --git a/f b/f\nnew file mode 100644\nindex 0000000..e69de29\n"
            })
    void newFilesAreSeen(String text) throws UserException {
        FileDiff diff = only(text);

        assertThat(diff.action()).isEqualTo(Action.CREATE);
        assertThat(diff.oldName()).isNull();
        assertThat(diff.newName()).isEqualTo("b/f");
        assertThat(only(text).reversed().action()).isEqualTo(Action.DELETE);
    }

    @Test
    void emptiedIsNotDeleted() throws UserException {
        assertThat(only("--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-x\n").action()).isEqualTo(Action.MODIFY);
        assertThat(only("--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n").action()).isEqualTo(Action.DELETE);
    }

    @Test
    void renamesCopiesAndModesOfGit() throws UserException {
        FileDiff rename = only("""
                diff --git a/old name.c b/new/name.c
                similarity index 100%
                rename from old name.c
                rename to new/name.c
                """);
        assertThat(rename.action()).isEqualTo(Action.RENAME);
        assertThat(rename.oldName()).isEqualTo("a/old name.c");
        assertThat(rename.newName()).isEqualTo("b/new/name.c");

        FileDiff mode = only("diff --git a/x y b/x y\nold mode 100644\nnew mode 100755\n");
        assertThat(mode.newName()).isEqualTo("b/x y");
        assertThat(mode.newMode()).isEqualTo("100755");

        FileDiff quoted =
                only("diff --git \"a/\\303\\244\\t.c\" \"b/\\303\\244\\t.c\"\nold mode 100644\nnew mode 100755\n");
        assertThat(quoted.newName()).isEqualTo("b/\u00c3\u00a4\t.c");
    }

    @Test
    void linesThatLostTheirBlankAndCountsThatAreOneAreRead() throws UserException {
        assertThat(only("--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n\n-b\n+B\n\tc\n")
                        .hunks()
                        .getFirst()
                        .oldSide())
                .extracting(TextLine::text)
                .containsExactly("", "b", "\tc");
        assertThat(only("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-b\n+B")
                        .hunks()
                        .getFirst()
                        .newSide())
                .containsExactly(new TextLine("B", true));
    }

    @Test
    void blankContextLostAtTheEndIsPutBack() throws UserException {
        assertThat(only("--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-b\n+B\n")
                        .hunks()
                        .getFirst()
                        .lines())
                .endsWith(new HunkLine(HunkLine.Kind.CONTEXT, "", true), new HunkLine(HunkLine.Kind.CONTEXT, "", true));
    }

    @Test
    void carriageReturnsGoIfTheHeaderHasThem() throws UserException {
        PatchFile stripped = PatchReader.parse("x.patch", PLAIN.replace("\n", "\r\n"));
        assertThat(stripped.patches().getFirst().files())
                .isEqualTo(read(PLAIN).getFirst().files());
        assertThat(stripped.notes()).singleElement().asString().contains("carriage returns");

        FileDiff kept = only(PLAIN.replace(" a\n", " a\r\n"));
        assertThat(kept.hunks().getFirst().oldSide().getFirst().text()).isEqualTo("a\r");
    }

    @Test
    void missingLineFeedsAtTheEndAreKept() throws UserException {
        Hunk hunk = only("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-b\n\\ No newline at end of file\n+b\n")
                .hunks()
                .getFirst();

        assertThat(hunk.oldSide()).containsExactly(new TextLine("b", false));
        assertThat(hunk.newSide()).containsExactly(new TextLine("b", true));
        assertThat(hunk.reversed().reversed()).isEqualTo(hunk);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    4: the hunk ends early | --- a/f\\n+++ b/f\\n@@ -1,9 +1,9 @@\\n a\\n-b\\n+B\\n                    | x.patch:6: the patch ends in the middle of the hunk at line 3
                    other text in a hunk   | --- a/f\\n+++ b/f\\n@@ -1,3 +1,3 @@\\n a\\n-b\\ndiff x\\n                | x.patch:6: 'diff x' is no line of the hunk at line 3, which still lacks 1 old and 2 new lines
                    more lines than said   | --- a/f\\n+++ b/f\\n@@ -1,2 +1,2 @@\\n a\\n-b\\n+B\\n+C\\n               | x.patch:7: the hunk at line 3 has more lines
                    no header              | @@ -1,2 +1,2 @@\\n a\\n-b\\n+B\\n                                        | x.patch:1: a hunk without the lines
                    bad header             | --- a/f\\n+++ b/f\\n@@ 1,2 @@\\n a\\n                                   | x.patch:3: '@@ 1,2 @@' is no beginning of a hunk
                    numbers too large      | --- a/f\\n+++ b/f\\n@@ -9999999999 +1 @@\\n-a\\n+b\\n                   | x.patch:3: the line number 9999999999
                    nothing changed        | --- a/f\\n+++ b/f\\n@@ -1 +1 @@\\n a\\n                                 | x.patch:3: the hunk changes nothing
                    no name                | --- /dev/null\\n+++ /dev/null\\n@@ -0,0 +1 @@\\n+a\\n                   | x.patch:1: the diff names no file
                    new file with old lines| --- /dev/null\\n+++ b/f\\n@@ -1 +1 @@\\n-a\\n+b\\n                      | x.patch:3: the file should not be there
                    binary                 | diff --git a/f b/f\\nindex 1..2\\nGIT binary patch\\nliteral 1\\n        | x.patch:3: the file is binary
                    binary without content | diff -ru a/f b/f\\nBinary files a/f and b/f differ\\n                   | x.patch:2: the file is binary
                    symbolic link          | diff --git a/f b/f\\nnew file mode 120000\\n--- /dev/null\\n             | x.patch:2: it changes a symbolic link
                    a link by its index    | diff --git a/f b/f\\nindex 1..2 120000\\n--- a/f\\n                     | x.patch:2: it changes a symbolic link
                    submodule              | diff --git a/f b/f\\nindex 1..2 160000\\n--- a/f\\n                     | x.patch:2: it changes a submodule
                    merge                  | diff --cc f\\nindex 1,2..3\\n--- a/f\\n+++ b/f\\n@@@ -1 -1 +1 @@@\\n    | x.patch:1: it is the diff of a merge
                    context diff           | *** a/f\\n--- b/f\\n***************\\n*** 1,3 ****\\n  a\\n             | x.patch:3: it is a context diff
                    normal diff            | 1c1\\n< a\\n---\\n> b\\n                                                | x.patch:1: it is a normal diff
                    ed script              | 3d\\n1c\\nb\\n.\\n                                                     | x.patch:1: it is an ed script
                    indented               | \\s\\s--- a/f\\n\\s\\s+++ b/f\\n\\s\\s@@ -1 +1 @@\\n\\s\\s-a\\n\\s\\s+b\\n  | x.patch:1: the diff is indented
                    words                  | Dear all,\\nplease apply.\\n                                            | x.patch:1: there is no diff in it
                    parts                  | From: a <b>\\nSubject: s\\nContent-Type: multipart/mixed; boundary=x\\n\\n--x\\n | the mail has several parts
                    strange mode           | diff --git a/f b/f\\nold mode 999\\n                                    | x.patch:2: '999' is no mode
                    """)
    void whatCannotBeReadIsRefusedByNameAndLine(String what, String text, String message) {
        assertThat(refusal(text.replace("\\n", "\n").replace("\\s", " ")).getMessage())
                .as(what)
                .contains(message);
    }

    @Test
    void nothingAndCompressedAreNoPatches() {
        assertThat(refusal("").getMessage()).contains("it is empty");
        assertThat(refusal("\u001f\u008b\b").nextStep()).contains("zcat");
        assertThat(refusal("\u00fd7zXZ").nextStep()).contains("xzcat");
    }

    @Test
    void aQuotedDiffInAMessageIsNone() throws UserException {
        Patch patch = read(MAIL.replace("Why.", "Why:\n\n    --- a/x\n    +++ b/x\n    @@ -1 +1 @@\n    -a\n    +b")
                        + GIT)
                .getFirst();

        assertThat(patch.files()).hasSize(1);
        assertThat(patch.message()).contains("    +++ b/x");
    }

    /// Gives so many bytes, and says how many were taken.
    private static final class Endless extends InputStream {
        private final int every;
        private long taken;

        Endless(int every) {
            this.every = every;
        }

        @Override
        public int read() {
            taken++;
            return taken % every == 0 ? '\n' : 'x';
        }

        @Override
        public int read(byte[] bytes, int off, int len) {
            for (int i = 0; i < len; i++) {
                bytes[off + i] = (byte) read();
            }
            return len;
        }
    }

    @Test
    @Timeout(60)
    void aLongLineIsRefusedWithoutBeingReadToItsEnd() {
        Endless endless = new Endless(Integer.MAX_VALUE);

        UserException e = catchThrowableOfType(UserException.class, () -> PatchReader.read("x.patch", endless));

        assertThat(e.getMessage()).isEqualTo("x.patch:1: the line is longer than 1 MiB");
        assertThat(endless.taken).isLessThan(2 << 20);
    }

    @Test
    void whatIsTooLargeIsRefused() {
        Endless endless = new Endless(60);

        UserException e =
                catchThrowableOfType(UserException.class, () -> PatchReader.read("x.patch", endless, 3 << 20));

        assertThat(e.getMessage()).isEqualTo("x.patch: it is larger than 3 MiB");
        assertThat(endless.taken).isLessThan(4 << 20);
        assertThat(PatchReader.MAX_SIZE).isEqualTo(256 << 20);
    }

    @Test
    void aLineOfTheGreatestLengthIsRead() throws IOException, UserException {
        String longest = "x".repeat(PatchReader.MAX_LINE - 1);
        String text = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+" + longest + "\n";
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(PatchReader.read("x", new ByteArrayInputStream(bytes)).patches())
                .hasSize(1);
    }

    @Test
    void tooManyFilesAreRefused() {
        String text = "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n".repeat(PatchReader.MAX_FILES + 1);

        assertThat(refusal(text).getMessage()).contains("more than 100000 files");
    }

    @Test
    void tooManyHunksAreRefused() {
        String text = "--- a/f\n+++ b/f\n" + "@@ -1 +1 @@\n-a\n+b\n".repeat(PatchReader.MAX_HUNKS + 1);

        assertThat(refusal(text).getMessage()).contains("more than 1000000 hunks");
    }

    /// Every text ends in a patch or in a refusal, in bounded time.
    @Test
    @Timeout(60)
    void damagedPatchesGiveNoOtherExceptions() {
        Random random = new Random(7);
        List<String> seeds = new ArrayList<>(List.of(
                MAIL + GIT + "-- \n2.39.5\n\n" + MAIL + PLAIN,
                "From: a <a@b>\nSubject: =?UTF-8?B?w7w=?=\nContent-Transfer-Encoding: quoted-printable\n\n=41=\n" + GIT,
                "From: a <a@b>\nSubject: s\nContent-Transfer-Encoding: base64\n\n"
                        + Base64.getMimeEncoder().encodeToString(GIT.getBytes(StandardCharsets.UTF_8)),
                "Description: x\n y\nAuthor: z\n\n" + PLAIN,
                "diff --git \"a/\\303\\244 x\" \"b/\\303\\244 x\"\nrename from \"\\303\\244 x\"\nrename to b\n" + GIT,
                "--- a/f\t1970-01-01 00:00:00 +0000\n+++ b/f\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n"));
        int read = 0;
        for (int i = 0; i < 30_000; i++) {
            String text = damaged(seeds.get(i % seeds.size()), random);
            try {
                List<Patch> patches = read(text);
                read++;
                patches.forEach(PatchWriter::write);
            } catch (UserException e) {
                assertThat(e.getMessage()).as(text).startsWith("x.patch:");
            }
        }
        assertThat(read).isBetween(1000, 29_000);
    }

    private static String damaged(String seed, Random random) {
        StringBuilder text = new StringBuilder(seed);
        for (int n = random.nextInt(4); n >= 0 && !text.isEmpty(); n--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + 1 + random.nextInt(30));
            switch (random.nextInt(6)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.delete(at, end);
                case 2 -> text.insert(at, text.substring(at, end));
                case 3 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
                case 4 -> text.setLength(at);
                default -> {
                    int line = text.lastIndexOf("\n", at) + 1;
                    text.insert(line, "-+ @\\\"\n=?d0".charAt(random.nextInt(11)));
                }
            }
        }
        return text.toString();
    }
}
