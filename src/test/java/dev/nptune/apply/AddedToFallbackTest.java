package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that the machine falls back to or by, which others have edited since: what is theirs stays.
class AddedToFallbackTest {
    private static final String CUSTOM = "/boot/grub2/custom.cfg";
    private static final String OURS = "if failed; then\n  set default=kept\nfi\n";
    private static final String MENU = "/boot/limine.conf";

    @TempDir
    Path folder;

    private Box box;

    @BeforeEach
    void unpack() throws IOException {
        box = new Box(folder);
        box.put("/boot/grub2/grub.cfg", "menu\n");
    }

    private void applied(Change... changes) throws IOException {
        ApplyResult result = box.apply(changes);
        assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.Committed.class);
    }

    private static Change custom() {
        return new Change.EditFile("decide", List.of(), CUSTOM, null, OURS, true);
    }

    private Change menu(String before, String added) throws IOException {
        box.put(MENU, before);
        return new Change.EditFile("keep the entry", List.of(), MENU, before, before + added, true);
    }

    private List<String> stepsBack() throws IOException {
        return box.applier().previewBack(box.latest().id(), true).steps().stream()
                .flatMap(s -> s.does().stream())
                .toList();
    }

    private void takenBack(boolean force) throws IOException {
        ApplyResult result = box.rollback(force);
        assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.RolledBack.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatTheOwnerAddedToAFileThatWasMadeStays(boolean force) throws IOException {
        applied(custom());
        box.put(CUSTOM, OURS + "\nmenuentry mine {\n}\n");
        assertThat(stepsBack()).containsExactly("take out of " + box.at(CUSTOM) + " what was added to it");
        takenBack(force);
        assertThat(box.text(CUSTOM)).isEqualTo("\nmenuentry mine {\n}\n");
    }

    @Test
    void aFileThatWasMadeGoesIfNothingIsLeftInIt() throws IOException {
        Map<String, String> before = box.snapshot();
        applied(custom());
        box.put(CUSTOM, "\n" + OURS + "\n");
        assertThat(stepsBack()).containsExactly("remove " + box.at(CUSTOM));
        takenBack(false);
        assertThat(box.snapshot()).isEqualTo(before);
    }

    /// A menu without a line end at its end, which a tool has written anew.
    @ParameterizedTest
    @ValueSource(strings = {"/linux\n", "/linux"})
    void whatWasAddedComesOutByForceToo(String before) throws IOException {
        applied(menu(before, (before.endsWith("\n") ? "" : "\n") + "\n/kept\n  path: x\n"));
        box.put(MENU, "/linux\n/new\n/kept\n  path: x\n");
        assertThat(stepsBack()).containsExactly("take out of " + box.at(MENU) + " what was added to it");
        takenBack(true);
        assertThat(box.text(MENU)).isEqualTo("/linux\n/new\n");
    }

    @Test
    void aMenuWithoutItIsLeftByForce() throws IOException {
        applied(menu("/linux\n", "\n/kept\n"));
        box.put(MENU, "/new\n");
        assertThat(stepsBack())
                .containsExactly(
                        "leave " + box.at(MENU) + ", if forced: what was added to it is not in it as it was written");
        assertThat(box.rollback(false))
                .isInstanceOfSatisfying(
                        ApplyResult.Partial.class,
                        p -> assertThat(p.left())
                                .singleElement()
                                .satisfies(
                                        l -> assertThat(l.byHand())
                                                .isEqualTo("# take out of " + box.at(MENU) + ": '/kept'"),
                                        l -> assertThat(l.why()).contains("was edited after the change was made")));
        takenBack(true);
        assertThat(box.text(MENU)).isEqualTo("/new\n");
    }

    @Test
    void aMenuThatIsGoneIsPutBackByForce() throws IOException {
        applied(menu("/linux\n", "\n/kept\n"));
        Files.delete(box.at(MENU));
        takenBack(true);
        assertThat(box.text(MENU)).isEqualTo("/linux\n");
    }

    /// The entry is kept in the menu that is built after that.
    @Test
    void whetherAMenuCanBeBuiltIsLookedForFirst() throws IOException {
        // a machine may have the real one in a system folder
        assumeTrue(new Tools(box.tools.toString()).find("limine-update").isEmpty(), "installed here");
        Change kept = menu("/linux\n", "/kept\n");
        ApplyResult result = box.apply(
                kept, new Change.Rebuild("build", List.of(), Builder.LIMINE_UPDATE, "", List.of(MENU), List.of()));
        assertThat(result)
                .as(result.toString())
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class,
                        r -> assertThat(r.differences())
                                .singleElement()
                                .satisfies(d -> assertThat(d.what())
                                        .containsExactly(
                                                "limine-update, which builds " + MENU + ", is not installed")));
        assertThat(box.text(MENU)).isEqualTo("/linux\n");
        assertThat(box.journals().list().journals()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Default", "Preferred"})
    void systemdBootThatWasToldAnEntryGoesOnNoTrial(String which) throws IOException {
        String entry = "/boot/loader/entries/arch.conf";
        box.put(entry, "quiet\n");
        box.put("/sys/firmware/efi/efivars/LoaderEntry" + which + "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f", "x");
        Change trial = new Change.EditBootEntry("entry", List.of(), entry, "quiet\n", "iommu=pt\n", true);
        assertThat(box.apply(trial))
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class,
                        r -> assertThat(r.differences().getFirst().what())
                                .singleElement()
                                .asString()
                                .contains("LoaderEntry" + which)
                                .endsWith("bootctl set-" + which.toLowerCase(java.util.Locale.ROOT) + " ''"));
        applied(new Change.EditBootEntry("entry", List.of(), entry, "quiet\n", "iommu=pt\n", false));
    }

    @Test
    void aTrialThatFailedIsNotEndedByAReboot() throws IOException {
        box.withGrubVariables();
        Change begin = new Change.SetGrubVariable("begin", List.of(), "/boot/grub/grubenv", "nptune_trial", "pending");
        for (String value : List.of("pending", "tried", "failed")) {
            box.put("/boot/grub/grubenv", Box.grubenv("nptune_trial=" + value));
            assertThat(box.apply(begin))
                    .isInstanceOfSatisfying(
                            ApplyResult.Refused.class,
                            r -> assertThat(r.differences().getFirst().what())
                                    .singleElement()
                                    .asString()
                                    .endsWith(
                                            value.equals("failed")
                                                    ? "'failed': the machine did not come up with an earlier change;"
                                                            + " take that back"
                                                    : ": an earlier change has not been confirmed yet; reboot, or take"
                                                            + " it back"));
        }
    }
}
