package dev.nptune.cli;

import dev.nptune.apply.ApplyResult;
import dev.nptune.apply.Journal;
import dev.nptune.apply.Journals;
import dev.nptune.apply.NoSuchRunException;
import dev.nptune.apply.Preview;
import dev.nptune.apply.Run;
import dev.nptune.apply.Standing;
import dev.nptune.apply.UnreadableRunException;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Plan;
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

    @Option(names = "--elevated", hidden = true, description = "Somebody who is not root began it.")
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
        try (ConsoleProgress progress = new ConsoleProgress(cli.err(), false, cli.columns(), cli.unicode())) {
            return rollback(machine, cli.out(), progress, journal -> agreed(cli, machine, journal));
        }
    }

    /// Which run it is only root can see, so that the question is asked there.
    private int asRoot(Cli cli) throws IOException, UserException {
        List<String> arguments = new ArrayList<>(List.of("rollback", "--elevated"));
        if (yes) {
            arguments.add("--yes");
        }
        if (force) {
            arguments.add("--force");
        }
        if (json) {
            arguments.add("--json");
        }
        if (run != null) {
            arguments.addAll(List.of("--", run));
        }
        String note = yes ? "" : "Only root can see the runs; you are asked before one is taken back.";
        return new Elevation(cli).runThatAsks(note, arguments);
    }

    /// Whether it is to be done: root at a terminal is asked as everybody is; a script is not.
    boolean agreed(Cli cli, LocalMachine machine, Journal journal) throws IOException {
        if (yes || (cli.terminal().isEmpty() && !elevated)) {
            return true;
        }
        cli.err().println(shown(machine, journal, cli.columns()));
        String over = force ? ", over what others have changed since" : "";
        boolean agrees = new Elevation(cli).agrees("Take run " + journal.id() + " back" + over + "?");
        if (!agrees) {
            cli.err().println("Nothing was changed.");
        }
        return agrees;
    }

    /// What run it is: when it was made, where it stands and what it did.
    static String shown(LocalMachine machine, Journal journal, int columns) throws IOException {
        Standing standing = machine.applier()
                .standings(machine.journals().list().journals())
                .of(journal);
        Run of = journal.state().run();
        return "Run " + journal.id() + ", " + HistoryText.local(of.at()) + ": "
                + HistoryText.words(standing, journal.id()).state() + "\n"
                + PlanText.changes(of.plan(), columns);
    }

    private int preview(LocalMachine machine, Cli cli) throws IOException, UserException {
        try {
            return preview(machine, cli.out(), cli.err(), cli.columns());
        } catch (AccessDeniedException e) {
            throw LocalMachine.needsRoot("rollback --dry-run", "only root may read " + e.getFile());
        }
    }

    int preview(LocalMachine machine, PrintStream out, PrintStream err, int columns) throws IOException, UserException {
        Optional<Journal> journal = toTakeBack(machine.journals());
        if (journal.isEmpty()) {
            out.println(json ? Json.pretty(ApplyDocument.nothing()) : "nothing to take back");
            return Exit.OK.code();
        }
        Plan plan = journal.get().state().run().plan();
        Preview preview = machine.applier().previewBack(journal.get().id(), force);
        out.print(
                json
                        ? Json.pretty(PreviewDocument.of(plan, preview)) + "\n"
                        : PreviewText.render(preview, plan, false, columns));
        if (!preview.nextStep().isEmpty()) {
            err.println("  next: " + Printable.lines(preview.nextStep()));
        }
        return (preview.fits() ? Exit.OK : Exit.CANNOT).code();
    }

    /// Something that asks whether a run is to be taken back.
    @FunctionalInterface
    interface Asking {
        boolean agreed(Journal journal) throws IOException;
    }

    int rollback(LocalMachine machine, PrintStream out, Progress progress, Asking asking)
            throws IOException, UserException {
        Optional<Journal> journal = toTakeBack(machine.journals());
        if (journal.isEmpty()) {
            out.println(json ? Json.pretty(ApplyDocument.nothing()) : "nothing to take back");
            return Exit.OK.code();
        }
        if (!asking.agreed(journal.get())) {
            return Exit.FINDINGS_LEFT.code();
        }
        String id = journal.get().id();
        ApplyResult result = LocalTune.rollback(machine.applier(), id, force, progress);
        if (json) {
            out.println(Json.pretty(ApplyDocument.of(result)));
        }
        ApplyOutcome.takenBackOrFailure(result);
        if (!json) {
            out.println("rolled back: " + id);
        }
        return Exit.OK.code();
    }

    private Optional<Journal> toTakeBack(Journals journals) throws IOException, UserException {
        try {
            return run == null ? journals.latestToTakeBack() : Optional.of(open(journals, run));
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
