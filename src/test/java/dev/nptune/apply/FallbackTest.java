package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

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

/// What a machine falls back to, and where what it starts with may be.
class FallbackTest {
    private static final String IMAGE = "/boot/initrd.img-6.1";
    private static final String ENTRY = "/boot/loader/entries/arch.conf";

    @TempDir
    Path folder;

    private Box box;

    @BeforeEach
    void unpack() throws IOException {
        box = new Box(folder).with("mkinitramfs");
        box.put("/etc/modprobe.d/vfio.conf", "# nothing\n");
        box.put("/etc/passwd", "root\n");
        box.put(IMAGE, "image of old\n");
        box.put(ENTRY, "quiet\n");
    }

    private static Change keep(String from, String to) {
        return new Change.KeepCopy("keep", List.of(), from, to, Map.of());
    }

    private static Change edit() {
        return Box.edit("/etc/modprobe.d/vfio.conf", "# nothing\n", "options vfio-pci ids=1:2\n");
    }

    private static Change rebuild(String output) {
        return new Change.Rebuild("build", List.of(), Builder.MKINITRAMFS, "6.1", List.of(output), List.of());
    }

    @Test
    void aKeptImageStaysAsLongAsSomethingElseIsLeft() throws IOException {
        Map<String, String> before = box.snapshot();
        box.apply(keep(IMAGE, "/boot/kept"), edit(), rebuild(IMAGE));
        Path built = box.tools.resolve("mkinitramfs");
        Path away = Files.move(built, folder.resolve("away"));
        Files.writeString(built, "#!/bin/sh\nexit 1\n");
        built.toFile().setExecutable(true);
        box.put(IMAGE, "image of a kernel update\n");

        assertThat(box.rollback(false))
                .isInstanceOfSatisfying(
                        ApplyResult.Partial.class,
                        p -> assertThat(p.left())
                                .satisfiesExactly(l -> assertThat(l.index()).isEqualTo(2), l -> {
                                    assertThat(l.index()).isZero();
                                    assertThat(l.why())
                                            .isEqualTo("the machine may still fall back to it,"
                                                    + " so it stays until the rest is taken back");
                                    assertThat(l.byHand()).isEqualTo("rm " + box.at("/boot/kept"));
                                }));
        assertThat(box.text("/boot/kept")).isEqualTo("image of old\n");

        Files.move(away, built, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(box.rollback(true)).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.snapshot()).isEqualTo(before);
    }

    /// A power cut right after the new image is in place, and a kernel update before the rollback.
    @Test
    void afterACutWhatSomebodyElseBuiltIsStillKnownAsTheirs() throws IOException {
        cutOff(FaultHook.Phase.AFTER_ACT);
        assertThat(box.text(IMAGE)).contains("vfio-pci");
        box.put(IMAGE, "image of a kernel update\n");
        assertThat(box.rollback(false)).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.text(IMAGE)).isEqualTo("image of 6.1\n# nothing\n");
    }

    @Test
    void afterACutWhatWasBuiltIsKnownAsOurs() throws IOException {
        for (FaultHook.Phase phase :
                List.of(FaultHook.Phase.BEFORE_ACT, FaultHook.Phase.DURING_ACT, FaultHook.Phase.AFTER_ACT)) {
            Map<String, String> before = box.snapshot();
            cutOff(phase);
            assertThat(box.rollback(false)).isInstanceOf(ApplyResult.RolledBack.class);
            assertThat(box.snapshot()).as(phase.toString()).isEqualTo(before);
        }
    }

    private void cutOff(FaultHook.Phase at) throws IOException {
        try {
            box.applier((phase, index) -> {
                        if (phase == at && index == 1) {
                            throw new AssertionError("power cut");
                        }
                    })
                    .apply(Box.plan(edit(), rebuild(IMAGE)), ApplyListener.SILENT);
        } catch (AssertionError e) {
            assertThat(e).hasMessage("power cut");
        }
    }

    /// A kernel that was removed takes its entry along.
    @Test
    void anEntryThatIsGoneIsNoReasonToFail() throws IOException {
        box.apply(new Change.EditBootEntry("entry", List.of(), ENTRY, "quiet\n", "iommu=pt\n", true));
        Files.delete(box.at("/boot/loader/entries/arch+1.conf"));
        assertThat(box.rollback(false)).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.at(ENTRY)).doesNotExist();
    }

    @Test
    void aPlanFromElsewhereReplacesNothingOutsideOfWhatTheMachineStartsWith() throws IOException {
        box.put("/etc/grubenv", Box.grubenv());
        box.put("/etc/a.conf", "quiet\n");
        Files.createSymbolicLink(box.at("/boot/link"), box.at("/etc/passwd"));
        for (Change change : List.of(
                keep(IMAGE, "/etc/passwd"),
                keep("/etc/passwd", "/boot/copy"),
                keep(IMAGE, "/boot/link"),
                keep(IMAGE, "/boot"),
                keep(IMAGE, "/bootx"),
                rebuild("/etc/passwd"),
                rebuild("/boot/link"),
                new Change.SetGrubVariable("set", List.of(), "/etc/grubenv", "nptune_trial", "1"),
                new Change.EditBootEntry("entry", List.of(), "/etc/a.conf", "quiet\n", "iommu=pt\n", true))) {
            assertThat(box.apply(change))
                    .as(change.toString())
                    .isInstanceOfSatisfying(
                            ApplyResult.Refused.class,
                            r -> assertThat(r.differences().getFirst().what())
                                    .singleElement()
                                    .asString()
                                    .contains("is not where a machine keeps what it is started with"));
        }
        assertThat(box.text("/etc/passwd")).isEqualTo("root\n");
    }

    @Test
    void aFatFileSystemIsWhereAMachineKeepsIt() throws IOException {
        box.put("/mnt/esp/image", "image");
        assertThat(box.apply(keep("/mnt/esp/image", "/mnt/esp/kept"))).isInstanceOf(ApplyResult.Refused.class);
        box.put("/proc/self/mounts", "/dev/sda2 / ext4 rw 0 0\n/dev/sda1 /mnt/esp vfat rw 0 0\n");
        assertThat(box.apply(keep("/mnt/esp/image", "/mnt/esp/kept"))).isInstanceOf(ApplyResult.Committed.class);
    }
}
