package dev.nptune.cli;

import dev.nptune.bench.store.History;
import dev.nptune.bench.store.History.By;
import dev.nptune.bench.store.RunStore;
import dev.nptune.bench.store.StoredRun;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune bench history`: runs that were kept, and what changed from one kernel or day to the next.
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune bench history",
            "  nptune bench history --since 30d",
            "  nptune bench history --metric average --by kernel --label VM --program game.exe",
            ""
        },
        description = "Lists the runs that were kept with --store; with --by, a metric before and after each change.")
final class BenchHistoryCommand implements Callable<Integer> {
    static final int SCHEMA_VERSION = 1;

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            description = "Only runs since then: a day (2026-05-01), a time (2026-05-01T20:00Z), or days ago (30d).")
    private @Nullable String since;

    @Option(names = "--metric", paramLabel = "ID", description = "Show this metric of each run.")
    private @Nullable String metric;

    @Option(names = "--label", paramLabel = "TEXT", description = "Only runs with this in their label.")
    private String label = "";

    @Option(names = "--program", paramLabel = "NAME", description = "Only runs of programs with this in their name.")
    private String program = "";

    @Option(names = "--by", description = "With --metric: put runs together by ${COMPLETION-CANDIDATES}.")
    private @Nullable Part by;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    /// What `--by` takes.
    enum Part {
        KERNEL,
        DAY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What `--json` prints.
    ///
    /// @param runs in the order in which they were measured, without frame times
    /// @param history the groups, with `--by`
    record Document(int schemaVersion, List<StoredRun> runs, Optional<History> history) {
        Document {
            runs = List.copyOf(runs);
        }
    }

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(bench).cli();
        if (by != null && metric == null) {
            throw new UserException(
                    Exit.WRONG_USE, "--by puts the values of one metric together", "name it: --metric ID");
        }
        Instant from = since == null ? Instant.EPOCH : time(since, Instant.now(), ZoneId.systemDefault());
        List<StoredRun> runs = List.of();
        Optional<RunStore> store = RunStore.openToRead(StoreOptions.place(cli));
        if (store.isPresent()) {
            try (RunStore open = store.get()) {
                runs = open.runs(from);
            }
        }
        runs = runs.stream()
                .filter(run -> has(run.label(), label) && has(run.program(), program))
                .toList();
        if (metric != null) {
            runs = having(runs, metric);
        }
        String wanted = metric;
        Optional<History> history = by == null || wanted == null
                ? Optional.empty()
                : Optional.of(History.of(runs, wanted, By.valueOf(by.name()), ZoneId.systemDefault()));
        Document document = new Document(SCHEMA_VERSION, runs, history);
        cli.out()
                .print(
                        json
                                ? Json.pretty(document) + "\n"
                                : Printable.lines(
                                        BenchHistoryText.render(document, metric, cli.columns(), cli.unicode())));
        if (!json && history.isPresent()) {
            mixed(runs)
                    .forEach(note ->
                            cli.out().print("\n" + Printable.lines(FindingText.wrap(note, cli.columns(), ""))));
        }
        return Exit.OK.code();
    }

    private static boolean has(String text, String part) {
        return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }

    /// What to know of groups in which bare metal and VM, or several games, may be together.
    private static List<String> mixed(List<StoredRun> runs) {
        return Stream.of(
                        several(runs, StoredRun::label, "labels", "--label"),
                        several(runs, StoredRun::program, "programs", "--program"))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> several(
            List<StoredRun> runs, Function<StoredRun, String> text, String what, String option) {
        Set<String> all = new TreeSet<>();
        runs.forEach(run -> all.add(text.apply(run).isEmpty() ? "none" : text.apply(run)));
        return all.size() < 2
                ? Optional.empty()
                : Optional.of("These are runs of several " + what + " (" + String.join("; ", all) + "): " + option
                        + " takes those of one.");
    }

    private static List<StoredRun> having(List<StoredRun> runs, String metric) throws UserException {
        Set<String> known = new TreeSet<>();
        runs.forEach(run -> known.addAll(run.metrics().keySet()));
        if (known.contains(metric)) {
            return runs.stream()
                    .filter(run -> run.metrics().containsKey(metric))
                    .toList();
        }
        List<String> near = NearMiss.of(metric, known);
        String some = String.join(", ", known.stream().limit(6).toList());
        throw new UserException(
                Exit.WRONG_USE,
                "no run has the metric '" + Printable.brief(metric, 100) + "'",
                !near.isEmpty()
                        ? "did you mean: " + String.join(", ", near) + "?"
                        : known.isEmpty()
                                ? "keep a run first, with --store"
                                : "there are: " + some + (known.size() > 6 ? ", …" : ""));
    }

    /// @param zone where a day without more begins
    static Instant time(String text, Instant now, ZoneId zone) throws UserException {
        try {
            if (text.matches("[0-9]{1,5}d")) {
                return now.minus(Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1))));
            }
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(zone).toInstant();
        } catch (DateTimeException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--since " + Printable.brief(text, 60) + " is no time",
                    "write a day, as in 2026-05-01, a time, as in 2026-05-01T20:00Z, or days ago, as in 30d",
                    e);
        }
    }
}
