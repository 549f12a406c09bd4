package dev.nptune.plan.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nptune.host.CommandLine;
import dev.nptune.host.CommandLine.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelArgumentsTest {
    private static final int RUNS = 20_000;
    private static final List<String> NAMES = List.of(
            "quiet", "iommu", "amd_iommu", "amd-iommu", "vfio-pci.ids", "vfio_pci.ids", "console", "rd.luks.name");
    private static final List<String> VALUES =
            List.of("pt", "on", "10de:1b80,10de:10f0", "a b", "/dev/sda1", "", "x=y");
    private static final List<String> PIECES = List.of(
            " ",
            "  ",
            "\t",
            "root=/dev/sda1",
            "ro",
            "quiet",
            "iommu=pt",
            "iommu=off",
            "amd_iommu=on",
            "amd-iommu=on",
            "\"quiet\"",
            "\"iommu=a b\"",
            "dyndbg=\"file a.c +p\"",
            "console=tty0",
            "console=ttyS0,115200",
            "--",
            "\"",
            "=",
            "a\"b c\"d",
            "rd.luks.name=1234=root",
            "single",
            "\n",
            "iommu=\"pt\"",
            "quiet=",
            "\"--\"");

    private static String edit(String text, List<String> add, List<String> drop) {
        return KernelArguments.edit(text, new ArgumentEdit(add, drop));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "root=/dev/sda1 ro quiet|root=/dev/sda1 ro iommu=pt",
                "quiet root=/dev/sda1 ro|root=/dev/sda1 ro iommu=pt",
                "root=/dev/sda1  quiet  ro |root=/dev/sda1   ro iommu=pt ",
                "quiet|iommu=pt",
                "ro quiet -- quiet|ro iommu=pt -- quiet",
                "quiet -- single|iommu=pt -- single",
                "-- single|iommu=pt -- single",
                "\"quiet\" ro|ro iommu=pt",
                "iommu=pt quiet ro|iommu=pt ro",
                "iommu=off ro|iommu=off ro iommu=pt",
                "\"iommu=pt\" ro|\"iommu=pt\" ro",
                "ro \"open quote|ro iommu=pt \"open quote",
            })
    void addsAndDropsWords(String before, String after) {
        assertThat(edit(before, List.of("iommu=pt"), List.of("quiet"))).isEqualTo(after);
    }

    @Test
    void namesAreComparedAsTheKernelDoes() {
        assertThat(edit("vfio_pci.ids=1 ro", List.of(), List.of("vfio-pci.ids")))
                .isEqualTo("ro");
        assertThat(edit("vfio_pci.ids=1", List.of("vfio-pci.ids=1"), List.of())).isEqualTo("vfio_pci.ids=1");
        assertThat(edit("vfio-pci.ids=1 vfio-pci.ids=2", List.of(), List.of("vfio-pci.ids=2")))
                .isEqualTo("vfio-pci.ids=1");
        assertThat(edit("iommu=off iommu=pt", List.of("iommu=pt"), List.of("iommu")))
                .isEqualTo("iommu=pt");
        assertThat(edit("iommux=1 xiommu", List.of(), List.of("iommu"))).isEqualTo("iommux=1 xiommu");
    }

    @Test
    void valuesWithBlanksAreQuoted() {
        String text = edit("ro", List.of("dyndbg=file foo.c +p"), List.of());
        assertThat(text).isEqualTo("ro dyndbg=\"file foo.c +p\"");
        assertThat(edit(text, List.of("dyndbg=file foo.c +p"), List.of())).isEqualTo(text);
        assertThat(edit(text, List.of(), List.of("dyndbg"))).isEqualTo("ro");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a\"b",
                "a\nb",
                "a\tb",
                "a b",
                "a b=c",
                "=x",
                "--",
                "ü=1",
                "a=\u00a0",
                "root=/dev/sdb",
                "root"
            })
    void whatIsNoArgumentIsRefused(String word) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ArgumentEdit(List.of(word), List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new ArgumentEdit(List.of(), List.of(word)));
    }

    @Test
    void addedAndDroppedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ArgumentEdit(List.of("vfio-pci.ids=1"), List.of("vfio_pci.ids=1")));
    }

    /// On random command lines, quotes and all, the kernel sees what it saw, without what was dropped and with what was
    /// added; what is for init stays; once more changes nothing.
    @Test
    void theKernelSeesWhatIsMeant() {
        Random random = new Random(20260101);
        for (int run = 0; run < RUNS; run++) {
            String before = text(random);
            ArgumentEdit edit = edit(random);
            String after = KernelArguments.edit(before, edit);
            CommandLine old = CommandLine.parse(before);
            CommandLine now = CommandLine.parse(after);
            List<Parameter> kept =
                    old.parameters().stream().filter(p -> !edit.drops(p)).toList();
            List<Parameter> added = edit.missing(old.parameters());
            List<Parameter> rest = new ArrayList<>(now.parameters());
            added.forEach(
                    a -> assertThat(rest.remove(a)).as("%s in %s", a, after).isTrue());
            assertThat(rest).as("%s → %s", before, after).isEqualTo(kept);
            assertThat(now.init()).isEqualTo(old.init());
            assertThat(now.values("root")).isEqualTo(old.values("root"));
            assertThat(KernelArguments.edit(after, edit)).isEqualTo(after);
        }
    }

    @Test
    void droppingWhatWasAddedGivesTheTextBack() {
        Random random = new Random(20260102);
        for (int run = 0; run < RUNS; run++) {
            String before = text(random);
            List<String> add = edit(random).add().stream()
                    .filter(a -> CommandLine.parse(before).parameters().stream()
                            .noneMatch(p -> ArgumentEdit.same(p, ArgumentEdit.parameter(a))))
                    .filter(a -> a.contains("="))
                    .toList();
            assertThat(edit(edit(before, add, List.of()), List.of(), add)).isEqualTo(before);
        }
    }

    private static String text(Random random) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            out.append(PIECES.get(random.nextInt(PIECES.size()))).append(random.nextInt(4) == 0 ? "" : " ");
        }
        return out.toString();
    }

    private static ArgumentEdit edit(Random random) {
        List<String> add = words(random);
        List<String> drop = words(random).stream()
                .filter(d -> !d.contains("=")
                        || add.stream()
                                .noneMatch(
                                        a -> ArgumentEdit.same(ArgumentEdit.parameter(a), ArgumentEdit.parameter(d))))
                .toList();
        return new ArgumentEdit(add, drop);
    }

    private static List<String> words(Random random) {
        List<String> out = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            out.add(random.nextBoolean() ? name : name + "=" + VALUES.get(random.nextInt(VALUES.size())));
        }
        return out;
    }
}
