package dev.nptune.lab.debian;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The files of a root file system as GRUB sees them, which replays no journal: read by GRUB's own code
/// (`grub-fstest`).
///
/// @param raw the partition
record GrubFiles(Path raw) implements AutoCloseable {
    /// SHA-256 of a file, in hex; empty if GRUB does not find it.
    Optional<String> digest(String path) throws IOException {
        Path copy = raw.resolveSibling(raw.getFileName() + ".file");
        Files.deleteIfExists(copy);
        Exec.run(DebianBuild.SHORT, List.of("grub-fstest", raw.toString(), "cp", path, copy.toString()));
        if (!Files.exists(copy)) {
            return Optional.empty();
        }
        String digest = Sha256.of(copy);
        Files.delete(copy);
        return Optional.of(digest);
    }

    /// Removes the copy of the partition.
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(raw);
    }
}
