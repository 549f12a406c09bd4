package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A real file system of its own, in a file or in memory, mounted until closed.
record SmallDisk(Path at) implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /// Skips the test where nothing can be mounted.
    static SmallDisk mount(Path image, String type, int mebibytes, Path at) throws IOException {
        Files.createDirectories(at);
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        if (type.equals("tmpfs")) {
            return mounted(List.of("mount", "-t", type, "-o", "size=" + mebibytes + "m", type, at.toString()), at);
        }
        String maker = type.equals("vfat") ? "mkfs.fat" : "mkfs." + type;
        for (String program : List.of(maker, "mount")) {
            assumeTrue(Programs.find(program, System.getenv("PATH")).isPresent(), program + " is not there");
        }
        assumeTrue(Files.exists(Path.of("/dev/loop-control")), "there are no loop devices");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) mebibytes << 20);
        }
        assertThat(Exec.run(LIMIT, List.of(maker, image.toString())).ok()).isTrue();
        return mounted(List.of("mount", "-o", "loop", image.toString(), at.toString()), at);
    }

    private static SmallDisk mounted(List<String> argv, Path at) throws IOException {
        Exec.Result mount = Exec.run(LIMIT, argv);
        assumeTrue(mount.ok(), "cannot be mounted here: " + mount.err());
        return new SmallDisk(at);
    }

    @Override
    public void close() throws IOException {
        Exec.run(LIMIT, List.of("umount", at.toString()));
    }
}
