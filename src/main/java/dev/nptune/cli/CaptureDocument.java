package dev.nptune.cli;

import dev.nptune.bench.capture.BadRows;
import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.Column;
import dev.nptune.bench.metric.Caveat;
import dev.nptune.bench.metric.Judged;
import dev.nptune.bench.metric.Metric;
import dev.nptune.bench.metric.MetricValue;
import dev.nptune.internal.json.Json;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The JSON of `nptune bench import` and `nptune bench stats`.
final class CaptureDocument {
    /// The version written by this program.
    static final int SCHEMA_VERSION = 1;

    private CaptureDocument() {}

    /// @param files one for each file that was read
    record Import(int schemaVersion, List<ImportedFile> files) {}

    /// @param chosen what is meant where nobody says; one of the streams
    /// @param caveats what to know of that one
    record ImportedFile(String file, Stream chosen, List<Caveat> caveats, List<Stream> streams) {}

    /// @param files one for each file that was read
    record Stats(int schemaVersion, List<FileStats> files) {}

    /// @param stream what the numbers are of
    record FileStats(String file, Stream stream, List<TrackStats> tracks) {}

    /// @param of `presents` or `displayed`
    record TrackStats(String of, List<Caveat> caveats, List<Value> metrics) {}

    /// @param value the number, unless it was refused
    /// @param refused why there is none
    record Value(
            String id,
            String title,
            String tool,
            String unit,
            boolean higherIsBetter,
            Optional<Double> value,
            Optional<String> refused) {}

    /// @param seconds all frame times together
    /// @param columns what the file tells besides frame times
    record Stream(
            String format,
            Optional<String> version,
            String process,
            Optional<Long> pid,
            String swapChain,
            int frames,
            int displayChanges,
            long generated,
            double seconds,
            Optional<String> started,
            List<String> columns,
            BadRows badRows,
            Map<String, String> info) {}

    static Stream stream(Capture capture) {
        return new Stream(
                capture.format().name(),
                capture.version(),
                capture.process(),
                capture.pid().isPresent() ? Optional.of(capture.pid().getAsLong()) : Optional.empty(),
                capture.swapChain(),
                capture.frames(),
                capture.displayTimes().size(),
                capture.generated(),
                capture.seconds(),
                capture.started().map(LocalDateTime::toString),
                Arrays.stream(Column.values())
                        .filter(column -> capture.column(column).isPresent())
                        .map(Enum::name)
                        .toList(),
                capture.badRows(),
                new TreeMap<>(capture.info()));
    }

    static Value value(Metric metric, Judged judged) {
        MetricValue value = metric.value(judged);
        return new Value(
                metric.id(),
                metric.title(),
                metric.tool(),
                metric.unit(),
                metric.higherIsBetter(),
                value instanceof MetricValue.Measured(double number) ? Optional.of(number) : Optional.empty(),
                value instanceof MetricValue.Refused(String reason) ? Optional.of(reason) : Optional.empty());
    }

    static String json(Record document) {
        return Json.pretty(document) + "\n";
    }
}
