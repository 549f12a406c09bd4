package dev.nptune.apply;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import dev.nptune.plan.Plan;
import java.time.Instant;
import java.util.List;

/// One line of a journal. `index` counts the plan's changes from 0.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Entry.Planned.class, name = "planned"),
    @JsonSubTypes.Type(value = Entry.Started.class, name = "started"),
    @JsonSubTypes.Type(value = Entry.Applied.class, name = "applied"),
    @JsonSubTypes.Type(value = Entry.Verified.class, name = "verified"),
    @JsonSubTypes.Type(value = Entry.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = Entry.Committed.class, name = "committed"),
    @JsonSubTypes.Type(value = Entry.RollingBack.class, name = "rolling-back"),
    @JsonSubTypes.Type(value = Entry.Undone.class, name = "undone"),
    @JsonSubTypes.Type(value = Entry.Left.class, name = "left"),
    @JsonSubTypes.Type(value = Entry.RolledBack.class, name = "rolled-back"),
    @JsonSubTypes.Type(value = Entry.Broken.class, name = "broken"),
})
public sealed interface Entry {
    /// The run begins. Always the first line.
    ///
    /// @param schemaVersion version of the journal's JSON form
    /// @param bootId the kernel's id of this boot; empty where it has none
    record Planned(int schemaVersion, Instant at, String bootId, Plan plan) implements Entry {
        /// The version written by this program.
        public static final int SCHEMA_VERSION = 1;
    }

    /// A change is about to be made; this is what taking it back will need.
    ///
    /// @param mounts where the file systems of what it changes are mounted, but for the root's own
    record Started(
            int index,
            Undo undo,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
            List<String> mounts)
            implements Entry {
        public Started {
            mounts = List.copyOf(mounts);
        }
    }

    /// A change was made; what taking it back needs now.
    record Applied(int index, Undo undo) implements Entry {}

    /// A change was read back and found to be in force.
    record Verified(int index) implements Entry {}

    /// A change could not be made, or was not in force.
    record Failed(int index, String reason) implements Entry {}

    /// All changes are in force.
    record Committed(Instant at) implements Entry {}

    /// What was done is about to be taken back.
    record RollingBack(Instant at, String reason) implements Entry {}

    /// A change was taken back, or had not taken place.
    record Undone(int index) implements Entry {}

    /// A change could not be taken back.
    record Left(int index, String reason) implements Entry {}

    /// Nothing of the run is left on the machine.
    record RolledBack(Instant at) implements Entry {}

    /// Something of the run is left on the machine.
    record Broken(Instant at) implements Entry {}
}
