package dev.nptune.plan;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;

/// What to do to a machine for one VM, in order. Version 1 of the JSON form, which journals may hold, has neither
/// choices
/// nor passed functions.
///
/// @param schemaVersion version of this record's JSON form
/// @param domain the libvirt domain's name
/// @param choices what was decided, for people
/// @param passed the PCI functions the VM gets from this plan or had before; each must still be what it is here
/// @param changes the changes in the order they must be made
/// @param notes what a person should know that is no change: what was left alone and why
public record Plan(
        int schemaVersion,
        String domain,
        @JsonSetter(nulls = Nulls.AS_EMPTY) List<Choice> choices,
        @JsonSetter(nulls = Nulls.AS_EMPTY) List<PassedFunction> passed,
        List<Change> changes,
        List<String> notes)
        implements PlanResult {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 2;

    public Plan {
        choices = List.copyOf(choices);
        passed = List.copyOf(passed);
        changes = List.copyOf(changes);
        notes = List.copyOf(notes);
    }

    /// One of changes alone.
    public static Plan of(String domain, List<Change> changes) {
        return new Plan(SCHEMA_VERSION, domain, List.of(), List.of(), changes, List.of());
    }
}
