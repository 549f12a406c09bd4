package dev.nptune.cli;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.Track;
import dev.nptune.bench.metric.Judged;
import dev.nptune.bench.metric.Metric;
import dev.nptune.bench.metric.Metrics;
import dev.nptune.cli.CaptureDocument.FileStats;
import dev.nptune.cli.CaptureDocument.TrackStats;
import dev.nptune.cli.CaptureFiles.Chosen;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune bench stats`: a capture's numbers, each with the tool whose definition it is.
@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune bench stats capture.csv                  the usual numbers",
            "  nptune bench stats capture.csv --metrics all    all, by each tool's definition",
            "  nptune bench stats a.csv b.csv --metrics average,low1-integral --json",
            ""
        },
        description = "Computes averages, lows, stutter and more. Each number names its definition: one capture's"
                + " 1 %% low may differ fivefold from tool to tool. What a capture is not good for is refused.")
final class BenchStatsCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable BenchCommand parent;

    @Mixin
    private CaptureFiles files = new CaptureFiles();

    @Option(
            names = "--metrics",
            paramLabel = "IDS",
            split = ",",
            description = "Which: all, or ids as --json has them, with commas between.")
    private List<String> ids = List.of();

    @Option(
            names = "--of",
            paramLabel = "WHAT",
            description =
                    "Of which times: presents or displayed. Without it presents, and both if frames were generated.")
    private @Nullable String of;

    @Option(
            names = "--anyway",
            description = "Also 1 %% lows that one hitch decides, or could decide in a capture of 15 s or less.")
    private boolean anyway;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(parent).cli();
        List<Metric> metrics = metrics();
        List<Track> asked = asked();
        CaptureFiles.Read read = files.read(cli);
        store.keep(cli, Map.of("", read.chosen().stream().map(Chosen::capture).toList()));
        if (json) {
            cli.out()
                    .print(CaptureDocument.json(new CaptureDocument.Stats(
                            CaptureDocument.SCHEMA_VERSION,
                            read.chosen().stream()
                                    .map(chosen -> document(chosen, metrics, judged(asked, chosen.capture())))
                                    .toList())));
            return read.exit().code();
        }
        String between = "";
        for (Chosen chosen : read.chosen()) {
            cli.out()
                    .print(between
                            + StatsText.render(
                                    chosen, metrics, judged(asked, chosen.capture()), cli.columns(), cli.unicode()));
            between = "\n";
        }
        return read.exit().code();
    }

    private List<Metric> metrics() throws UserException {
        if (ids.isEmpty()) {
            return Metrics.defaults();
        }
        if (ids.contains("all")) {
            return Metrics.all();
        }
        List<Metric> metrics = new ArrayList<>();
        for (String id : ids) {
            metrics.add(Metrics.of(id.strip()).orElseThrow(() -> unknown(id)));
        }
        return metrics;
    }

    private static UserException unknown(String id) {
        List<String> all = Metrics.all().stream().map(Metric::id).toList();
        List<String> near = NearMiss.of(id, all);
        return new UserException(
                Exit.WRONG_USE,
                "there is no metric '" + Printable.brief(id, 40) + "'",
                near.isEmpty()
                        ? "give 'all', or some of: " + String.join(", ", all)
                        : "did you mean " + String.join(" or ", near) + "?");
    }

    private List<Track> asked() throws UserException {
        String word = of;
        if (word == null) {
            return List.of();
        }
        for (Track track : Track.values()) {
            if (track.word().equals(word)) {
                return List.of(track);
            }
        }
        throw new UserException(
                Exit.WRONG_USE,
                "--of knows no '" + Printable.brief(word, 40) + "'",
                "give --of presents or --of displayed");
    }

    private static List<Track> tracks(List<Track> asked, Capture capture) {
        if (!asked.isEmpty()) {
            return asked;
        }
        return capture.framesGenerated() ? List.of(Track.PRESENTS, Track.DISPLAYED) : List.of(Track.PRESENTS);
    }

    private List<Judged> judged(List<Track> asked, Capture capture) {
        return tracks(asked, capture).stream()
                .map(track -> Judged.of(capture, track))
                .map(judged -> anyway ? judged.lenient() : judged)
                .toList();
    }

    private static FileStats document(Chosen chosen, List<Metric> metrics, List<Judged> tracks) {
        return new FileStats(
                chosen.file().source(),
                CaptureDocument.stream(chosen.capture()),
                tracks.stream().map(judged -> document(judged, metrics)).toList());
    }

    private static TrackStats document(Judged judged, List<Metric> metrics) {
        return new TrackStats(
                judged.track().word(),
                judged.caveats(),
                metrics.stream()
                        .map(metric -> CaptureDocument.value(metric, judged))
                        .toList());
    }
}
