package dev.nptune.apply;

import dev.nptune.apply.FaultHook.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Where in a run an executor works.
///
/// @param index the change's place in the plan
/// @param run the run's id
/// @param backups where to keep what is replaced
record Place(int index, String run, Path backups, FaultHook hook) {
    void at(Phase phase) throws IOException {
        hook.at(phase, index);
    }

    /// The name of the file that will be renamed over another one.
    Path temporary(Path file) {
        return temporary(file, run);
    }

    /// The same for a run that has no name yet.
    static Path temporary(Path file, String run) {
        return file.resolveSibling("." + file.getFileName() + "." + run + ".tmp");
    }

    /// Puts a file back as it was, by way of a temporary one.
    void putBack(Path backup, Path temporary, Path file) throws IOException {
        Files.copy(backup, temporary, StandardCopyOption.COPY_ATTRIBUTES);
        at(Phase.DURING_UNDO);
        Disk.replace(temporary, file);
    }
}
