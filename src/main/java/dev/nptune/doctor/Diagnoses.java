package dev.nptune.doctor;

import java.util.List;

/// What the rules say about a machine and some of its VMs.
///
/// @param schemaVersion version of this record's JSON form
/// @param diagnoses of several VMs: first the host's own, with an empty name, then one for each VM with what is about
/// it
///     alone; of one VM: one with all
public record Diagnoses(int schemaVersion, List<Diagnosis> diagnoses) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    public Diagnoses {
        diagnoses = List.copyOf(diagnoses);
    }

    public static Diagnoses of(List<Diagnosis> diagnoses) {
        return new Diagnoses(SCHEMA_VERSION, diagnoses);
    }

    /// Whether something is to be done: information alone asks for nothing.
    public boolean anythingToDo() {
        return diagnoses.stream()
                .flatMap(d -> d.findings().stream())
                .anyMatch(f -> f.severity() != Severity.INFORMATION);
    }
}
