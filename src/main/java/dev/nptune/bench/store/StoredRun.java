package dev.nptune.bench.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// A run of a benchmark as it is kept. What is not known is `""`.
///
/// Texts have at most [#MAX_TEXT] characters, there are at most [#MAX_METRICS] metrics; a name of one has at most
/// [#MAX_METRIC_NAME] characters, and each value is a finite number.
///
/// @param id unique; time and digest make it ([#idOf])
/// @param at when it was measured, to the microsecond
/// @param kind what was run: `capture`, `disk`, `score`
/// @param label what the person calls it, such as the side of a comparison
/// @param program what was measured, such as the game of a capture
/// @param system where it ran
/// @param file name of the file it came from, without its folder
/// @param sha256 the file's digest in lower-case hexadecimal; a file is stored once
/// @param metrics values by the metric's name
/// @param frames how many frames it has; 0 for what has none
/// @param frameTimes their times, so that metrics can be computed anew; none where they were not asked for, there are
///     none, or more than are kept
public record StoredRun(
        String id,
        Instant at,
        String kind,
        String label,
        String program,
        RunSystem system,
        String file,
        String sha256,
        Map<String, Double> metrics,
        long frames,
        @JsonIgnore FrameTimes frameTimes) {
    public static final int MAX_TEXT = 300;
    public static final int MAX_METRICS = 5000;
    public static final int MAX_METRIC_NAME = 200;

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final Instant FIRST = Instant.parse("1990-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

    /// Where a run ran.
    ///
    /// @param vm the VM's name; `""` for none
    /// @param kernel release of the host's kernel, `6.12.9-amd64`
    /// @param driver graphics driver and its version
    /// @param cpu the processor's name
    /// @param gpu the graphics card's name
    public record RunSystem(String vm, String kernel, String driver, String cpu, String gpu) {
        /// Of which nothing is known.
        public static final RunSystem UNKNOWN = new RunSystem("", "", "", "", "");

        public RunSystem {
            text(vm);
            text(kernel);
            text(driver);
            text(cpu);
            text(gpu);
        }
    }

    /// @throws IllegalArgumentException if a bound is broken
    public StoredRun {
        at = at.truncatedTo(ChronoUnit.MICROS);
        if (at.isBefore(FIRST) || at.isAfter(LAST)) {
            throw new IllegalArgumentException(
                    "a run of the year " + at.atOffset(ZoneOffset.UTC).getYear());
        }
        text(id);
        text(kind);
        text(label);
        text(program);
        text(file);
        if (id.isEmpty() || !sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("a run without an id, or without the digest of its file");
        }
        if (metrics.size() > MAX_METRICS) {
            throw new IllegalArgumentException("more than " + MAX_METRICS + " metrics");
        }
        metrics.forEach((name, value) -> {
            if (name.isEmpty() || name.length() > MAX_METRIC_NAME || !Double.isFinite(value)) {
                throw new IllegalArgumentException("a metric without a name of its own or without a finite value");
            }
        });
        if (frames < 0 || (frameTimes.size() > 0 && frameTimes.size() != frames)) {
            throw new IllegalArgumentException(frames + " frames with " + frameTimes);
        }
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
    }

    /// The id of a run: `20261126-105703-1a2b3c4d`.
    public static String idOf(Instant at, String sha256) {
        return SECOND.format(at) + "-" + sha256.substring(0, Math.min(8, sha256.length()));
    }

    private static void text(String text) {
        if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException("a text of more than " + MAX_TEXT + " characters");
        }
    }
}
