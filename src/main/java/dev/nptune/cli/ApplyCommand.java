package dev.nptune.cli;

import dev.nptune.apply.ApplyResult;
import dev.nptune.apply.Preview;
import dev.nptune.apply.Standing;
import dev.nptune.internal.ffm.FileSystemJournal;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Plan;
import dev.nptune.plan.PlanDiff;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune apply`: carries out a plan made earlier.
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune apply plan.json --dry-run   every file and command line, nothing done",
            "  nptune apply plan.json --rehearse  on an emulated machine first",
            "  nptune apply plan.json             shows it, asks, and does it as root",
            "  nptune rollback                    takes it back",
            ""
        },
        description = "Carries out a plan that 'nptune plan -o' wrote; all of it or nothing.")
final class ApplyCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Parameters(index = "0", paramLabel = "PLAN", description = "The plan's file.")
    private Path file = Path.of("");

    @Option(names = "--dry-run", description = "Show what would be done, and what is against it. Changes nothing.")
    private boolean dryRun;

    @Option(
            names = "--rehearse",
            description = "Apply it and take it back on an emulated machine, and compare. Changes nothing here.")
    private boolean rehearse;

    @Option(names = "--diff", description = "Show exactly what changes, before it is asked for.")
    private boolean diff;

    @Option(
            names = {"-y", "--yes"},
            description = "Apply without asking.")
    private boolean yes;

    @Option(names = "--json", description = "Print how it ended as JSON.")
    private boolean json;

    @Option(names = "--digest", hidden = true, description = "The plan's SHA-256 when it was looked at.")
    private @Nullable String digest;

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        if (dryRun && rehearse) {
            throw new UserException(
                    Exit.WRONG_USE, "--dry-run and --rehearse are two ways to try a plan", "choose one of them");
        }
        PlanFile read = PlanFile.read(file, digest);
        Plan plan = read.plan();
        if (rehearse) {
            return new RehearseRun(cli).run(plan, json);
        }
        LocalMachine machine = LocalMachine.of(cli.environment());
        boolean root = machine.isRoot();
        if (dryRun) {
            return preview(cli, machine.applier().preview(plan, root), plan);
        }
        if (plan.changes().isEmpty()) {
            cli.out()
                    .println(
                            json
                                    ? Json.pretty(ApplyDocument.of(new ApplyResult.AlreadyApplied("")))
                                    : "the plan has no changes; nothing to do");
            return Exit.OK.code();
        }
        if (root) {
            if (agreed(cli, plan)) {
                return apply(cli, machine, plan);
            }
            cli.err().println("Nothing was changed.");
            return Exit.FINDINGS_LEFT.code();
        }
        if (digest != null) {
            throw LocalMachine.needsRoot("apply", "it changes the system");
        }
        return asRoot(cli, read);
    }

    private int preview(Cli cli, Preview preview, Plan plan) throws UserException {
        cli.out()
                .print(
                        json
                                ? Json.pretty(PreviewDocument.of(plan, preview)) + "\n"
                                : PreviewText.render(preview, plan, diff, cli.columns()));
        if (!preview.nextStep().isEmpty()) {
            cli.err().println("  next: " + Printable.lines(preview.nextStep()));
        }
        return (preview.fits() ? Exit.OK : Exit.CANNOT).code();
    }

    /// Whether it is to be done: root at a terminal is asked as everybody is; a script is not.
    private boolean agreed(Cli cli, Plan plan) {
        if (digest != null || cli.terminal().isEmpty()) {
            return true;
        }
        show(cli, plan);
        return yes || new Elevation(cli).agrees(question(plan) + "?");
    }

    private void show(Cli cli, Plan plan) {
        cli.err().print(PlanText.changes(plan, cli.columns()));
        if (diff) {
            cli.err().println();
            cli.err().print(PlanDiff.render(plan));
        } else {
            cli.err().println("--diff shows what is written.");
        }
        cli.err().println();
    }

    private static String question(Plan plan) {
        int changes = plan.changes().size();
        return "Apply " + (changes == 1 ? "this change" : "these " + changes + " changes");
    }

    private int apply(Cli cli, LocalMachine machine, Plan plan) throws IOException, UserException {
        ApplyResult result;
        String journal;
        try (ConsoleProgress progress = new ConsoleProgress(cli.err(), false, cli.columns(), cli.unicode())) {
            result = LocalTune.carryOut(machine.applier(), plan, progress);
            if (json) {
                cli.out().println(Json.pretty(ApplyDocument.of(result)));
            }
            journal = ApplyOutcome.journalOrFailure(result);
        }
        if (!json) {
            cli.out()
                    .println(
                            result instanceof ApplyResult.AlreadyApplied
                                    ? "already applied by run " + journal + "; nothing to do"
                                    : "applied; take it back with: nptune rollback " + journal);
            if (result instanceof ApplyResult.Committed && Standing.waitsForReboot(plan)) {
                cli.out()
                        .println("Some of it counts from the next boot: boot the machine again. Afterwards 'nptune"
                                + " history' says whether it came up well.");
                if (bootIsOnRootsXfs()) {
                    cli.out()
                            .println(
                                    "Do not cut its power before: /boot is on the XFS of /, whose journal no boot loader"
                                            + " reads, and only a shutdown empties it.");
                }
            }
        }
        return Exit.OK.code();
    }

    private static boolean bootIsOnRootsXfs() {
        try {
            return FileSystemJournal.needsShutdown(Path.of("/boot"));
        } catch (IOException _) {
            return false; // there is no /boot
        }
    }

    private int asRoot(Cli cli, PlanFile read) throws IOException, UserException {
        if (cli.terminal().isEmpty()) {
            throw new UserException(
                    Exit.CANNOT,
                    "'nptune apply' needs root: it changes the system",
                    "run it again with sudo: sudo nptune apply " + Printable.brief(file.toString(), 400));
        }
        Plan plan = read.plan();
        show(cli, plan);
        List<String> arguments = new ArrayList<>(List.of("apply", "--digest", read.digest(), "--yes"));
        if (json) {
            arguments.add("--json");
        }
        arguments.add(file.toAbsolutePath().normalize().toString());
        return new Elevation(cli).run(question(plan) + " as root?", yes, arguments);
    }
}
