package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.ffm.FileSystemJournal;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What GRUB finds on a disk whose power was cut, by GRUB's own reading of file systems (`grub-fstest`), on real file
/// systems in files. What the kernel had not handed to the disk is lost with it.
class LoaderViewTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int SIZE = 3_000_000;

    @TempDir
    private Path temp;

    private Path disk = Path.of("disk");
    private Path mounted = Path.of("mounted");

    @AfterEach
    void unmount() throws Exception {
        if (Files.exists(mounted)) {
            Exec.run(LIMIT, List.of("umount", mounted.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs", "vfat"})
    void aReplacedFileIsTheNewOneToTheLoaderAtOnce(String type) throws Exception {
        Path file = mount(type).resolve("image");
        byte[] before = random(1);
        byte[] after = random(2);
        Files.write(file, before);
        FileSystemJournal.settle(Disk.directory(file));
        assertThat(seenByLoader("/boot/image")).isEqualTo(before);

        Path temporary = file.resolveSibling("image.new");
        Files.write(temporary, after);
        Disk.replace(temporary, file);

        assertThat(seenByLoader("/boot/image")).isEqualTo(after);
    }

    /// Between the new name in the journal and in its place the loader still finds the old file, whatever is written
    /// into room that is free.
    @Test
    void theOldFileIsWholeUntilTheNewOneIsInItsPlace() throws Exception {
        Path file = mount("ext4", 16).resolve("image");
        Files.write(file, random(1));
        FileSystemJournal.settle(Disk.directory(file));
        Path temporary = file.resolveSibling("image.new");
        Files.write(temporary, random(2));
        Disk.syncFile(temporary);

        try (Disk.Held _ = Disk.Held.of(List.of(file))) {
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
            Disk.syncDirectory(Disk.directory(file));
            fillUp(mounted.resolve("other"));
            assertThat(seenByLoader("/boot/image")).isEqualTo(random(1));
        }
    }

    @Test
    void onlyXfsAtTheRootNeedsAShutdown() throws Exception {
        assertThat(FileSystemJournal.needsShutdown(mount("xfs"))).isFalse();
        assertThat(FileSystemJournal.needsShutdown(Path.of("/")))
                .isEqualTo(Files.getFileStore(Path.of("/")).type().equals("xfs"));
    }

    /// What this is all for: if it ever fails, GRUB or Linux have changed, and less would do.
    @Test
    void aFlushedFileIsNotYetWhereTheLoaderReads() throws Exception {
        Path file = mount("xfs").resolve("image");
        Files.write(file, random(1));
        Disk.syncFile(file);
        Disk.syncDirectory(Disk.directory(file));

        assertThat(seenByLoader("/boot/image")).isNotEqualTo(random(1));
    }

    private static void fillUp(Path file) throws IOException {
        byte[] block = random(9);
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
                Disk.syncFile(file);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static byte[] random(long seed) {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Path mount(String type) throws Exception {
        return mount(type, 400);
    }

    private Path mount(String type, int mebibytes) throws Exception {
        String maker = type.equals("vfat") ? "mkfs.fat" : "mkfs." + type;
        for (String program : List.of(maker, "grub-fstest", "mount")) {
            assumeTrue(Programs.find(program, System.getenv("PATH")).isPresent(), program + " is not there");
        }
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        assumeTrue(Files.exists(Path.of("/dev/loop-control")), "there are no loop devices");
        disk = temp.resolve("disk.img");
        Path place = Files.createDirectory(temp.resolve("mounted"));
        try (RandomAccessFile image = new RandomAccessFile(disk.toFile(), "rw")) {
            image.setLength((long) mebibytes << 20);
        }
        assertThat(Exec.run(LIMIT, List.of(maker, disk.toString())).ok()).isTrue();
        Exec.Result mount = Exec.run(LIMIT, List.of("mount", "-o", "loop", disk.toString(), place.toString()));
        assumeTrue(mount.ok(), "cannot be mounted here: " + mount.err());
        mounted = place;
        return Files.createDirectory(mounted.resolve("boot"));
    }

    private byte[] seenByLoader(String path) throws Exception {
        Path copy = temp.resolve("cut.img");
        assertThat(Exec.run(LIMIT, List.of("cp", "--sparse=always", disk.toString(), copy.toString()))
                        .ok())
                .isTrue();
        Path out = temp.resolve("seen");
        Files.deleteIfExists(out);
        Exec.run(LIMIT, List.of("grub-fstest", copy.toString(), "cp", path, out.toString()));
        return Files.exists(out) ? Files.readAllBytes(out) : new byte[0];
    }
}
