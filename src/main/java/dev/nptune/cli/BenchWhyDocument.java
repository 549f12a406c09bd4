package dev.nptune.cli;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.why.Coincidence;
import dev.nptune.bench.why.Coincidences;
import dev.nptune.bench.why.JoinedClocks;
import dev.nptune.bench.why.Stutter;
import dev.nptune.bench.why.Stutters;
import dev.nptune.watch.Recording;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `nptune bench why --json` prints.
///
/// @param schemaVersion version of this record's JSON form
/// @param capture its file
/// @param vm the recorded VM's name
/// @param frames of the capture
/// @param definition what counts as a stutter
/// @param stutters how many there are
/// @param lostMillis how much longer they took than expected, all together, in ms
/// @param clock how the clocks were joined
/// @param absent sources that could not be read when it was recorded, and why: what they would have told is not among
///     the causes
/// @param torn what was found behind the recording's last whole second; null if nothing
/// @param found what they coincide with
record BenchWhyDocument(
        int schemaVersion,
        String capture,
        String vm,
        int frames,
        String definition,
        int stutters,
        double lostMillis,
        String clock,
        List<Absent> absent,
        @Nullable String torn,
        Coincidences found) {
    /// The version written by this program.
    static final int SCHEMA_VERSION = 1;

    /// A source that could not be read.
    record Absent(String source, String why) {}

    static BenchWhyDocument of(
            Capture capture,
            Recording recording,
            JoinedClocks joined,
            Stutters.Definition definition,
            String clock,
            Coincidences found) {
        return new BenchWhyDocument(
                SCHEMA_VERSION,
                capture.source(),
                recording.about().vm(),
                capture.frames(),
                definition.words(),
                joined.stutters().size(),
                joined.stutters().stream().mapToDouble(Stutter::excessMillis).sum(),
                clock,
                recording.about().sources().stream()
                        .flatMap(source -> source.absent().map(why -> new Absent(source.name(), why)).stream())
                        .toList(),
                recording.torn().orElse(null),
                found);
    }

    /// The causes that may be named.
    List<Coincidence> named() {
        return found.named();
    }
}
