package dev.nptune.kernel.module;

import dev.nptune.internal.files.Folders;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The records of what was installed, in `/var/lib/nptune/patches`: a file for each kernel and module.
final class InstallRecords {
    private static final String FOLDER = "var/lib/nptune/patches";

    private final Path root;

    InstallRecords(Path root) {
        this.root = root;
    }

    Path folder() {
        return root.resolve(FOLDER);
    }

    private Path file(String release, String module) {
        return folder().resolve(release + "." + module.replace('_', '-') + ".json");
    }

    /// The records of one kernel.
    List<InstallRecord> of(String release) throws IOException {
        if (!Files.isDirectory(folder())) {
            return List.of();
        }
        List<Path> files;
        try (Stream<Path> list = Files.list(folder())) {
            files = list.filter(f -> f.getFileName().toString().startsWith(release + "."))
                    .filter(f -> f.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        List<InstallRecord> records = new ArrayList<>();
        for (Path file : files) {
            try {
                InstallRecord record = Json.read(KernelHeaders.text(file), InstallRecord.class);
                if (record.release().equals(release)) {
                    records.add(record);
                }
            } catch (IllegalArgumentException e) {
                throw new IOException(file + " cannot be read: " + e.getMessage(), e);
            }
        }
        return records;
    }

    /// Writes one, so that it is there as a whole or not at all.
    void write(InstallRecord record) throws IOException {
        Files.createDirectories(folder());
        Path file = file(record.release(), record.module());
        Path aside = file.resolveSibling("." + file.getFileName() + ".new");
        Files.writeString(aside, Json.pretty(record) + "\n", StandardCharsets.ISO_8859_1);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Removes one, and the folders above that are empty then.
    void remove(InstallRecord record) throws IOException {
        Files.deleteIfExists(file(record.release(), record.module()));
        removeEmpty(folder(), 2);
    }

    /// Removes an empty folder and those above it that are empty then. One that cannot be removed, such as a mount
    /// point, stays: nothing is in it.
    ///
    /// @param most how many
    static void removeEmpty(Path folder, int most) throws IOException {
        Path each = folder;
        for (int i = 0; i < most; i++) {
            if (Files.isDirectory(each) && Folders.isEmpty(each)) {
                try {
                    Files.delete(each);
                } catch (FileSystemException _) {
                    return;
                }
            }
            each = each.resolveSibling(".").normalize();
        }
    }

    /// What is told where removing ended half-way: there is no way back from it, but one on.
    ///
    /// @param what was to be removed
    static UserException notRemoved(String what, IOException e) {
        return new UserException(
                Exit.CANNOT,
                "cannot remove " + what + ": " + IoReason.withFile(e),
                "some of it may be removed already; mend that, and run it again",
                e);
    }
}
