package dev.nptune.kernel.diff;

import java.util.List;

/// A patch: one of a file that may hold several.
///
/// @param subject the first line of its message; empty for a plain diff
/// @param author who wrote it, as `Name <address>`; empty if it does not say
/// @param message the message below the subject, its trailers included; for a plain diff the text before it
/// @param files what it does, in order
public record Patch(String subject, String author, String message, List<FileDiff> files) {
    public Patch {
        files = List.copyOf(files);
    }
}
