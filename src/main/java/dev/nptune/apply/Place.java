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
    ///
    /// @throws NoRoomException if there is no room for that
    void putBack(Path backup, Path temporary, Path file) throws IOException {
        try {
            Files.copy(backup, temporary, StandardCopyOption.COPY_ATTRIBUTES);
            Disk.syncFile(temporary);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw Disk.noRoom(file, Files.size(backup), e).orElse(e);
        }
        at(Phase.DURING_UNDO);
        Disk.replace(temporary, file);
    }

    /// Puts a file back that its own program writes in place, and so may have left cut short: where there is no room
    /// for a temporary one it is written in place too, if it fits there.
    ///
    /// @throws NoRoomException if it does not fit
    void putBackInPlace(Path backup, Path temporary, Path file) throws IOException {
        try {
            putBack(backup, temporary, file);
        } catch (NoRoomException e) {
            if (!Disk.hasRoomInPlace(file, Files.size(backup))) {
                throw e;
            }
            noteBegun(backup);
            at(Phase.DURING_UNDO);
            overwrite(backup, file);
        }
        Files.deleteIfExists(begun(backup));
    }

    private static void overwrite(Path backup, Path file) throws IOException {
        try {
            Disk.overwrite(backup, file);
        } catch (IOException e) {
            // what is in the file by now is not what it lacks
            long written = Files.exists(file) ? Files.size(file) : 0;
            throw Disk.noRoom(file, Files.size(backup) - written, e).orElse(e);
        }
    }

    /// Without the note, on a full disk for one, what a cut leaves is taken for somebody else's and built anew.
    private static void noteBegun(Path backup) {
        try {
            if (!Files.exists(begun(backup))) {
                Files.createFile(begun(backup));
                Disk.syncDirectory(Disk.directory(backup));
            }
        } catch (IOException _) {
            // putting the file back is worth more than the note
        }
    }

    /// Whether a file was being put back in place when that was cut off: it holds what it held before, up to somewhere.
    /// Anything else in it is somebody's who has mended it since.
    boolean isHalfPutBack(Path backup, Path file) throws IOException {
        if (!Files.exists(begun(backup))) {
            return false;
        }
        long size = Files.size(file);
        return size < Files.size(backup) && Files.mismatch(backup, file) == size;
    }

    private static Path begun(Path backup) {
        return backup.resolveSibling(backup.getFileName() + ".in-place");
    }
}
