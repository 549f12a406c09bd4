package dev.nptune.kernel.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.internal.text.UnifiedDiff;
import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.recipe.Recipe.Settings;
import dev.nptune.kernel.recipe.RecipeEdit.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ArchRecipeTest {
    private static final NewPatch NPT = new NewPatch("npt.patch", "--- a/x\n+++ b/x\n");
    private static final String SHA256 = Checksum.SHA256.of(NPT.content());

    static final List<String> FORMS =
            List.of(ArchFixtures.LOOP, ArchFixtures.BY_NAME, ArchFixtures.OPTIONS, ArchFixtures.BARE);

    @TempDir
    private Path folder;

    private static String edit(String text) {
        return ArchRecipe.edit(text, List.of(NPT), Optional.empty()).text();
    }

    private static String added(String before, String after) {
        return UnifiedDiff.of("PKGBUILD", before, after)
                .lines()
                .filter(l -> l.startsWith("+") || l.startsWith("-"))
                .skip(2)
                .reduce("", (a, b) -> a + b + "\n");
    }

    @Test
    void aLoopOverTheSourcesNeedsNoLineOfItsOwn() {
        assertThat(added(ArchFixtures.LOOP, edit(ArchFixtures.LOOP)))
                .isEqualTo("""
                +  npt.patch
                -            '33d8b7bb3e1a9db4ac8a1df5f7f5d5c5b8c0a65dd1f8c3a6b7f4a2f4f9b0cc03')
                +            '33d8b7bb3e1a9db4ac8a1df5f7f5d5c5b8c0a65dd1f8c3a6b7f4a2f4f9b0cc03'
                +            '%s')
                -        'cc')
                +        'cc'
                +        '%s')
                """.formatted(SHA256, Checksum.B2.of(NPT.content())));
    }

    @Test
    void withoutALoopALineIsPutBehindTheLastPatch() {
        assertThat(added(ArchFixtures.BY_NAME, edit(ArchFixtures.BY_NAME)))
                .isEqualTo("""
                -source=("https://example.org/linux-${pkgver}.tar.xz" 'config' "first.patch")
                -sha512sums=('SKIP' "SKIP" '0123')
                +source=("https://example.org/linux-${pkgver}.tar.xz" 'config' "first.patch" "npt.patch")
                +sha512sums=('SKIP' "SKIP" '0123' '%s')
                +    patch -Np1 -i "$srcdir/npt.patch"
                """.formatted(Checksum.SHA512.of(NPT.content())));
    }

    @Test
    void whatIsAddedInBranchesComesLaterAndSoDoItsChecksums() {
        assertThat(added(ArchFixtures.OPTIONS, edit(ArchFixtures.OPTIONS)))
                .isEqualTo("""
                +    "npt.patch"
                +        '%s'
                """.formatted(Checksum.B2.of(NPT.content())));
    }

    @Test
    void prepareIsMadeWhereThereIsNone() {
        assertThat(added(ArchFixtures.BARE, edit(ArchFixtures.BARE)))
                .isEqualTo("""
                -source_x86_64+=(config)
                +source_x86_64+=(config npt.patch)
                -md5sums_x86_64+=(SKIP)
                +md5sums_x86_64+=(SKIP %s)
                +
                +prepare() {
                +  cd linux-$pkgver
                +  patch -Np1 -i "$srcdir/npt.patch"
                +}
                """.formatted(Checksum.MD5.of(NPT.content())));
    }

    @ParameterizedTest
    @FieldSource("FORMS")
    void theSecondTimeNothingChanges(String form) {
        String once = edit(form);
        assertThat(edit(once)).isEqualTo(once).isNotEqualTo(form);
    }

    @ParameterizedTest
    @FieldSource("FORMS")
    void bashReadsItAndHasTheChecksumAtThePatchsPlace(String form) throws IOException {
        String after = edit(form);
        assertThat(RealBash.complaint(folder, after)).isEmpty();
        String suffix = form.equals(ArchFixtures.BARE) ? "_x86_64" : "";
        List<String> sources = RealBash.array(folder, after, "source" + suffix);
        int at = sources.indexOf("npt.patch");
        assertThat(at).isNotNegative();
        int checked = 0;
        for (Checksum each : Checksum.values()) {
            List<String> sums = RealBash.array(folder, after, each.array() + suffix);
            if (!sums.equals(List.of("")) && !sums.isEmpty()) {
                assertThat(sums.get(at)).isEqualTo(each.of(NPT.content()));
                checked++;
            }
        }
        assertThat(checked).isPositive();
    }

    @ParameterizedTest
    @FieldSource("FORMS")
    void theEditorCountsTheSourcesAsBashDoes(String form) throws IOException {
        String name = form.equals(ArchFixtures.BARE) ? "source_x86_64" : "source";
        ArchArrays ours = ArchArrays.of(form, BashParser.parse(form), name);
        List<String> theirs = RealBash.array(folder, "_sched=eevdf\n_lto=\n" + form, name);
        assertThat(ours.elements()).hasSameSizeAs(theirs);
        for (int i = 0; i < theirs.size(); i++) {
            String pattern = Stream.of(ours.elements().get(i).value().split(String.valueOf(BashElements.COMPUTED), -1))
                    .map(java.util.regex.Pattern::quote)
                    .reduce((a, b) -> a + ".*" + b)
                    .orElseThrow();
            assertThat(theirs.get(i)).matches(pattern);
        }
    }

    @Test
    void aPatchThatHasChangedGetsItsNewChecksum() {
        String once = edit(ArchFixtures.LOOP);
        NewPatch other = new NewPatch(NPT.name(), "another\n");
        String twice = ArchRecipe.edit(once, List.of(other), Optional.empty()).text();
        assertThat(twice)
                .isEqualTo(once.replace(SHA256, Checksum.SHA256.of(other.content()))
                        .replace(Checksum.B2.of(NPT.content()), Checksum.B2.of(other.content())));
    }

    @Test
    void anExtensionThatTheLoopPassesOverGetsALine() {
        NewPatch diff = new NewPatch("npt.diff", NPT.text());
        String after = ArchRecipe.edit(ArchFixtures.LOOP, List.of(diff), Optional.empty())
                .text();
        assertThat(after).contains("  done\n  patch -Np1 -i \"$srcdir/npt.diff\"\n");
    }

    @Test
    void severalPatchesStandInTheirOrder() {
        NewPatch second = new NewPatch("zen.patch", "z");
        String after = ArchRecipe.edit(ArchFixtures.LOOP, List.of(NPT, second), Optional.empty())
                .text();
        assertThat(after).contains("  npt.patch\n  zen.patch\n)");
    }

    @Test
    void aNewNameIsPkgbase() throws IOException {
        String after = ArchRecipe.edit(ArchFixtures.LOOP, List.of(NPT), Optional.of("linux-npt"))
                .text();
        assertThat(after).contains("\npkgbase=linux-npt\n");
        assertThat(RealBash.array(folder, after, "pkgname")).containsExactly("linux-npt", "linux-npt-headers");
        assertThat(ArchRecipe.edit(after, List.of(NPT), Optional.of("linux-npt"))
                        .text())
                .isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            source=($_files)\\nprepare() { cd x; }              | 1 | `how many elements $_files becomes is not known`
            source=("${_all[@]}")\\nprepare() { cd x; }         | 1 | `how many elements "${_all[@]}" becomes is not known`
            source=(*.patch)\\nprepare() { cd x; }              | 1 | how many elements *.patch becomes is not known
            source=(p{1..3})\\nprepare() { cd x; }              | 1 | a sequence in braces
            source='a'\\nprepare() { cd x; }                    | 1 | source is no array
            source[0]=a                                         | 1 | a single element of source is set
            \\nif x; then source=(a); fi                        | 2 | source is set in a branch only
            pkgver=1                                            | 1 | no source is set
            source=(a)\\nsha1sums=()\\nprepare() { cd x; }      | 2 | sha1sums has 0 elements where source has 1 before
            source=(a)\\nif y; then source+=(npt.patch); fi     | 2 | npt.patch is a source in a branch already
            source=(a)\\nif y; then source=(b); fi             | 2 | source is set anew in a branch
            source=(a)\\n                                       | 1 | there is neither prepare() nor build() to tell where the sources are
            source=(a)\\nprepare() { make; }                    | 2 | prepare() neither patches nor goes into the sources
            source=('a)\\n                                      | 1 | a quote that is not closed
            source=(a\\nb                                       | 1 | no ) where one belongs
            cat <<E\\nx                                         | 1 | a here-document that does not end
            fi                                                  | 1 | the word fi where a command should begin
            x() { if a; then b; }                               | 1 | the word } where a command should begin
            if a; then b; )                                     | 1 | if without fi
            """)
    void whatIsNotUnderstoodIsRefusedWithItsLine(String script, int line, String what) {
        String text = script.replace("\\n", "\n");
        assertThatThrownBy(() -> edit(text)).isInstanceOfSatisfying(Unclear.class, e -> {
            assertThat(e.what()).isEqualTo(what.replace("\\n", "\n"));
            assertThat(e.line()).isEqualTo(line);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            pkgbase=linux\\npkgname=(linux linux-headers)\\n            | the package name linux is not made of pkgbase
            pkgbase=linux\\npackage_linux-headers() { x; }\\n           | a function has the package's name
            pkgbase=linux\\nsource=($pkgbase.preset)\\n                 | a source is named after pkgbase
            if a; then pkgbase=linux; fi\\n                             | pkgbase is set in a branch
            pkgname=linux\\n                                            | there is no pkgbase to rename
            """)
    void aNameIsNotChangedWhereItIsWrittenOut(String script, String what) {
        String text = script.replace("\\n", "\n");
        assertThatThrownBy(() -> ArchName.rename(text, "linux-npt")).hasMessage(what);
    }

    private UserException refused(Optional<String> name) {
        UserException e = catchThrowableOfType(
                UserException.class, () -> Recipe.edit(Kind.ARCH, folder, List.of(NPT), new Settings(name, "", "")));
        assertThat(e).isNotNull();
        return e;
    }

    @Test
    void whatCannotBeRenamedCanStillBePatched() throws Exception {
        Files.writeString(
                folder.resolve("PKGBUILD"), ArchFixtures.LOOP.replace("\"$pkgbase-headers\"", "linux-headers"));

        UserException e = refused(Optional.of("linux-npt"));

        assertThat(e).hasMessageContaining("it cannot be renamed: ");
        assertThat(e.nextStep()).startsWith("leave --name out");
    }

    @Test
    void ofLinuxTkgItsOwnPlaceIsTold() throws Exception {
        Files.writeString(folder.resolve("PKGBUILD"), ArchFixtures.LOOP);
        Files.createDirectory(folder.resolve("linux-tkg-config"));

        UserException e = refused(Optional.empty());

        assertThat(e).hasMessageContaining("linux-tkg has a place of its own for patches");
        assertThat(e.nextStep()).contains("linux612-tkg-userpatches").contains(".mypatch");
    }
}
