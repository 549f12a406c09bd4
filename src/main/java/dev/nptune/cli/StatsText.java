package dev.nptune.cli;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.Track;
import dev.nptune.bench.metric.Judged;
import dev.nptune.bench.metric.Metric;
import dev.nptune.bench.metric.MetricValue;
import dev.nptune.cli.CaptureFiles.Chosen;
import dev.nptune.internal.text.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What `nptune bench stats` shows of a file. Many metrics stand in groups, each under a heading, so that what is
/// defined
/// in different ways is not side by side.
final class StatsText {
    /// More metrics than this are shown in groups.
    private static final int UNGROUPED = 6;

    private StatsText() {}

    static String render(Chosen chosen, List<Metric> metrics, List<Judged> tracks, int columns, boolean unicode) {
        Capture capture = chosen.capture();
        StringBuilder text = new StringBuilder();
        text.append(CaptureText.line(CaptureText.title(chosen.file().source(), capture), columns, unicode));
        text.append(CaptureText.line(
                "  " + capture.name() + ", " + Plural.of(capture.frames(), "frame") + " in "
                        + String.format(Locale.ROOT, "%.1f s", capture.seconds()),
                columns,
                unicode));
        for (Judged judged : tracks) {
            Track track = judged.track();
            text.append('\n');
            if (tracks.size() > 1 || track != Track.PRESENTS) {
                text.append(CaptureText.line("Of " + track.word() + ":", columns, unicode));
            }
            text.append(track(judged, metrics, columns, unicode));
        }
        return text.toString();
    }

    private static String track(Judged judged, List<Metric> metrics, int columns, boolean unicode) {
        StringBuilder text = new StringBuilder();
        if (judged.times().size() > 0) {
            text.append(CaptureText.picture(judged.times(), columns, unicode)).append('\n');
        }
        Map<String, List<String>> refused = new LinkedHashMap<>();
        text.append(table(judged, metrics, refused).render(columns, unicode));
        refused.forEach((reason, names) -> text.append(
                CaptureText.line("  refused, since " + reason + ": " + String.join("; ", names), columns, unicode)));
        text.append(judged.caveats().isEmpty() ? "" : "\n");
        judged.caveats().forEach(caveat -> text.append(CaptureText.line("  " + caveat.sentence(), columns, unicode)));
        return text.toString();
    }

    /// @param refused where reasons of metrics without a value go
    private static TextTable table(Judged judged, List<Metric> metrics, Map<String, List<String>> refused) {
        TextTable table = TextTable.of(
                TextTable.left("metric"),
                TextTable.left("as defined by"),
                TextTable.right("value"),
                TextTable.left(""));
        Optional<Metric.Group> group = Optional.empty();
        for (Metric metric : metrics) {
            if (metrics.size() > UNGROUPED && !group.equals(Optional.of(metric.group()))) {
                if (group.isPresent()) {
                    table.row("", "", "", "");
                }
                group = Optional.of(metric.group());
                table.row(metric.group().title(), "", "", "");
            }
            String indent = metrics.size() > UNGROUPED ? "  " : "";
            switch (metric.value(judged)) {
                case MetricValue.Measured(double value) ->
                    table.row(
                            indent + metric.title(),
                            metric.tool(),
                            String.format(Locale.ROOT, "%.2f", value),
                            metric.unit());
                case MetricValue.Refused(String reason) -> {
                    table.row(indent + metric.title(), metric.tool(), "-", "");
                    refused.computeIfAbsent(reason, _ -> new ArrayList<>()).add(metric.name());
                }
            }
        }
        return table;
    }
}
