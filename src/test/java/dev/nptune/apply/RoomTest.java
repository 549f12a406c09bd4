package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Small disks, as real file systems: what does not fit is not begun, and what fills one is taken back.
class RoomTest {
    private static final String IMAGE = "/boot/initramfs-linux.img";
    private static final String SPARE = "/boot/initramfs-linux-fallback.img";
    private static final String ENTRY = "/boot/loader/entries/arch.conf";
    private static final String BEFORE = "title Arch\noptions quiet\n";
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Box box;

    @BeforeEach
    void unpack() throws IOException {
        box = new Box(folder);
    }

    private SmallDisk disk(String type, int mebibytes, Path at) throws IOException {
        return SmallDisk.mount(folder.resolve("disk"), type, mebibytes, at);
    }

    private static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void images(int image, int spare) throws IOException {
        box.put(ENTRY, BEFORE);
        Files.write(box.at(IMAGE), random(1, image));
        Files.write(box.at(SPARE), random(2, spare));
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(
                box.tools.resolve(name), "#!/bin/sh\n" + script.replace("BOOT", box.at("/boot") + ""));
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static Change keep(String from, String to) {
        return new Change.KeepCopy("keep", List.of(), from, to, Map.of());
    }

    private static Change[] changes() {
        return new Change[] {
            keep(IMAGE, "/boot/kept.img"),
            keep(SPARE, "/boot/kept-fallback.img"),
            new Change.EditBootEntry("entry", List.of(), ENTRY, BEFORE, "title Arch\noptions iommu=pt\n", true),
            new Change.Rebuild("build", List.of(), Builder.MKINITCPIO_PRESETS, "", List.of(IMAGE, SPARE), List.of())
        };
    }

    private void isAsBefore(int image, int spare) throws IOException {
        assertThat(Files.readAllBytes(box.at(IMAGE))).isEqualTo(random(1, image));
        assertThat(Files.readAllBytes(box.at(SPARE))).isEqualTo(random(2, spare));
        assertThat(box.text(ENTRY)).isEqualTo(BEFORE);
        try (var entries = Files.list(box.at("/boot/loader/entries"))) {
            assertThat(entries).hasSize(1);
        }
        try (var files = Files.list(box.at("/boot"))) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(n -> !n.equals("lost+found")))
                    .containsExactlyInAnyOrder("initramfs-linux.img", "initramfs-linux-fallback.img", "loader");
        }
    }

    /// The first image takes up all the room that there is, to the last block, so that not even the entry can be put
    /// back before it.
    @ParameterizedTest
    @ValueSource(strings = {"vfat", "ext4", "tmpfs"})
    void aProgramThatFillsTheDiskIsTakenBack(String type) throws IOException {
        try (SmallDisk _ = disk(type, 24, box.at("/boot"))) {
            images(3 * MIB, 4 * MIB);
            program("mkinitcpio", "cat /dev/zero > BOOT/initramfs-linux.img\n");
            ApplyResult result = box.apply(changes());
            assertThat(result)
                    .as(result.toString())
                    .isInstanceOfSatisfying(
                            ApplyResult.RolledBack.class,
                            r -> assertThat(r.reason()).contains("No space left"));
            isAsBefore(3 * MIB, 4 * MIB);
        }
    }

    /// One image is cut short and the other has grown into its room.
    @ParameterizedTest
    @ValueSource(strings = {"vfat", "ext4", "tmpfs"})
    void theImageThatHasGrownGivesUpItsRoomFirst(String type) throws IOException {
        try (SmallDisk _ = disk(type, 24, box.at("/boot"))) {
            images(3 * MIB, 4 * MIB);
            program("mkinitcpio", ": > BOOT/initramfs-linux.img\ncat /dev/zero > BOOT/initramfs-linux-fallback.img\n");
            assertThat(box.apply(changes())).isInstanceOf(ApplyResult.RolledBack.class);
            isAsBefore(3 * MIB, 4 * MIB);
        }
    }

    /// The rollback of a run that had gone well, on a disk that others have filled since, is cut off in the middle.
    @ParameterizedTest
    @ValueSource(strings = {"vfat", "ext4", "tmpfs"})
    void whatWasHalfPutBackInPlaceIsNotTakenForSomebodyElses(String type) throws IOException {
        try (SmallDisk _ = disk(type, 24, box.at("/boot"))) {
            images(3 * MIB, 4 * MIB);
            program(
                    "mkinitcpio",
                    "for i in '' -fallback; do head -c 4000000 /dev/zero > BOOT/initramfs-linux$i.img; done\n");
            assertThat(box.apply(changes())).isInstanceOf(ApplyResult.Committed.class);
            Files.delete(box.tools.resolve("mkinitcpio"));
            fill(box.at("/boot/other"));
            List<String> cut = new ArrayList<>();
            try {
                box.applier((phase, index) -> {
                            if (phase == FaultHook.Phase.DURING_UNDO && index == 3) {
                                Files.write(box.at(IMAGE), Arrays.copyOf(random(1, 3 * MIB), 100));
                                cut.add("power cut");
                                throw new AssertionError("power cut");
                            }
                        })
                        .rollback(box.latest().id(), false, ApplyListener.SILENT);
            } catch (AssertionError e) {
                assertThat(e).hasMessage("power cut");
            }
            assertThat(cut).isNotEmpty();
            ApplyResult result = box.rollback(false);
            assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.RolledBack.class);
            Files.delete(box.at("/boot/other"));
            isAsBefore(3 * MIB, 4 * MIB);
        }
    }

    /// What a disk that is full is told of depends on the language; that it is full does not.
    @ParameterizedTest
    @ValueSource(strings = {"vfat", "tmpfs"})
    void aFullDiskIsKnownInAnyLanguage(String type) throws IOException {
        try (SmallDisk _ = disk(type, 17, box.at("/boot"))) {
            Path file = box.at("/boot/a");
            IOException german = new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
            assertThat(Disk.noRoom(file, MIB, german)).isEmpty();
            fill(box.at("/boot/other"));
            assertThat(Disk.noRoom(file, MIB, german)).containsInstanceOf(NoRoomException.class);
            assertThat(Disk.noRoom(file, MIB, german).orElseThrow())
                    .hasMessage("cannot write " + file + ": the disk is full")
                    .hasCause(german);
        }
    }

    @Test
    void aQuotaIsKnownByItsWords() throws IOException {
        Path file = box.put("/boot/a", "a");
        IOException quota = new FileSystemException("a", null, "Disk quota exceeded");
        assertThat(Disk.noRoom(file, 1, quota).orElseThrow()).hasMessageEndingWith(": the disk quota is used up");
        assertThat(Disk.noRoom(file, Long.MAX_VALUE, new IOException("?"))).containsInstanceOf(NoRoomException.class);
        assertThat(Disk.noRoom(file, 1, new IOException("Input/output error"))).isEmpty();
    }

    private static void fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[512]);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    /// Room for the copies and for what is built, but not to put the larger image back.
    @ParameterizedTest
    @ValueSource(strings = {"vfat", "tmpfs"})
    void roomToPutAnImageBackIsLookedForFirst(String type) throws IOException {
        try (SmallDisk _ = disk(type, 17, box.at("/boot"))) {
            images(3 * MIB, 4 * MIB);
            program("mkinitcpio", "exit 1\n");
            Map<String, Long> before = sizes();
            assertThat(box.apply(changes()))
                    .isInstanceOfSatisfying(
                            ApplyResult.Refused.class,
                            r -> assertThat(r.differences()).singleElement().satisfies(d -> {
                                assertThat(d.index()).isEqualTo(3);
                                assertThat(d.what())
                                        .singleElement()
                                        .asString()
                                        .matches("too little space in " + box.at("/boot")
                                                + ": 12288 KiB are needed, [0-9]+ KiB are free");
                            }));
            assertThat(sizes()).isEqualTo(before);
            assertThat(box.journals().list().journals()).isEmpty();
        }
    }

    /// The copies beside the journal are on a disk of their own, which has room for each and not for all.
    @ParameterizedTest
    @ValueSource(strings = {"ext4", "tmpfs"})
    void roomForAllCopiesBesideTheJournalIsLookedForFirst(String type) throws IOException {
        images(2 * MIB, 3 * MIB);
        program("mkinitcpio", "exit 1\n");
        try (SmallDisk _ = disk(type, 6, box.state)) {
            Map<String, Long> before = sizes();
            assertThat(box.apply(changes()))
                    .isInstanceOfSatisfying(
                            ApplyResult.Refused.class,
                            r -> assertThat(r.differences()).singleElement().satisfies(d -> {
                                assertThat(d.index()).isEqualTo(3);
                                assertThat(d.what())
                                        .singleElement()
                                        .asString()
                                        .matches(
                                                "too little space in " + box.state
                                                        + ": 6144 KiB are needed, [0-9]+ KiB are free, for copies of what is replaced");
                            }));
            assertThat(sizes()).isEqualTo(before);
            assertThat(box.journals().list().journals()).isEmpty();
        }
    }

    private Map<String, Long> sizes() throws IOException {
        try (var files = Files.walk(box.root)) {
            return files.filter(Files::isRegularFile)
                    .collect(java.util.stream.Collectors.toMap(
                            Path::toString, f -> f.toFile().length()));
        }
    }
}
