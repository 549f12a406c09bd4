package dev.nptune.cli;

import dev.nptune.apply.Journal;
import dev.nptune.apply.Journals;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune history`: the runs so far.
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        header = {"Examples:", "  sudo nptune history", ""},
        description = "Lists the runs that changed this machine, latest first.")
final class HistoryCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Option(names = "--json", description = "Print the runs as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        return print(LocalMachine.of(cli.environment()), cli.out(), cli.err());
    }

    int print(LocalMachine machine, PrintStream out, PrintStream err) throws IOException, UserException {
        Journals.Listing listing;
        try {
            listing = machine.journals().list();
        } catch (AccessDeniedException e) {
            throw LocalMachine.needsRoot("history", "only root may read " + e.getFile());
        }
        if (json) {
            out.println(Json.pretty(Map.of(
                    "runs",
                    listing.journals().stream().map(HistoryCommand::asJson).toList(),
                    "unreadable",
                    listing.unreadable().stream()
                            .map(Journals.Unreadable::reason)
                            .toList())));
            return 0;
        }
        listing.journals().forEach(j -> out.println(j.id() + "  " + j.state().label()));
        listing.unreadable().forEach(u -> {
            err.println(Printable.lines(u.id() + "  unreadable: " + u.reason()));
            if (!u.beganNothing()) {
                err.println(Printable.lines("  next: " + u.nextStep()));
            }
        });
        if (listing.journals().isEmpty() && listing.unreadable().isEmpty()) {
            out.println("no runs yet");
        }
        return 0;
    }

    private static Map<String, String> asJson(Journal journal) {
        return Map.of(
                "run",
                journal.id(),
                "state",
                journal.state().label(),
                "folder",
                journal.folder().toString());
    }
}
