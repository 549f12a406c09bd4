package dev.nptune.kernel.recipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.recipe.DebianChangelog.Change;
import dev.nptune.kernel.recipe.DebianChangelog.Signature;
import dev.nptune.kernel.recipe.Recipe.Settings;
import dev.nptune.kernel.recipe.RecipeEdit.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianRecipeTest {
    private static final String LOG = """
            linux (6.1.90-1+deb12u1) bookworm-security; urgency=high

              * New upstream stable update
                - kvm: something

             -- Some Body <some@example.org>  Fri, 03 May 2024 10:00:00 +0200

            linux (6.1.85-1) bookworm; urgency=medium

              * Older

             -- Some Body <some@example.org>  Thu, 11 Apr 2024 10:00:00 +0200
            """;
    private static final Signature WHO = new Signature("Me <me@example.org>", "Sat, 04 May 2024 09:00:00 +0200");
    private static final NewPatch NPT = new NewPatch("npt.patch", """
            From: Somebody <s@example.org>
            Date: Mon, 1 Jan 2024 00:00:00 +0000
            Subject: [PATCH v2 1/2] KVM: SVM: honour the guest's PAT,
             as it is

            --- a/arch/x86/kvm/svm/svm.c
            +++ b/arch/x86/kvm/svm/svm.c
            @@ -1 +1 @@
            -a
            +b
            """);
    private static final Settings SETTINGS = new Settings(Optional.empty(), WHO.maintainer(), WHO.date());

    @TempDir
    private Path folder;

    @BeforeEach
    void sourcePackage() throws IOException {
        Files.createDirectories(folder.resolve("debian/patches"));
        Files.writeString(folder.resolve("debian/changelog"), LOG);
        Files.writeString(folder.resolve("debian/patches/series"), """
                # Debian's own
                debian/version.patch

                bugfix/all/fix.patch -p1   # upstream
                # features/all/npt.patch""");
    }

    private RecipeEdit edit(NewPatch... patches) throws UserException {
        return Recipe.edit(Kind.DEBIAN, folder, List.of(patches), SETTINGS);
    }

    private static void write(RecipeEdit edit) throws IOException {
        for (EditedFile each : edit.changed()) {
            Path file = edit.folder().resolve(each.path());
            Files.createDirectories(file.getParent());
            Files.write(file, each.bytes());
        }
    }

    @Test
    void theSeriesGoesOnAndKeepsWhatItHas() throws Exception {
        RecipeEdit edit = edit(NPT);
        assertThat(edit.files().getFirst().after()).isEqualTo("""
                # Debian's own
                debian/version.patch

                bugfix/all/fix.patch -p1   # upstream
                # features/all/npt.patch
                features/x86/npt.patch
                """);
        assertThat(edit.files().getLast().path()).isEqualTo("debian/patches/features/x86/npt.patch");
        assertThat(edit.notes()).isEmpty();
    }

    @Test
    void theVersionOnTopIsALocalOne() throws Exception {
        assertThat(edit(NPT).files().get(1).after()).isEqualTo("""
                linux (6.1.90-1+deb12u1+npt1) UNRELEASED; urgency=high

                  * Add npt.patch: KVM: SVM: honour the guest's PAT, as it is

                 -- Me <me@example.org>  Sat, 04 May 2024 09:00:00 +0200

                """ + LOG);
    }

    @Test
    void theSecondTimeNothingChanges() throws Exception {
        write(edit(NPT));
        assertThat(edit(NPT).changed()).isEmpty();
    }

    @Test
    void anotherPatchGoesIntoTheSameEntry() throws Exception {
        write(edit(NPT));
        NewPatch other = new NewPatch("other.patch", "--- a/x\n+++ b/mm/x\n");
        RecipeEdit edit = edit(other);
        assertThat(edit.files().get(1).after()).startsWith("""
                linux (6.1.90-1+deb12u1+npt1) UNRELEASED; urgency=high

                  * Add npt.patch: KVM: SVM: honour the guest's PAT, as it is
                  * Add other.patch

                 -- Me""");
        assertThat(edit.files().getFirst().after()).endsWith("\nfeatures/x86/npt.patch\nfeatures/all/other.patch\n");
        assertThat(edit.notes())
                .containsExactly("other.patch has no Description or Subject and no Origin, Author or From, which DEP-3"
                        + " asks for.");
    }

    @Test
    void anEntryThatIsDoneIsFollowedByTheNextNumber() {
        String done = DebianChangelog.with(LOG, "npt", List.of(new Change("a.patch", "")), WHO)
                .replaceFirst("UNRELEASED", "bookworm");
        assertThat(DebianChangelog.with(done, "npt", List.of(new Change("a.patch", "")), WHO))
                .isEqualTo(done);
        assertThat(DebianChangelog.with(done, "npt", List.of(new Change("b.patch", "")), WHO))
                .startsWith("linux (6.1.90-1+deb12u1+npt2) UNRELEASED;")
                .endsWith(done);
    }

    @Test
    void dpkgReadsTheChangelog() throws Exception {
        assumeTrue(RealBash.has("dpkg-parsechangelog"), "dpkg-dev is not installed");
        write(edit(NPT));
        Exec.Result said = Exec.run(
                Duration.ofSeconds(30),
                List.of(
                        "dpkg-parsechangelog",
                        "-l",
                        folder.resolve("debian/changelog").toString()));
        assertThat(said.err()).isEmpty();
        assertThat(said.out())
                .contains("\nVersion: 6.1.90-1+deb12u1+npt1\nDistribution: UNRELEASED\n")
                .contains("\nMaintainer: Me <me@example.org>\n");
        Exec.Result later = Exec.run(
                Duration.ofSeconds(30),
                List.of("dpkg", "--compare-versions", "6.1.90-1+deb12u1+npt1", "gt", "6.1.90-1+deb12u1"));
        assertThat(later.ok()).isTrue();
    }

    @Test
    void longSubjectsAreWrapped() {
        String lines = new Change("npt.patch", "word ".repeat(30).strip()).lines();
        assertThat(lines.lines()).allMatch(l -> l.length() <= 80).hasSizeGreaterThan(1);
        assertThat(lines.replace("\n   ", ""))
                .isEqualTo("  * Add npt.patch: " + "word ".repeat(30).strip() + "\n");
    }

    @Test
    void aChangelogThatIsNoneIsRefused() throws IOException {
        Files.writeString(folder.resolve("debian/changelog"), "nothing\n");
        assertThatThrownBy(() -> edit(NPT)).hasMessageEndingWith("debian/changelog line 1: no entry of a changelog");
    }

    @Test
    void namesOfPeopleKeepTheirLetters() throws Exception {
        Files.writeString(folder.resolve("debian/changelog"), LOG.replace("Some Body", "Jürgen"));
        RecipeEdit edit = edit(NPT);
        assertThat(new String(edit.files().get(1).bytes(), UTF_8)).contains(" -- Jürgen <");
        assertThat(edit.files().get(1).diff()).doesNotContain("Ã");
    }
}
