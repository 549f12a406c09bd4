package dev.nptune.cli;

import dev.nptune.apply.Journals;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Printable;
import java.io.IOException;
import java.util.List;
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
        description = "Lists the runs that changed this machine, oldest first.")
final class HistoryCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Option(names = "--json", description = "Print the runs as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Cli cli = Objects.requireNonNull(this.cli);
        Journals.Listing listing = LocalMachine.of(cli.environment()).journals().list();
        if (json) {
            List<Map<String, String>> runs = listing.journals().stream()
                    .map(j -> Map.of(
                            "run",
                            j.id(),
                            "state",
                            j.state().label(),
                            "folder",
                            j.folder().toString()))
                    .toList();
            cli.out().println(Json.pretty(Map.of("runs", runs, "unreadable", listing.unreadable().stream().map(Journals.Unreadable::reason).toList())));
            return 0;
        }
        listing.journals()
                .forEach(j -> cli.out().println(j.id() + "  " + j.state().label()));
        listing.unreadable().forEach(what -> cli.err().println(Printable.lines("cannot read: " + what.reason())));
        if (listing.journals().isEmpty()) {
            cli.out().println("no runs yet");
        }
        return 0;
    }
}
