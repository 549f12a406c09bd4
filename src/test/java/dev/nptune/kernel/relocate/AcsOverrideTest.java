package dev.nptune.kernel.relocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.Resources;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.FileDiff;
import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkLine;
import dev.nptune.kernel.diff.PatchReader;
import dev.nptune.kernel.diff.TextLine;
import dev.nptune.kernel.relocate.Relocation.AlreadyIn;
import dev.nptune.kernel.relocate.Relocation.Moved;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The ACS override patch that comes with NPTune: what its C does, and that it is carried to other kernels.
@Tag("lab")
class AcsOverrideTest {
    private static final String RESOURCE = "/dev/nptune/kernel/acs-override.patch";
    private static final String QUIRKS = "drivers/pci/quirks.c";
    private static final String PARAMETERS = "Documentation/admin-guide/kernel-parameters.txt";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path folder = Path.of("");

    private static @Nullable Path program;

    private static List<FileDiff> patch() throws IOException, UserException {
        try (InputStream in = AcsOverrideTest.class.getResourceAsStream(RESOURCE)) {
            assertThat(in).isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(text).contains("SPDX-License-Identifier: GPL-2.0-only");
            return PatchReader.parse("acs-override.patch", text)
                    .patches()
                    .getFirst()
                    .files();
        }
    }

    private static List<Hunk> hunks(String path) throws IOException, UserException {
        return patch().stream()
                .filter(file -> ("b/" + path).equals(file.newName()))
                .findFirst()
                .orElseThrow()
                .hunks();
    }

    @Test
    void goesIntoEveryKernelAtHand() throws Exception {
        List<KernelSources.Kernel> kernels = new ArrayList<>(List.of(
                KernelSources.newest("linux-source-6.1"),
                KernelSources.oldest("linux-source-6.1"),
                KernelSources.newest("linux-source-6.12")));
        KernelSources.cached().stream()
                .filter(kernel -> !kernels.contains(kernel))
                .forEach(kernels::add);
        assertThat(kernels.stream().map(KernelSources.Kernel::name).distinct().count())
                .isGreaterThanOrEqualTo(3);
        Map<String, List<String>> how = new LinkedHashMap<>();
        for (KernelSources.Kernel kernel : kernels) {
            List<String> words = new ArrayList<>();
            String quirks = carry(kernel, QUIRKS, words);
            String parameters = carry(kernel, PARAMETERS, words);
            how.put(kernel.name(), words);
            assertQuirks(kernel.name(), quirks);
            assertThat(parameters
                            .lines()
                            .filter(line -> line.startsWith("\tpcie_a"))
                            .limit(2))
                    .as(kernel.name())
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("\tpcie_acs_override="),
                            line -> assertThat(line).startsWith("\tpcie_aspm="));
        }
        Files.writeString(
                Path.of("target/relocation-acs.md"),
                how.entrySet().stream()
                        .map(entry -> entry.getKey() + "\n- " + String.join("\n- ", entry.getValue()) + "\n")
                        .collect(Collectors.joining("\n")));
    }

    private static String carry(KernelSources.Kernel kernel, String path, List<String> words) throws Exception {
        List<TextLine> text = TextLine.of(kernel.read(path));
        for (Hunk hunk : hunks(path)) {
            Relocation relocation = Relocator.relocate(text, hunk);
            assertThat(relocation).as(kernel.name() + " " + relocation.why()).isInstanceOf(Moved.class);
            words.add(path + ": " + relocation.why());
            text = Tally.apply(text, (Moved) relocation);
            assertThat(Relocator.relocate(text, hunk)).isInstanceOf(AlreadyIn.class);
        }
        return TextLine.join(text);
    }

    /// The code follows its neighbour, stands outside of functions and before its use, and the table's entry is
    /// the last.
    private static void assertQuirks(String kernel, String text) {
        List<String> lines = text.lines().toList();
        int neighbour = lines.indexOf("static void quirk_no_bus_reset(struct pci_dev *dev)");
        assertThat(lines.subList(neighbour + 1, neighbour + 6))
                .as(kernel)
                .containsExactly("{", "\tdev->dev_flags |= PCI_DEV_FLAGS_NO_BUS_RESET;", "}", "", "/*");
        assertThat(lines.get(neighbour + 6)).as(kernel).contains("pcie_acs_override=");
        int entry = lines.indexOf("\t{ PCI_ANY_ID, PCI_ANY_ID, pci_quirk_acs_override },");
        assertThat(lines.subList(entry + 1, entry + 3)).as(kernel).containsExactly("\t{ 0 }", "};");
        assertThat(lines.subList(0, entry).lastIndexOf("} pci_dev_acs_enabled[] = {"))
                .as(kernel)
                .isGreaterThan(lines.subList(0, entry).lastIndexOf("};"));
        assertThat(lines.indexOf("static int pci_quirk_acs_override(struct pci_dev *dev, u16 acs_flags)"))
                .isBetween(neighbour, entry);
    }

    /// A hunk with context as if Amazon were the last vendor of the table.
    @Test
    void findsTheEndOfATableThatHasGrown() throws Exception {
        KernelSources.Kernel kernel = KernelSources.newest("linux-source-6.1");
        Hunk hunk = new Hunk(
                4654,
                4654,
                "static const struct pci_dev_acs_enabled {",
                List.of(
                        context("\t{ PCI_VENDOR_ID_BROADCOM, 0xD714, pci_quirk_brcm_acs },"),
                        context("\t/* Amazon Annapurna Labs */"),
                        context("\t{ PCI_VENDOR_ID_AMAZON_ANNAPURNA_LABS, 0x0031, pci_quirk_al_acs },"),
                        new HunkLine(
                                HunkLine.Kind.ADDED, "\t{ PCI_ANY_ID, PCI_ANY_ID, pci_quirk_acs_override },", true),
                        context("\t{ 0 }"),
                        context("};"),
                        context("")));
        Relocation relocation = Relocator.relocate(TextLine.of(kernel.read(QUIRKS)), hunk);
        assertThat(relocation).as(relocation.why()).isInstanceOf(Moved.class);
        assertThat(relocation.why()).contains("the end of the table").contains("pci_dev_acs_enabled[]");
        List<String> lines = TextLine.join(Tally.apply(TextLine.of(kernel.read(QUIRKS)), (Moved) relocation))
                .lines()
                .toList();
        int entry = lines.indexOf("\t{ PCI_ANY_ID, PCI_ANY_ID, pci_quirk_acs_override },");
        assertThat(lines.get(entry + 1)).isEqualTo("\t{ 0 }");
        assertThat(lines.get(entry - 2)).isEqualTo("\t/* Wangxun nics */");
    }

    private static HunkLine context(String text) {
        return new HunkLine(HunkLine.Kind.CONTEXT, text, true);
    }

    /// Devices: `t` type (d downstream port, r root port, e endpoint), `m` multifunction, `c` with an ACS
    /// capability, `p` not PCIe; then its ID. 1 is isolated, -25 is `-ENOTTY`: not known here.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "downstream; d 8086:1234; 1",
                "downstream; r 8086:1234; 1",
                "downstream; em 8086:1234; -25",
                "downstream; dc 8086:1234; -25",
                "downstream; dp 8086:1234; -25",
                "downstreamports; d 8086:1234; 1",
                "down; d 8086:1234; -25",
                "multifunction; em 8086:1234; 1",
                "multifunction; e 8086:1234; -25",
                "multifunction; d 8086:1234; -25",
                "downstream,multifunction; em 8086:1234; 1",
                "downstream,multifunction; d 8086:1234; 1",
                "id:8086:1234; e 8086:1234; 1",
                "id:8086:1234; ec 8086:1234; -25",
                "id:8086:1234; e 8086:1235; -25",
                "id:8086:1234; e 8087:1234; -25",
                "id:8086:1234,downstream; d 1:2; 1",
                "nothing,id:AbC:00f0; e abc:f0; 1",
                "id:8086; e 8086:0; -25",
                "id:8086 1234; e 8086:1234; -25",
                "id:80861:234; e 8086:1234; -25",
                "id:8086:12345; e 8086:1234; -25",
                "id::1234; e 0:1234; -25",
                "id:8086:; e 8086:0; -25",
                "id:0x8086:0x1234; e 8086:1234; -25",
                "id:-1:1; e ffff:1; -25",
                "id:1:1,id:2:2,id:3:3,id:4:4,id:5:5,id:6:6,id:7:7,id:8:8,id:9:9,id:a:a,id:b:b,id:c:c,id:d:d,id:e:e,id:f:f,id:10:10; e 10:10; 1",
                "id:1:1,id:2:2,id:3:3,id:4:4,id:5:5,id:6:6,id:7:7,id:8:8,id:9:9,id:a:a,id:b:b,id:c:c,id:d:d,id:e:e,id:f:f,id:10:10,id:11:11; e 11:11; -25",
                "id:1:1,id:2:2,id:3:3,id:4:4,id:5:5,id:6:6,id:7:7,id:8:8,id:9:9,id:a:a,id:b:b,id:c:c,id:d:d,id:e:e,id:f:f,id:10:10,id:11:11,downstream; d 1:0; 1",
                "\"\"; e 8086:1234; -25",
                "\",,\"; e 8086:1234; -25",
            })
    void parsesAsItsDocumentationSays(String option, String device, int expected) throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/gcc")), "gcc is not installed");
        Exec.Result result = Exec.run(LIMIT, List.of(program().toString(), option, device));
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out().strip()).isEqualTo(Integer.toString(expected));
    }

    /// The patch's own code with what it uses of the kernel.
    private static Path program() throws Exception {
        if (program != null) {
            return program;
        }
        Path made = folder.resolve("acs");
        String code = hunks(QUIRKS).getFirst().lines().stream()
                .filter(line -> line.kind() == HunkLine.Kind.ADDED)
                .map(HunkLine::text)
                .collect(Collectors.joining("\n"));
        Path source = folder.resolve("acs.c");
        Files.writeString(
                source, Resources.text("dev/nptune/kernel/relocate/acs-shim.c").replace("PATCH_CODE", code));
        Exec.Result compiled = Exec.run(
                LIMIT,
                List.of(
                        "gcc",
                        "-std=gnu11",
                        "-Wall",
                        "-Wextra",
                        "-Wno-unused-parameter",
                        "-Werror",
                        "-fsanitize=address,undefined",
                        "-o",
                        made.toString(),
                        source.toString()));
        assertThat(compiled.exit()).as(compiled.err()).isZero();
        program = made;
        return made;
    }
}
