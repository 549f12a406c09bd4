package dev.nptune.cli;

import dev.nptune.apply.Applier;
import dev.nptune.apply.Journals;
import dev.nptune.apply.UnreadableRunException;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune history`: the runs so far.
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  sudo nptune history",
            "  sudo nptune history 20260501          one run in full, with what it did",
            "  sudo nptune history 20260501 --diff   and what it changed",
            ""
        },
        description = "Lists the runs that changed this machine, latest first; with a name, one in full.")
final class HistoryCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Parameters(index = "0", arity = "0..1", paramLabel = "RUN", description = "A run's name or its beginning.")
    private @Nullable String run;

    @Option(names = "--diff", description = "With RUN: show what its plan changed.")
    private boolean diff;

    @Option(names = "--json", description = "Print the runs, or the run, as JSON.")
    private boolean json;

    HistoryCommand() {}

    HistoryCommand(@Nullable String run, boolean diff, boolean json) {
        this.run = run;
        this.diff = diff;
        this.json = json;
    }

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        return print(LocalMachine.of(cli.environment()), cli.out(), cli.err(), cli.columns());
    }

    int print(LocalMachine machine, PrintStream out, PrintStream err, int columns) throws IOException, UserException {
        if (run == null && diff) {
            throw new UserException(
                    Exit.WRONG_USE, "--diff shows what one run changed", "name it: nptune history RUN --diff");
        }
        try {
            if (run == null) {
                all(machine, out, err, columns);
            } else {
                one(machine, run, out, columns);
            }
            return Exit.OK.code();
        } catch (AccessDeniedException e) {
            throw LocalMachine.needsRoot("history", "only root may read " + e.getFile());
        }
    }

    private void one(LocalMachine machine, String given, PrintStream out, int columns)
            throws IOException, UserException {
        try {
            HistoryDocument.Detail detail = HistoryDocument.Detail.of(
                    machine.applier(),
                    machine.journals().list().journals(),
                    RollbackCommand.open(machine.journals(), given),
                    diff);
            out.print(json ? Json.pretty(detail) + "\n" : HistoryText.render(detail, columns));
        } catch (UnreadableRunException e) {
            throw new UserException(Exit.CANNOT, String.valueOf(e.getMessage()), e.nextStep(), e);
        }
    }

    private void all(LocalMachine machine, PrintStream out, PrintStream err, int columns) throws IOException {
        Applier applier = machine.applier();
        Journals.Listing listing = machine.journals().list();
        HistoryDocument.All all = HistoryDocument.all(applier, listing);
        if (json) {
            out.println(Json.pretty(all));
            return;
        }
        out.print(HistoryText.render(all, columns));
        all.unreadable().forEach(u -> {
            err.println(Printable.lines(u.run() + "  unreadable: " + u.reason()));
            if (!u.nextStep().isEmpty()) {
                err.println(Printable.lines("  next: " + u.nextStep()));
            }
        });
    }
}
