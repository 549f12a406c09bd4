package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.apply.Applier;
import dev.nptune.apply.ApplyListener;
import dev.nptune.apply.ApplyResult;
import dev.nptune.apply.Journals;
import dev.nptune.apply.Modules;
import dev.nptune.apply.Tools;
import dev.nptune.host.Host;
import dev.nptune.internal.proc.Programs;
import dev.nptune.plan.Plan;
import dev.nptune.plan.boot.ArgumentEdit;
import dev.nptune.plan.boot.BootChanges;
import dev.nptune.plan.boot.LoaderPlan;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A plan carried out and taken back on a Fedora whose `grub2-mkconfig` writes all entries and `/etc/kernel/cmdline`
/// from
/// `/etc/default/grub`, as versions of it do: entries with arguments of their own keep them.
class EntriesAreNotRebuiltTest {
    private static final String ENTRIES = "/boot/loader/entries";
    private static final String MENU = "/boot/grub2/grub.cfg";
    private static final String CUSTOM = "/boot/grub2/custom.cfg";
    private static final String THEIRS = "set color_normal=white/black";

    /// Told where to write a menu.
    private static final String MKCONFIG = """
            #!/bin/sh
            for entry in "ROOT"/boot/loader/entries/*.conf; do
                sed -i 's/^options.*/options rewritten/' "$entry"
            done
            echo rewritten > "ROOT/etc/kernel/cmdline"
            cp "ROOT/boot/grub2/grub.cfg" "$2"
            """;

    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    private BootTree tree;
    private Applier applier;

    @BeforeEach
    void unpack() throws IOException {
        assumeTrue(Programs.find("grub-editenv", null).isPresent(), "grub-editenv is not installed");
        Path root = Files.createDirectories(folder.resolve("root"));
        tree = BootTree.unpack("fedora-ext4", root);
        tree.write("/proc/self/mountinfo", "22 1 259:2 / /boot rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw\n");
        tree.write("/boot/grub2/grubenv", "# GRUB Environment Block\n" + "#".repeat(999));
        tree.write("/etc/kernel/cmdline", "root=UUID=0a4f9c1e-7a44-4b3e-9b6e-2d1f33a1c001 ro rhgb quiet\n");
        tree.write(CUSTOM, THEIRS);
        Path older = entries()
                .filter(e -> e.toString().contains("6.11.4"))
                .findFirst()
                .orElseThrow();
        Files.writeString(older, Files.readString(older).replace("rhgb", "rhgb mine=1"));
        Path tools = Files.createDirectories(folder.resolve("bin"));
        tool(tools, "grub2-mkconfig", MKCONFIG.replace("ROOT", root.toString()));
        tool(
                tools,
                "grub2-editenv",
                "#!/bin/sh\nexec " + Programs.find("grub-editenv", null).orElseThrow() + " \"$@\"\n");
        applier = new Applier(
                root,
                new Libvirt("test:///default"),
                new Modules("/bin/false"),
                new Tools(tools.toString()),
                new Journals(folder.resolve("state")));
    }

    private static void tool(Path folder, String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Stream<Path> entries() throws IOException {
        try (Stream<Path> found = Files.list(tree.file(ENTRIES))) {
            return found.toList().stream();
        }
    }

    private Plan plan() {
        ArgumentEdit edit = new ArgumentEdit(List.of("iommu=pt"), List.of());
        Host host = tree.host();
        Map<String, String> files = PlanFiles.read(tree.root(), host);
        LoaderPlan.Edits edits = (LoaderPlan.Edits) tree.plan(edit);
        BootChanges.Result boot = BootChanges.of(host, files, edits, List.of(), edit, Set.of(), List.of());
        assertThat(boot.fallsBack()).startsWith("GRUB goes back");
        return Plan.of("win", boot.changes());
    }

    private Map<String, String> state() throws IOException {
        Map<String, String> out = new TreeMap<>();
        for (Path entry : entries().toList()) {
            out.put(entry.getFileName().toString(), Files.readString(entry));
        }
        for (String file : List.of("/etc/kernel/cmdline", "/etc/default/grub", MENU, CUSTOM)) {
            out.put(file, tree.text(file));
        }
        return out;
    }

    @Test
    void entriesKeepWhatTheyHave() throws IOException {
        Map<String, String> before = state();
        assertThat(applier.apply(plan(), ApplyListener.SILENT)).isInstanceOf(ApplyResult.Committed.class);
        Map<String, String> after = state();
        assertThat(after).hasSize(before.size() + 1);
        after.forEach((name, text) -> {
            if (name.contains("~nptune_before")) {
                assertThat(text).contains(" ro rhgb quiet ").doesNotContain("iommu=pt");
            } else if (name.contains("6.11.4")) {
                assertThat(text).contains(" mine=1 ").contains(" iommu=pt");
            } else if (name.contains("6.11.10")) {
                assertThat(text).contains(" ro rhgb quiet $tuned_params iommu=pt");
            } else if (name.contains("rescue") || name.equals(MENU)) {
                assertThat(text).isEqualTo(before.get(name));
            }
        });
        assertThat(after.get("/etc/kernel/cmdline")).endsWith(" ro rhgb quiet iommu=pt\n");
        assertThat(after.get(CUSTOM)).startsWith(THEIRS + "\n### BEGIN nptune ###\n");
        assertThat(tree.text("/boot/grub2/grubenv")).contains("nptune_trial=pending\n");

        assertThat(applier.rollback(run(), false, ApplyListener.SILENT)).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(state()).isEqualTo(before);
        assertThat(tree.text("/boot/grub2/grubenv")).doesNotContain("nptune_trial");
    }

    /// An update of grub2 that builds the menu writes it; taking back runs no program for it.
    @Test
    void takingBackLeavesAMenuThatWasBuiltSince() throws IOException {
        Map<String, String> before = state();
        assertThat(applier.apply(plan(), ApplyListener.SILENT)).isInstanceOf(ApplyResult.Committed.class);
        tree.write(MENU, tree.text(MENU) + "# of another version\n");
        assertThat(applier.rollback(run(), false, ApplyListener.SILENT)).isInstanceOf(ApplyResult.RolledBack.class);
        before.put(MENU, before.get(MENU) + "# of another version\n");
        assertThat(state()).isEqualTo(before);
    }

    private String run() throws IOException {
        return new Journals(folder.resolve("state"))
                .list()
                .journals()
                .getFirst()
                .id();
    }
}
