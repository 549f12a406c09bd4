package dev.nptune.plan;

import java.util.List;

/// What to do to a machine for one VM, in order.
///
/// @param schemaVersion version of this record's JSON form
/// @param domain the libvirt domain's name
/// @param changes the changes in the order they must be made
/// @param notes what a person should know that is no change: what was left alone and why
public record Plan(int schemaVersion, String domain, List<Change> changes, List<String> notes) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    public Plan {
        changes = List.copyOf(changes);
        notes = List.copyOf(notes);
    }
}
