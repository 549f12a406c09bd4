package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Several kernels built by one program, of which one is removed before the rollback, or one is mended by its owner.
class GoneOutputTest {
    private static final String MENU = "/boot/limine.conf";
    private static final String CACHYOS = "/boot/id/linux-cachyos/initramfs";
    private static final String LTS = "/boot/id/linux-cachyos-lts/initramfs";
    private static final String SETTINGS = "/etc/default/limine";

    @TempDir
    Path folder;

    private Box box;

    /// Images with the settings in them for all kernels that are there, and a menu with a hash of each image; what else
    /// stands in the menu after a mark is kept.
    @BeforeEach
    void unpack() throws IOException {
        box = new Box(folder);
        box.put(SETTINGS, "quiet\n");
        box.put("/lib/made", "1");
        box.put(CACHYOS, "");
        box.put(LTS, "");
        box.put(MENU, "# others\n");
        Path program = box.tools.resolve("limine-mkinitcpio");
        Files.writeString(program, """
                #!/bin/sh
                others=$(sed -n '/^# others/,$p' ROOT/boot/limine.conf)
                : > ROOT/boot/limine.conf
                for kernel in ROOT/boot/id/*; do
                    cat ROOT/lib/made ROOT/etc/default/limine > $kernel/initramfs
                    echo "${kernel##*/} $(cksum < $kernel/initramfs)" >> ROOT/boot/limine.conf
                done
                echo "$others" >> ROOT/boot/limine.conf
                """.replace("ROOT", box.root.toString()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        run();
    }

    private void run() throws IOException {
        new Tools(box.tools.toString()).run(List.of("limine-mkinitcpio"));
    }

    private static Change build() {
        return new Change.Rebuild(
                "build", List.of(), Builder.LIMINE_MKINITCPIO, "", List.of(MENU, CACHYOS, LTS), List.of());
    }

    private static Change settings() {
        return Box.edit(SETTINGS, "quiet\n", "quiet iommu=pt\n");
    }

    private Change kept() throws IOException {
        return new Change.EditFile(
                "keep the entry", List.of(), MENU, box.text(MENU), box.text(MENU) + "\n/before\nkept\n", true);
    }

    private void applied(Change... changes) throws IOException {
        ApplyResult result = box.apply(changes);
        assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.Committed.class);
        assertThat(box.text(CACHYOS)).contains("iommu=pt");
    }

    private List<String> takenBack(boolean force) throws IOException {
        List<String> remarks = new ArrayList<>();
        ApplyResult result = box.applier().rollback(box.latest().id(), force, event -> {
            if (event instanceof ApplyEvent.Undone undone && !undone.note().isEmpty()) {
                remarks.add(undone.note());
            }
        });
        assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.RolledBack.class);
        return remarks;
    }

    /// The menu has the hash of each image that is there.
    private void menuFits() throws IOException {
        String menu = box.text(MENU);
        run();
        assertThat(menu).isEqualTo(box.text(MENU));
    }

    private void remove(String image) throws IOException {
        Files.delete(box.at(image));
        Files.delete(Disk.directory(box.at(image)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKernelThatWasRemovedStaysSo(boolean force) throws IOException {
        applied(settings(), build());
        remove(LTS);
        run();

        assertThat(takenBack(force))
                .singleElement()
                .asString()
                .contains("built once more")
                .endsWith("; " + box.at(LTS) + " is not there any more");

        assertThat(box.text(CACHYOS)).isEqualTo("1quiet\n");
        assertThat(box.at(LTS).getParent()).doesNotExist();
        menuFits();
        assertThat(box.latest().state().run().toUndo()).isEmpty();
    }

    /// Nobody has built the other files since, so they are put back to the byte, by presets of mkinitcpio too.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theOthersArePutBack(boolean force) throws IOException {
        box.with("mkinitcpio");
        String image = "/boot/initramfs-linux.img";
        String spare = "/boot/spare/initramfs-linux-fallback.img";
        box.put(image, "old\n");
        box.put(spare, "old spare\n");
        box.put("/etc/modprobe.d/vfio.conf", "# nothing\n");
        Files.writeString(
                box.tools.resolve("mkinitcpio"),
                "#!/bin/sh\nfor f in ROOT/boot/initramfs-linux.img ROOT/boot/spare/*.img; do echo new > $f; done\n"
                        .replace("ROOT", box.root.toString()));
        assertThat(box.apply(new Change.Rebuild(
                        "build", List.of(), Builder.MKINITCPIO_PRESETS, "", List.of(image, spare), List.of())))
                .isInstanceOf(ApplyResult.Committed.class);
        remove(spare);

        assertThat(takenBack(force)).containsExactly(box.at(spare) + " is not there any more");
        assertThat(box.text(image)).isEqualTo("old\n");
    }

    @Test
    void anImageThatTheBuildItselfLostIsPutBack() throws IOException {
        Files.writeString(
                box.tools.resolve("limine-mkinitcpio"),
                "#!/bin/sh\nrm ROOT/boot/id/*/initramfs\nexit 1\n".replace("ROOT", box.root.toString()));
        assertThat(box.apply(settings(), build())).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.text(CACHYOS)).isEqualTo("1quiet\n");
        assertThat(box.text(LTS)).isEqualTo("1quiet\n");
    }

    /// The menu of before has hashes of kernels that may be others by now.
    @Test
    void aMenuWithHashesIsBuiltAlsoByForce() throws IOException {
        applied(settings(), build());
        box.put("/lib/made", "2");
        run();
        takenBack(true);
        assertThat(box.text(LTS)).isEqualTo("2quiet\n");
        menuFits();
    }

    @Test
    void whereItCannotBeBuiltForcePutsItBack() throws IOException {
        String before = box.text(MENU);
        applied(settings(), build());
        box.put("/lib/made", "2");
        run();
        Files.writeString(box.tools.resolve("limine-mkinitcpio"), "#!/bin/sh\nexit 1\n");
        assertThat(box.rollback(false)).isInstanceOf(ApplyResult.Partial.class);
        takenBack(true);
        assertThat(box.text(LTS)).isEqualTo("1quiet\n");
        assertThat(box.text(MENU)).isEqualTo(before);
    }

    /// The owner has changed a byte of the entry that is kept, and a kernel update has run.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theOldMenuTakesTheNewOnesPlaceUnderNoCircumstances(boolean forceAtOnce) throws IOException {
        applied(kept(), settings(), build());
        assertThat(box.text(MENU)).contains("/before\nkept\n");
        box.put("/lib/made", "2");
        box.put("/boot/id/linux-new/initramfs", "");
        box.put(MENU, box.text(MENU).replace("\nkept\n", "\nkept mine\n"));
        run();
        if (!forceAtOnce) {
            ApplyResult result = box.rollback(false);
            assertThat(result)
                    .as(result.toString())
                    .isInstanceOfSatisfying(
                            ApplyResult.Partial.class,
                            p -> assertThat(p.left()).singleElement().satisfies(l -> {
                                assertThat(l.conflict()).isTrue();
                                assertThat(l.byHand())
                                        .isEqualTo("# take out of " + box.at(MENU)
                                                + ": '/before' and what follows, to 'kept'");
                            }));
        }

        assertThat(takenBack(true)).anyMatch(r -> r.contains("the file stays as it is"));

        assertThat(box.text(CACHYOS)).isEqualTo("2quiet\n");
        assertThat(box.text(MENU)).contains("linux-new ", "/before\nkept mine\n");
        menuFits();
    }

    /// The tool writes the menu anew without the blank line before the entry that is kept.
    @Test
    void aKeptEntryComesOutOfAMenuThatWasWrittenAnew() throws IOException {
        applied(kept(), settings(), build());
        box.put("/lib/made", "2");
        box.put(MENU, box.text(MENU).replace("\n\n/before", "\n/before"));
        run();
        takenBack(false);
        assertThat(box.text(MENU)).doesNotContain("before").contains("# others\n");
        menuFits();
    }

    /// A rollback was cut off while it wrote an image in place, and its owner has repaired that since.
    @Test
    void anImageThatWasRepairedIsNotTakenForHalfPutBack() throws IOException {
        applied(settings(), build());
        Path backups = box.latest().backups();
        Files.createFile(backups.resolve("1.1.in-place"));
        box.put("/lib/made", "2");
        run();
        takenBack(false);
        assertThat(box.text(CACHYOS)).isEqualTo("2quiet\n");
        assertThat(box.text(LTS)).isEqualTo("2quiet\n");
    }

    @Test
    void onlyTheBeginningOfWhatWasIsHalfPutBack() throws IOException {
        Path backup = Files.writeString(folder.resolve("0.0"), "image of old\n");
        Path file = Files.writeString(folder.resolve("image"), "image");
        Place place = new Place(0, "run", folder, FaultHook.NONE);
        assertThat(place.isHalfPutBack(backup, file)).isFalse();
        Files.createFile(folder.resolve("0.0.in-place"));
        assertThat(place.isHalfPutBack(backup, file)).isTrue();
        for (String mended : List.of("image of another\n", "imagE", "image of old\n", "image of old\nmore")) {
            Files.writeString(file, mended);
            assertThat(place.isHalfPutBack(backup, file)).as(mended).isFalse();
        }
        Files.writeString(file, "");
        assertThat(place.isHalfPutBack(backup, file)).isTrue();
    }
}
