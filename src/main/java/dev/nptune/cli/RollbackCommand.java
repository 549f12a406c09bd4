package dev.nptune.cli;

import dev.nptune.apply.Applier;
import dev.nptune.apply.ApplyResult;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
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
            description = "The run's name; the last one if not given.")
    private @Nullable String run;

    @Option(names = "--force", description = "Overwrite what somebody else has changed since.")
    private boolean force;

    @Option(names = "--json", description = "Print how it ended as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        LocalMachine machine = LocalMachine.of(cli.environment());
        machine.requireRoot("rollback");
        Applier applier = machine.applier();
        try (ConsoleProgress progress = new ConsoleProgress(cli.err(), false, cli.columns(), cli.unicode())) {
            String id = run == null ? latest(machine) : run;
            ApplyResult result = applier.rollback(id, force, LocalTune.listener(progress));
            ApplyOutcome.takenBackOrFailure(result);
            cli.out().println(json ? Json.pretty(Map.of("rolledBack", id)) : "rolled back: " + id);
            return 0;
        }
    }

    private static String latest(LocalMachine machine) throws IOException, UserException {
        return machine.journals()
                .latest()
                .orElseThrow(() -> new UserException(
                        Exit.CANNOT, "there is no run to take back", "see the runs with: nptune history"))
                .id();
    }
}
