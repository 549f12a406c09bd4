package dev.nptune.cli;

import dev.nptune.apply.ApplyResult;
import dev.nptune.apply.Journal;
import dev.nptune.apply.Journals;
import dev.nptune.apply.NoSuchRunException;
import dev.nptune.apply.UnreadableRunException;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
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
        header = {"Examples:", "  sudo nptune rollback", "  sudo nptune rollback 20260501-101500-3f", ""},
        description = "Takes the changes of a run back, byte for byte.")
final class RollbackCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "RUN",
            description = "The run's name; if not given, the last one that is in force.")
    private @Nullable String run;

    @Option(names = "--force", description = "Overwrite what somebody else has changed since.")
    private boolean force;

    @Option(names = "--json", description = "Print how it ended as JSON.")
    private boolean json;

    RollbackCommand() {}

    RollbackCommand(@Nullable String run) {
        this.run = run;
    }

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        LocalMachine machine = LocalMachine.of(cli.environment());
        machine.requireRoot("rollback", "it changes the system");
        try (ConsoleProgress progress = new ConsoleProgress(cli.err(), false, cli.columns(), cli.unicode())) {
            return rollback(machine, cli.out(), progress);
        }
    }

    int rollback(LocalMachine machine, PrintStream out, Progress progress) throws IOException, UserException {
        Optional<String> id = toTakeBack(machine.journals());
        if (id.isEmpty()) {
            out.println(json ? Json.pretty(Map.of("rolledBack", "")) : "nothing to take back");
            return Exit.OK.code();
        }
        ApplyResult result = LocalTune.rollback(machine.applier(), id.get(), force, progress);
        if (json && !(result instanceof ApplyResult.RolledBack)) {
            out.println(Json.pretty(ApplyOutcome.document(result)));
        }
        ApplyOutcome.takenBackOrFailure(result);
        out.println(json ? Json.pretty(Map.of("rolledBack", id.get())) : "rolled back: " + id.get());
        return Exit.OK.code();
    }

    private Optional<String> toTakeBack(Journals journals) throws IOException, UserException {
        try {
            return run == null
                    ? journals.latestToTakeBack().map(Journal::id)
                    : Optional.of(journals.open(run).id());
        } catch (NoSuchRunException e) {
            throw new UserException(
                    Exit.WRONG_USE, String.valueOf(e.getMessage()), "see the runs there are with: nptune history", e);
        } catch (UnreadableRunException e) {
            throw new UserException(Exit.CANNOT, String.valueOf(e.getMessage()), e.nextStep(), e);
        }
    }
}
