package dev.nptune.kernel.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.internal.text.UnifiedDiff;
import dev.nptune.kernel.recipe.Recipe.Settings;
import dev.nptune.kernel.recipe.RecipeEdit.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class FedoraSpecTest {
    private static final String FUNCTIONS = """
            # define buildid .local
            %if 0%{?fedora}
            %define secure_boot 1
            %endif
            Name: kernel
            Source0: linux-%{tarfile_release}.tar.xz
            %if !%{nopatches}
            Patch1: patch-%{patchversion}-redhat.patch
            %endif
            # empty final patch to facilitate testing of kernel patches
            Patch999999: linux-kernel-test.patch

            %description
            The kernel

            %prep
            ApplyPatch()
            {
              local patch=$1
              patch -p1 < "$RPM_SOURCE_DIR/$patch"
            }
            ApplyOptionalPatch()
            {
              ApplyPatch $patch ${1+"$@"}
            }
            %setup -q -n kernel-%{version} -c
            cd linux-%{KVERREL}
            %if !%{nopatches}
            ApplyOptionalPatch patch-%{patchversion}-redhat.patch
            %endif

            ApplyOptionalPatch linux-kernel-test.patch

            # END OF PATCH APPLICATIONS
            %build
            make
            """;
    private static final String MACROS = """
            Name: kernel-fsync
            Source0: linux.tar.xz
            Patch0: a.patch
            %ifarch x86_64
            Patch7: b.patch
            %endif
            %prep
            %setup -q
            %patch0 -p1
            %ifarch x86_64
            %patch7 -p1
            %endif
            %build
            """;
    private static final String NEW_MACROS =
            MACROS.replace("%patch0", "%patch -P 0").replace("%patch7", "%patch -P 7");
    private static final String AUTO = """
            %define buildid .mine
            Name: kernel
            Source0: linux.tar.xz
            %prep
            %autosetup -p1 -n linux
            %build""";

    /// The kernel's patches have numbers up to 9; a driver that is built along has those above.
    private static final String RANGE = """
            Name: kernel
            Source0: linux.tar.xz
            Patch0: base.patch
            %if %{with_clang}
            Patch2: clang.patch
            %endif
            %if %{with_driver}
            Patch10: driver.patch
            %endif
            %prep
            %setup -q -n linux
            %autopatch -p1 -v -M 9
            cp %{SOURCE1} .config
            %if %{with_driver}
            cd ../driver
            %patch -P 10 -p1
            %autopatch -p1 -m 11 -M 19
            %endif
            %build
            """;

    static final List<String> FORMS = List.of(FUNCTIONS, MACROS, NEW_MACROS, AUTO, RANGE);
    private static final NewPatch NPT = new NewPatch("npt.patch", "line\n".repeat(12));

    @TempDir
    private Path folder;

    private static String edit(String text, NewPatch... patches) {
        return FedoraSpec.edit(text, List.of(patches), ".npt").text();
    }

    private static String added(String before) {
        return UnifiedDiff.of("kernel.spec", before, edit(before, NPT))
                .lines()
                .filter(l -> l.startsWith("+") || l.startsWith("-"))
                .skip(2)
                .reduce("", (a, b) -> a + b + "\n");
    }

    @Test
    void beforeTheTestPatchInBothPlaces() {
        assertThat(added(FUNCTIONS)).isEqualTo("""
                -# define buildid .local
                +%define buildid .npt
                +Patch2: npt.patch
                +ApplyOptionalPatch npt.patch
                """);
        assertThat(edit(FUNCTIONS, NPT))
                .contains("Patch2: npt.patch\nPatch999999: linux-kernel-test.patch\n")
                .contains("ApplyOptionalPatch npt.patch\nApplyOptionalPatch linux-kernel-test.patch\n");
    }

    @Test
    void aShortPatchIsNotLeftToTheFunctionThatSkipsShortOnes() {
        NewPatch brief = new NewPatch("npt.patch", "line\n".repeat(9));
        assertThat(edit(FUNCTIONS, brief)).contains("\nApplyPatch npt.patch\n");
    }

    @Test
    void behindTheConditionOfTheLast() {
        assertThat(edit(MACROS, NPT))
                .contains("Patch7: b.patch\n%endif\nPatch8: npt.patch\n%prep")
                .contains("%patch7 -p1\n%endif\n%patch8 -p1\n%build");
        assertThat(edit(NEW_MACROS, NPT)).contains("%endif\n%patch -P 8 -p1\n%build");
    }

    @Test
    void whereAllAreAppliedALineIsEnough() {
        assertThat(added(AUTO)).isEqualTo("+Patch1: npt.patch\n");
        assertThat(FedoraSpec.edit(AUTO, List.of(NPT), ".npt").notes())
                .containsExactly("buildid is .mine already and was left.");
    }

    @Test
    void aPatchOfTheKernelIsNoneOfADriverThatIsBuiltAlong() {
        assertThat(added(RANGE)).isEqualTo("+Patch3: npt.patch\n");
        assertThat(edit(RANGE, NPT)).contains("driver.patch\n%endif\nPatch3: npt.patch\n%prep");
    }

    @Test
    void aRangeThatIsNotInPrepIsNone() {
        String spec = AUTO + "\nmake\n%install\n%autopatch -p1 -M 0\n";
        assertThat(added(spec)).isEqualTo("+Patch1: npt.patch\n");
    }

    @ParameterizedTest
    @FieldSource("FORMS")
    void theSecondTimeNothingChanges(String form) {
        String once = edit(form, NPT);
        assertThat(edit(once, NPT)).isEqualTo(once).isNotEqualTo(form);
    }

    @Test
    void severalKeepTheirOrder() {
        NewPatch second = new NewPatch("z.patch", NPT.text());
        assertThat(edit(FUNCTIONS, NPT, second))
                .contains("Patch2: npt.patch\nPatch3: z.patch\nPatch999999")
                .contains("ApplyOptionalPatch npt.patch\nApplyOptionalPatch z.patch\nApplyOptionalPatch linux-kernel");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Name: x                                              | 1 | there is neither a Patch nor a Source line
            Source0: x                                           | 1 | there is no %prep
            Source0: x\\n%prep\\n%setup                          | 3 | %prep applies no patches in a way that is known
            Source0: x\\n%prep\\n%autosetup -n y                 | 4 | patches are not applied with -p1
            Source0: x\\n%prep\\n%autosetup -p1 -N               | 4 | not all patches are applied
            Source0: x\\n%if 1                                   | 2 | %if and %endif do not go together
            Patch0: x\\n%prep\\n%autopatch -p1 -M 0           | 1 | no number is left for a patch of the kernel: 0 is taken
            Patch: x\\n%prep\\n%autopatch -p1 -M 9            | 1 | patches are applied by numbers that they do not have
            Patch: npt.patch\\n%prep\\n%autopatch -p1 -M 9    | 1 | patches are applied by numbers that they do not have
            Patch0: x\\nPatch12: npt.patch\\n%prep\\n%autopatch -p1 -M 9 | 2 | the patch is there, but its number is none of those that are applied to the kernel
            Patch12: x\\nPatch1: npt.patch\\n%prep\\n%autopatch -p1 -m 10 | 2 | the patch is there, but its number is none of those that are applied to the kernel
            Patch: x\\n%prep\\n%patch 0 -p1                      | 4 | patches without numbers
            """)
    void whatIsNotUnderstoodIsRefused(String spec, int line, String what) {
        assertThatThrownBy(() -> edit(spec.replace("\\n", "\n"), NPT)).isInstanceOfSatisfying(Unclear.class, e -> {
            assertThat(e.what()).isEqualTo(what);
            assertThat(e.line()).isEqualTo(line);
        });
    }

    @Test
    void sourcesLieBesideSpecsWhereRpmbuildHasThem() throws Exception {
        Files.createDirectories(folder.resolve("SOURCES"));
        Files.createDirectories(folder.resolve("SPECS"));
        Files.writeString(folder.resolve("SPECS/kernel.spec"), FUNCTIONS);
        RecipeEdit edit = Recipe.edit(
                Kind.FEDORA, folder.resolve("SPECS"), List.of(NPT), new Settings(Optional.of("linux-fast"), "", ""));
        assertThat(edit.changed().stream().map(EditedFile::path))
                .containsExactly("SPECS/kernel.spec", "SOURCES/npt.patch");
        assertThat(edit.files().getFirst().after()).startsWith("%define buildid .fast\n");
    }

    @Test
    void twoSpecFilesHaveToBeChosenFrom() throws IOException {
        Files.writeString(folder.resolve("a.spec"), FUNCTIONS);
        Files.writeString(folder.resolve("b.spec"), FUNCTIONS);
        assertThatThrownBy(() -> Recipe.edit(Kind.FEDORA, folder, List.of(NPT), new Settings(Optional.empty(), "", "")))
                .hasMessage("there is more than one spec file in " + folder);
    }
}
