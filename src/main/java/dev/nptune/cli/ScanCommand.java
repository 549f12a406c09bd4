package dev.nptune.cli;

import dev.nptune.host.Host;
import dev.nptune.host.HostSchema;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune scan`: what a machine is.
@Command(
        name = "scan",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune scan                              this machine",
            "  nptune scan --host host.tar.gz           one that somebody gathered",
            "  nptune scan --host ssh://me@box          one behind SSH; nothing is installed there",
            "  nptune scan --json > host.json",
            ""
        },
        description = "Reads a machine and shows what matters for a VM.")
final class ScanCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Mixin
    private HostOption place = new HostOption();

    @Option(names = "--json", description = "Print the host as JSON.")
    private boolean json;

    @Option(names = "--schema", description = "Print the JSON Schema of --json; no machine is read.")
    private boolean schema;

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        if (schema) {
            cli.out().print(HostSchema.text());
            return 0;
        }
        Host host = place.readable("scan", cli).scan();
        cli.out().print(json ? Json.pretty(host) + "\n" : Printable.lines(ScanText.render(host, cli.columns())));
        return 0;
    }
}
