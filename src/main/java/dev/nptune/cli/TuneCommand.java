package dev.nptune.cli;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Plan;
import dev.nptune.plan.Request;
import dev.nptune.report.TuneDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune tune`: the whole way.
@Command(
        name = "tune",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune tune --host lab          on an emulated machine; changes nothing here",
            "  nptune tune win10               on this machine: shows the plan, asks, applies",
            "  nptune tune win10 --yes --start",
            ""
        },
        description = "Scans, diagnoses, plans and applies; in the lab also measures bare metal, before and after.")
final class TuneCommand implements Callable<Integer> {
    private static final int DEFAULT_LIMIT = 900;

    @ParentCommand
    private @Nullable Cli cli;

    @Mixin
    private HostOption host = new HostOption();

    @Mixin
    private VmParameter vm = new VmParameter();

    @Option(
            names = {"-y", "--yes"},
            description = "Apply without asking.")
    private boolean yes;

    @Option(names = "--start", description = "Start the VM afterwards; roll back if it does not start.")
    private boolean start;

    @Option(
            names = "--virtio-disk",
            description = "Move a Windows guest's disks to virtio: its viostor driver is installed.")
    private boolean virtioDisk;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Option(names = "--install", description = "Lab: install missing Debian packages (as root).")
    private boolean install;

    @Option(
            names = "--lab-limit",
            paramLabel = "SECONDS",
            description = "Lab: end a machine that takes longer (default: " + DEFAULT_LIMIT + ").")
    private @Nullable Integer labLimit;

    @Option(names = "--lab-kernel", paramLabel = "FILE.deb", description = "Lab: a Debian kernel package to boot.")
    private @Nullable Path labKernel;

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        int limit = Objects.requireNonNullElse(labLimit, DEFAULT_LIMIT);
        if (limit < 1) {
            throw new UserException(Exit.WRONG_USE, "--lab-limit " + limit + " is no time", "give seconds, 1 or more");
        }
        refuseWhatMeansNothing();
        TuneDocument document;
        try (ConsoleProgress progress = cli.progress()) {
            document = switch (host.place()) {
                case LAB ->
                    new LabTune(cli, progress).run(new LabTune.Options(Duration.ofSeconds(limit), labKernel, install));
                case LOCAL ->
                    new LocalTune(LocalMachine.of(cli.environment()), progress)
                            .run(
                                    vm.name(),
                                    Request.DEFAULT.withVirtioDisk(virtioDisk),
                                    (plan, diff) -> agreed(cli, progress, plan, diff),
                                    start,
                                    failed -> {
                                        if (json) {
                                            cli.out().println(Json.pretty(failed));
                                        }
                                    });
                case SSH, SNAPSHOT -> throw host.cannotChange("tune");
            };
        }
        boolean declined = document.journal().isEmpty() && !document.changes().isEmpty();
        if (declined) {
            cli.err().println("Nothing was changed.");
        }
        if (declined && !json) {
            return Exit.FINDINGS_LEFT.code();
        }
        cli.out().print(json ? Json.pretty(document) + "\n" : TuneText.render(document, cli.columns(), cli.unicode()));
        return (document.left() == 0 ? Exit.OK : Exit.FINDINGS_LEFT).code();
    }

    /// Fails if something was asked for that counts only at the other place.
    private void refuseWhatMeansNothing() throws UserException {
        List<String> given = new ArrayList<>();
        boolean lab = host.place() == HostOption.Place.LAB;
        if (lab) {
            add(given, vm.name() != null, "the VM's name");
            add(given, yes, "--yes");
            add(given, start, "--start");
            add(given, virtioDisk, "--virtio-disk");
        } else {
            add(given, install, "--install");
            add(given, labLimit != null, "--lab-limit");
            add(given, labKernel != null, "--lab-kernel");
        }
        if (!given.isEmpty()) {
            String what = String.join(", ", given);
            throw new UserException(
                    Exit.WRONG_USE,
                    lab
                            ? "with --host lab, this means nothing: " + what
                            : "without --host lab, this means nothing: " + what,
                    lab
                            ? "leave it out: the lab has a VM of its own, and changes nothing on this machine"
                            : "leave it out, or add --host lab");
        }
    }

    private static void add(List<String> given, boolean isGiven, String what) {
        if (isGiven) {
            given.add(what);
        }
    }

    private boolean agreed(Cli cli, ConsoleProgress progress, Plan plan, String diff) {
        cli.err().println();
        cli.err().println(Printable.lines(diff));
        plan.notes().forEach(note -> cli.err().println("note: " + Printable.lines(note)));
        if (yes) {
            return true;
        }
        if (cli.terminal().isEmpty()) {
            progress.note("this is the plan; apply it with --yes");
            return false;
        }
        return new Elevation(cli).agrees("Apply " + Plural.of(plan.changes().size(), "change") + "?");
    }
}
