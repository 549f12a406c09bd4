package dev.nptune.apply;

import dev.nptune.apply.FaultHook.Phase;
import java.io.IOException;
import java.nio.file.Path;

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
        return file.resolveSibling("." + file.getFileName() + "." + run + ".tmp");
    }
}
