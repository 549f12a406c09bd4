package dev.nptune.cli;

import dev.nptune.apply.ApplyResult;
import dev.nptune.apply.Journal;
import dev.nptune.apply.Journals;
import dev.nptune.apply.NoSuchRunException;
import dev.nptune.apply.Preview;
import dev.nptune.apply.UnreadableRunException;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune rollback`: takes a run back.
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune rollback            takes the last run back, as root",
            "  nptune rollback 20260501   the run whose name begins like that",
            "  sudo nptune rollback --dry-run",
            ""
        },
        description = "Takes the changes of a run back, byte for byte.")
final class RollbackCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "RUN",
            description = "The run's name or its beginning; if not given, the last one that is in force.")
    private @Nullable String run;

    @Option(names = "--force", description = "Overwrite what somebody else has changed since.")
    private boolean force;

    @Option(names = "--dry-run", description = "Show what would be done. Changes nothing.")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Take it back without asking.")
    private boolean yes;

    @Option(names = "--json", description = "Print how it ended as JSON.")
    private boolean json;

    @Option(names = "--elevated", hidden = true, description = "Root was asked for already.")
    private boolean elevated;

    RollbackCommand() {}

    RollbackCommand(@Nullable String run) {
        this.run = run;
    }

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        LocalMachine machine = LocalMachine.of(cli.environment());
        if (dryRun) {
            return preview(machine, cli);
        }
        if (!machine.isRoot()) {
            if (elevated) {
                throw LocalMachine.needsRoot("rollback", "it changes the system");
            }
            return asRoot(cli);
        }
        if (!yes && cli.terminal().isPresent() && !new Elevation(cli).agrees(question() + "?")) {
            cli.err().println("Nothing was changed.");
            return Exit.FINDINGS_LEFT.code();
        }
        try (ConsoleProgress progress = new ConsoleProgress(cli.err(), false, cli.columns(), cli.unicode())) {
            return rollback(machine, cli.out(), progress);
        }
    }

    private int asRoot(Cli cli) throws IOException, UserException {
        List<String> arguments = new ArrayList<>(List.of("rollback", "--elevated", "--yes"));
        if (force) {
            arguments.add("--force");
        }
        if (json) {
            arguments.add("--json");
        }
        if (run != null) {
            arguments.addAll(List.of("--", run));
        }
        return new Elevation(cli).run(question() + " as root?", yes, arguments);
    }

    private String question() {
        return "Take " + (run == null ? "the last run" : "run " + run) + " back";
    }

    private int preview(LocalMachine machine, Cli cli) throws IOException, UserException {
        try {
            return preview(machine, cli.out(), cli.columns());
        } catch (AccessDeniedException e) {
            throw LocalMachine.needsRoot("rollback --dry-run", "only root may read " + e.getFile());
        }
    }

    int preview(LocalMachine machine, PrintStream out, int columns) throws IOException, UserException {
        Optional<String> id = toTakeBack(machine.journals());
        if (id.isEmpty()) {
            out.println(json ? Json.pretty(ApplyOutcome.nothing()) : "nothing to take back");
            return Exit.OK.code();
        }
        var plan = machine.journals().open(id.get()).state().run().plan();
        Preview preview = machine.applier().previewBack(id.get());
        out.print(
                json
                        ? Json.pretty(PreviewText.Document.of(plan, preview)) + "\n"
                        : PreviewText.render(preview, plan, false, columns));
        return (preview.fits() ? Exit.OK : Exit.CANNOT).code();
    }

    int rollback(LocalMachine machine, PrintStream out, Progress progress) throws IOException, UserException {
        Optional<String> id = toTakeBack(machine.journals());
        if (id.isEmpty()) {
            out.println(json ? Json.pretty(ApplyOutcome.nothing()) : "nothing to take back");
            return Exit.OK.code();
        }
        ApplyResult result = LocalTune.rollback(machine.applier(), id.get(), force, progress);
        if (json) {
            out.println(Json.pretty(ApplyOutcome.document(result)));
        }
        ApplyOutcome.takenBackOrFailure(result);
        if (!json) {
            out.println("rolled back: " + id.get());
        }
        return Exit.OK.code();
    }

    private Optional<String> toTakeBack(Journals journals) throws IOException, UserException {
        try {
            return run == null
                    ? journals.latestToTakeBack().map(Journal::id)
                    : Optional.of(open(journals, run).id());
        } catch (UnreadableRunException e) {
            throw new UserException(Exit.CANNOT, String.valueOf(e.getMessage()), e.nextStep(), e);
        }
    }

    /// The run that somebody means.
    ///
    /// @throws UserException if there is none, with those that may have been meant
    static Journal open(Journals journals, String given) throws IOException, UserException {
        try {
            return journals.open(journals.find(given));
        } catch (NoSuchRunException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    String.valueOf(e.getMessage()),
                    e.similar().isEmpty()
                            ? "see the runs there are with: nptune history"
                            : "did you mean: " + String.join(", ", e.similar()) + "?",
                    e);
        }
    }
}
