package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.MemoryFolder;
import dev.nptune.host.CommandLine;
import dev.nptune.host.Host;
import dev.nptune.internal.text.UnifiedDiff;
import dev.nptune.plan.Change;
import dev.nptune.plan.boot.ArgumentEdit;
import dev.nptune.plan.boot.LoaderEdits;
import dev.nptune.plan.boot.LoaderPlan;
import dev.nptune.plan.boot.LoaderPlan.Cannot;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Kernel arguments on machines as distributions set them up: read by the real readers, planned, and read once more.
class BootTreePlanTest {
    private static final List<String> ADDED = List.of("iommu=pt", "nptune.bind=1");
    private static final ArgumentEdit EDIT = new ArgumentEdit(ADDED, List.of("quiet"));
    private static final ArgumentEdit ADD = new ArgumentEdit(ADDED, List.of());

    @TempDir(factory = MemoryFolder.class)
    private Path root;

    static List<String> trees() {
        return BootTree.NAMES;
    }

    @ParameterizedTest
    @MethodSource("trees")
    void edits(String name) throws IOException {
        BootTree tree = BootTree.unpack(name, root);
        Golden.check("boot/" + name + ".diff", text(tree.plan(EDIT)));
    }

    @ParameterizedTest
    @MethodSource("trees")
    void thereIsNothingLeftToDoAfterwards(String name) throws IOException {
        BootTree tree = BootTree.unpack(name, root);
        Edits first = (Edits) tree.plan(EDIT);
        assertThat(first.isEmpty()).isFalse();
        tree.apply(first);
        if (first.ostree().isPresent()) {
            asOstreeWouldWrite(tree, first.ostree().get());
        }
        assertThat(tree.plan(EDIT))
                .isInstanceOfSatisfying(
                        Edits.class,
                        again -> assertThat(again.isEmpty()).as("%s", again).isTrue());
    }

    private static void asOstreeWouldWrite(BootTree tree, Change.OstreeArguments change) throws IOException {
        String entry = "/boot/loader/entries/ostree-2.conf";
        String after = change.before().replace(" quiet", "") + " " + String.join(" ", change.append());
        tree.write(entry, tree.text(entry).replace(change.before(), after));
    }

    @ParameterizedTest
    @MethodSource("trees")
    void droppingWhatWasAddedGivesEveryFileBackToTheByte(String name) throws IOException {
        BootTree tree = BootTree.unpack(name, root);
        Edits added = (Edits) tree.plan(ADD);
        Map<String, String> before = new HashMap<>();
        for (LoaderPlan.Edit edit : added.edits()) {
            tree.write(edit.path(), edit.after());
            if (edit.before() != null) {
                before.put(edit.path(), edit.before());
            }
        }
        Edits dropped = (Edits) tree.plan(new ArgumentEdit(List.of(), ADDED));
        for (LoaderPlan.Edit edit : dropped.edits()) {
            tree.write(edit.path(), edit.after());
        }
        for (Map.Entry<String, String> file : before.entrySet()) {
            assertThat(tree.text(file.getKey())).as(file.getKey()).isEqualTo(file.getValue());
        }
    }

    @ParameterizedTest
    @MethodSource("trees")
    void rootIsNeverLost(String name) throws IOException {
        BootTree tree = BootTree.unpack(name, root);
        for (LoaderPlan.Edit edit : ((Edits) tree.plan(EDIT)).edits()) {
            if (edit.before() != null) {
                assertThat(roots(edit.after())).as(edit.path()).isEqualTo(roots(edit.before()));
            }
        }
    }

    private static List<String> roots(String text) {
        return CommandLine.parse(text.replaceAll("[\"'\n]", " ").replace("CMDLINE=", "")).values("root").stream()
                .distinct()
                .toList();
    }

    @Test
    void aFileThatOnlyRootMayReadAsksForRoot() throws IOException {
        BootTree tree = BootTree.unpack("fedora-ext4", root);
        Host host = tree.host();
        Map<String, String> files = new HashMap<>(PlanFiles.read(root, host));
        files.keySet().removeIf(f -> f.startsWith("/boot/loader"));
        assertThat(LoaderEdits.plan(host, files, EDIT))
                .isInstanceOfSatisfying(
                        Cannot.class, c -> assertThat(c.byHand()).isEqualTo("Run the plan as root."));
    }

    static String text(LoaderPlan plan) {
        StringBuilder out = new StringBuilder();
        switch (plan) {
            case Cannot c ->
                out.append("cannot: ")
                        .append(c.why())
                        .append("\nby hand: ")
                        .append(c.byHand())
                        .append('\n');
            case Edits e -> {
                out.append("loader: ").append(e.loader()).append('\n');
                e.notes().forEach(n -> out.append("note: ").append(n).append('\n'));
                e.edits()
                        .forEach(edit -> out.append('\n')
                                .append(edit.role())
                                .append('\n')
                                .append(UnifiedDiff.of(edit.path().substring(1), edit.before(), edit.after())));
                e.rebuilds()
                        .forEach(r -> out.append("\nrebuild: ")
                                .append(r.summary())
                                .append("\n  ")
                                .append(String.join(
                                        " ",
                                        r.builder().argv(r.kernel(), r.outputs().getFirst())))
                                .append("\n  outputs: ")
                                .append(r.outputs())
                                .append("\n  contains: ")
                                .append(r.contains())
                                .append('\n'));
                e.ostree()
                        .ifPresent(o -> out.append("\nostree: ")
                                .append(o.before())
                                .append("\n  append: ")
                                .append(o.append())
                                .append("\n  delete: ")
                                .append(o.delete())
                                .append('\n'));
            }
        }
        return out.toString();
    }
}
