package dev.nptune.cli;

import dev.nptune.host.RunningVm;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.watch.Live;
import dev.nptune.watch.LiveView;
import dev.nptune.watch.TraceUnavailable;
import dev.nptune.watch.screen.WatchScreen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune watch`: what the host does to a VM, now.
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune watch win10                       until q or Ctrl-C",
            "  nptune watch win10 --interval 5s",
            "  nptune watch win10 --once --json         one interval, for programs",
            ""
        },
        description = "Shows while a VM runs where its vCPUs are, what else runs on their CPUs, run delay, migrations,"
                + " exits, page faults, interrupts and huge pages. Where the terminal cannot be drawn on, lines are"
                + " printed instead. A + behind a CPU says that several vCPUs ran there.")
final class WatchCommand implements Callable<Integer> {
    private static final Duration SHORTEST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    @ParentCommand
    private @Nullable Cli cli;

    @Mixin
    private RunningVmParameter vm = new RunningVmParameter();

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            description = "How long to look before showing (default: ${DEFAULT-VALUE}).",
            defaultValue = "1s")
    private String interval = "1s";

    @Option(
            names = "--trace",
            description = "Count exits by reason too, as root. The kernel counts at each exit, so each takes a little"
                    + " longer.")
    private boolean trace;

    @Option(names = "--once", description = "Show one interval and end.")
    private boolean once;

    @Option(names = "--json", description = "With --once: print it as JSON.")
    private boolean json;

    @Override
    public Integer call() throws UserException, InterruptedException {
        Cli cli = Objects.requireNonNull(this.cli);
        Duration pause = pause();
        if (json && !once) {
            throw new UserException(Exit.WRONG_USE, "--json is for one interval", "give --once --json");
        }
        RunningVm running = vm.find();
        if (once) {
            return once(running, pause, cli);
        }
        String name = running.name().orElse(Integer.toString(running.pid()));
        WatchRun run = new WatchRun(() -> RunningVmParameter.findAgain(running), this::open, name, pause);
        if (cli.drawsOnResults()) {
            run.draw(cli);
        } else {
            run.print(cli);
        }
        return Exit.OK.code();
    }

    private Duration pause() throws UserException {
        Duration pause = Durations.parse("--interval", interval);
        if (pause.compareTo(SHORTEST) < 0 || pause.compareTo(LONGEST) > 0) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--interval " + Printable.line(interval) + " is out of range",
                    "give one from 0.2s to 10m");
        }
        return pause;
    }

    private Live open(RunningVm running) throws UserException {
        try {
            return Live.open(Path.of("/"), running.pid(), running.name().orElse(""), vm.exits(running), trace);
        } catch (TraceUnavailable e) {
            throw RecordCommand.cannotTrace(e);
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot watch process " + running.pid() + ": " + Printable.line(IoReason.withFile(e)),
                    "look whether it still runs, and at the socket named by --qmp",
                    e);
        }
    }

    private int once(RunningVm running, Duration pause, Cli cli) throws UserException, InterruptedException {
        try (Live live = open(running)) {
            Thread.sleep(pause);
            Optional<LiveView> view = live.next();
            if (view.isEmpty()) {
                throw new UserException(Exit.CANNOT, "the VM has ended meanwhile", "start it, and try again");
            }
            cli.out()
                    .print(
                            json
                                    ? Json.pretty(view.get()) + "\n"
                                    : WatchScreen.whole(view.get(), cli.columns(), cli.unicode())
                                            .text());
            return Exit.OK.code();
        }
    }
}
