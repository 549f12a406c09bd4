package dev.nptune.kernel.diff;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a patch does to one file.
///
/// @param action what becomes of the file
/// @param oldName its name before as the patch has it, prefix included, unquoted; null for a new file
/// @param newName its name after, likewise; null for a deleted file
/// @param oldMode its mode before in octal, such as `100644`; null if the patch does not say or the mode stays
/// @param newMode its mode after, likewise
/// @param hunks its hunks, in order; none if only mode or name change
public record FileDiff(
        Action action,
        @Nullable String oldName,
        @Nullable String newName,
        @Nullable String oldMode,
        @Nullable String newMode,
        List<Hunk> hunks) {
    /// What becomes of a file.
    public enum Action {
        MODIFY,
        CREATE,
        DELETE,
        RENAME,
        COPY
    }

    public FileDiff {
        hunks = List.copyOf(hunks);
    }

    /// What takes this back. Of a copy that is a copy the other way, which nobody wants; whoever takes patches back
    /// looks out for it.
    public FileDiff reversed() {
        Action back = switch (action) {
            case CREATE -> Action.DELETE;
            case DELETE -> Action.CREATE;
            case MODIFY, RENAME, COPY -> action;
        };
        return new FileDiff(
                back,
                newName,
                oldName,
                newMode,
                oldMode,
                hunks.stream().map(Hunk::reversed).toList());
    }
}
