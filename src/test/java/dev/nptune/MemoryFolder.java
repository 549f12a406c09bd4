package dev.nptune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/// Temporary folders in memory, for tests that flush thousands of small files to the disk: the same calls are made, but
/// none of them waits for a disk. Where `/dev/shm` is no tmpfs, is full, or runs no programs, they lie where others do.
public final class MemoryFolder implements TempDirFactory {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final long ENOUGH = 32L << 20;

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
        return create();
    }

    /// One outside of a test's own folders; whoever creates it deletes it.
    public static Path create() throws IOException {
        if (isTmpfsWithRoom()) {
            Path folder = Files.createTempDirectory(SHARED_MEMORY, "nptune");
            if (runsPrograms(folder)) {
                return folder;
            }
            Files.delete(folder);
        }
        return Files.createTempDirectory("nptune");
    }

    private static boolean isTmpfsWithRoom() throws IOException {
        if (!Files.isDirectory(SHARED_MEMORY) || !Files.isWritable(SHARED_MEMORY)) {
            return false;
        }
        var store = Files.getFileStore(SHARED_MEMORY);
        return store.type().equals("tmpfs") && store.getUsableSpace() >= ENOUGH;
    }

    /// Containers often mount it `noexec`.
    private static boolean runsPrograms(Path folder) throws IOException {
        Path program = Files.createFile(
                folder.resolve("program"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            return Files.isExecutable(program);
        } finally {
            Files.delete(program);
        }
    }
}
