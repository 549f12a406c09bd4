package dev.nptune.kernel.diff;

import java.util.List;

/// A patch: one of a file that may hold several.
///
/// @param subject the first line of its message in Unicode, without `[PATCH …]`; empty for a plain diff
/// @param author who wrote it, as `Name <address>`, in Unicode; empty if it does not say
/// @param message the message below the subject in Unicode, its trailers included; for a plain diff the text
///     before it
/// @param files what it does, in order
public record Patch(String subject, String author, String message, List<FileDiff> files) {
    public Patch {
        files = List.copyOf(files);
    }

    /// The patch that takes this one back: its files in reverse order, each the other way round.
    public Patch reversed() {
        return new Patch(
                subject,
                author,
                message,
                files.reversed().stream().map(FileDiff::reversed).toList());
    }
}
