package dev.nptune.cli;

import dev.nptune.internal.json.Json;
import dev.nptune.watch.About;
import dev.nptune.watch.Cause;
import dev.nptune.watch.Clock;
import dev.nptune.watch.End;
import dev.nptune.watch.Recording;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What `record --show --json` tells: a recording without its single samples.
///
/// @param schemaVersion version of this record's JSON form
/// @param about of what it is, and from which sources
/// @param begun when, in UTC as ISO 8601; empty if it has no samples
/// @param seconds how much time it has samples of
/// @param clockError how far its two clocks may be apart at most, in nanoseconds
/// @param causes what happened at all, most first among those of the same unit
/// @param end how it ended; empty if it was cut off
/// @param torn what was found behind the last whole block
record RecordingDocument(
        int schemaVersion,
        About about,
        Optional<String> begun,
        double seconds,
        long clockError,
        List<Sum> causes,
        Optional<End> end,
        Optional<String> torn) {
    /// The version written by this program.
    static final int SCHEMA_VERSION = 1;

    private static final long MILLION = 1_000_000;

    RecordingDocument {
        causes = List.copyOf(causes);
    }

    /// A cause without its intervals.
    ///
    /// @param name in words
    /// @param source where it is from
    /// @param unit in what it is counted: `ns` or `times`
    /// @param total all of it
    /// @param perSecond of it, on average
    /// @param most the most of it in one interval
    /// @param intervals in how many it happened
    record Sum(String name, String source, String unit, long total, double perSecond, long most, int intervals) {}

    static RecordingDocument of(Recording recording) {
        long[] span = span(recording);
        double seconds = (span[1] - span[0]) / 1e9;
        List<Sum> sums = recording.causes().stream()
                .map(cause -> sum(cause, seconds))
                .sorted((a, b) -> Long.compare(b.total(), a.total()))
                .toList();
        return new RecordingDocument(
                SCHEMA_VERSION,
                recording.about(),
                recording.clocks().stream()
                        .findFirst()
                        .map(c -> Instant.ofEpochMilli(c.realtime() / MILLION).toString()),
                Math.round(seconds * 1000) / 1000.0,
                recording.clocks().stream().mapToLong(Clock::uncertainty).max().orElse(0),
                sums,
                recording.end(),
                recording.torn());
    }

    private static Sum sum(Cause cause, double seconds) {
        return new Sum(
                cause.name(),
                cause.source(),
                cause.unit().toString(),
                cause.total(),
                Math.round(cause.total() / Math.max(seconds, 1e-3) * 1000) / 1000.0,
                Arrays.stream(cause.amount()).max().orElse(0),
                cause.amount().length);
    }

    /// From the first clock to the last sample of any source.
    private static long[] span(Recording recording) {
        long[] span = recording.span();
        long last = recording.series().stream()
                .filter(s -> s.size() > 0)
                .mapToLong(s -> s.to(s.size() - 1))
                .max()
                .orElse(span[1]);
        return new long[] {span[0], Math.max(span[1], last)};
    }

    String json() {
        return Json.pretty(this) + "\n";
    }

    /// How recording ended.
    static String ended(String file, End end) {
        return Json.pretty(new Ended(SCHEMA_VERSION, file, end)) + "\n";
    }

    /// What `record --json` tells.
    private record Ended(int schemaVersion, String file, End end) {}
}
