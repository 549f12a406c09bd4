package dev.nptune.kernel.diff;

import java.util.List;

/// What a file of patches holds: one plain diff, one mail, or a mailbox with a series.
///
/// @param name the file's name, for messages
/// @param patches its patches, in order; mails without a diff, such as a cover letter, are left out
/// @param notes what was passed over or taken differently from what stands there, a sentence each
public record PatchFile(String name, List<Patch> patches, List<String> notes) {
    public PatchFile {
        patches = List.copyOf(patches);
        notes = List.copyOf(notes);
    }
}
