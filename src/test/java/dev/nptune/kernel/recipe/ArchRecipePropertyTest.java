package dev.nptune.kernel.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// PKGBUILDs put together at random: after the edit bash reads them, what is not the patch is what it was, and the
/// patch
/// is where its checksums are.
class ArchRecipePropertyTest {
    private static final NewPatch PATCH = new NewPatch("0001-npt.patch", "p\n");
    private static final List<String> WORDS = List.of(
            "config",
            "'linux.install'",
            "\"https://example.org/$pkgver/a b.tar\"",
            "https://example.org/linux-${pkgver%.*}.tar.{xz,sign}",
            "x{,.sig}",
            "\"first.patch\"",
            "'it'\\''s.txt'",
            "name.tar::\"$url/v$pkgver.tar\"",
            "$'a\\'b)'",
            "\"$(printf '%s' \"a)b\")\"",
            "${url}/c",
            "\\(d\\)");
    private static final List<String> BETWEEN = List.of(
            "# a comment with ) and ' and \"\n",
            "_opt=${_opt:-y}\n",
            "_quote=\"${none:-'it}s'}\"\n",
            "if [[ $_opt = *y ]]; then _more=1; else _more=0; fi\n",
            "_f() {\n  case $1 in a|b) echo ')' ;; *) : ;; esac\n}\n",
            "_text=$(cat <<'E'\nsource=(not this)\nE\n)\n",
            "for i in 1 2; do (( n += i )); done\n",
            "export A=\"b\" C=d\n",
            "x=`echo \\`echo y\\``\n",
            "_n=$(( (1 + 2) * 3 ))\n");

    @TempDir
    private Path folder;

    private final Random random = new Random();

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private String separator() {
        return any(List.of(" ", "\n  ", "\n\n\t", " # why\n   ", " \\\n "));
    }

    private String array(String name, List<String> words) {
        StringBuilder out = new StringBuilder();
        boolean open = false;
        for (String word : words) {
            if (!open) {
                out.append(out.isEmpty() ? name + "=(" : name + "+=(").append(any(List.of("", "\n  ")));
                open = true;
            } else {
                out.append(separator());
            }
            out.append(word);
            if (random.nextInt(6) == 0) {
                out.append(any(List.of(")\n", " )\n", "\n)\n"))).append(any(BETWEEN));
                open = false;
            }
        }
        if (out.isEmpty()) {
            return name + "=()\n";
        }
        return out.append(open ? any(List.of(")", "\n)", " # last\n)")) + "\n" : "")
                .toString();
    }

    private String recipe(long seed) throws IOException {
        random.setSeed(seed);
        StringBuilder text = new StringBuilder("pkgver=6.1.2\nurl=https://example.org\n").append(any(BETWEEN));
        List<String> sources = new ArrayList<>();
        for (int n = random.nextInt(6); n >= 0; n--) {
            sources.add(any(WORDS));
        }
        text.append(array("source", sources)).append(any(BETWEEN));
        int count = RealBash.array(folder, text.toString(), "source").size();
        for (String sum : List.of("sha256sums", "b2sums")) {
            List<String> sums = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sums.add(any(List.of("SKIP", "'SKIP'", "\"ab\"", "cd", "'" + i + "'")));
            }
            text.append(array(sum, sums)).append(any(BETWEEN));
        }
        String loop =
                "  for p in \"${source[@]}\"; do\n    [[ $p = *.patch ]] || continue\n    patch -Np1 < ../$p\n  done\n";
        return text.append("prepare() {\n  cd linux\n")
                .append(any(
                        List.of("", loop, "  patch -p1 -i ../first.patch\n", "  if x; then patch -p1 < y; fi # z\n")))
                .append("}\n")
                .toString();
    }

    private static List<String> without(List<String> all, int index) {
        List<String> rest = new ArrayList<>(all);
        rest.remove(index);
        return rest;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void editsOnlyWhatItMeansTo(long seed) throws IOException {
        String before = recipe(seed);
        String after = ArchRecipe.edit(before, List.of(PATCH), Optional.empty()).text();
        assertThat(RealBash.complaint(folder, after)).isEmpty();
        List<String> sources = RealBash.array(folder, after, "source");
        int at = sources.indexOf(PATCH.name());
        assertThat(without(sources, at)).isEqualTo(RealBash.array(folder, before, "source"));
        for (Checksum each : List.of(Checksum.SHA256, Checksum.B2)) {
            List<String> sums = RealBash.array(folder, after, each.array());
            assertThat(sums.get(at)).isEqualTo(each.of(PATCH.content()));
            assertThat(without(sums, at)).isEqualTo(RealBash.array(folder, before, each.array()));
        }
        assertThat(ArchRecipe.edit(after, List.of(PATCH), Optional.empty()).text())
                .isEqualTo(after);
    }

    /// Whatever is cut off or mistyped: an answer or a refusal, and never anything else.
    @Test
    void damagedOnesAreReadOrRefused() throws IOException {
        int refused = 0;
        for (int round = 0; round < 400; round++) {
            String whole = round % 4 == 0 ? recipe(round) : ArchFixtures.LOOP;
            random.setSeed(round);
            int at = random.nextInt(whole.length());
            String damaged = random.nextBoolean()
                    ? whole.substring(0, at)
                    : whole.substring(0, at) + "'\"`$(){}\\#<".charAt(random.nextInt(11)) + whole.substring(at);
            try {
                String after = ArchRecipe.edit(damaged, List.of(PATCH), Optional.empty())
                        .text();
                assertThat(after).contains(PATCH.name());
            } catch (Unclear e) {
                assertThat(e.line()).isPositive();
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
