package dev.nptune.cli;

import dev.nptune.doctor.Doctor;
import dev.nptune.host.Host;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Plan;
import dev.nptune.plan.PlanDiff;
import dev.nptune.plan.PlanResult;
import dev.nptune.plan.Planner;
import dev.nptune.plan.Refusal;
import dev.nptune.plan.Request;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune plan`: what would be changed.
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        header = {"Examples:", "  nptune plan win10", "  nptune plan win10 -o plan.json", ""},
        description = "Shows what would be changed for a VM, as a diff. Changes nothing.")
final class PlanCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Mixin
    private HostOption place = new HostOption();

    @Mixin
    private VmParameter vm = new VmParameter();

    @Option(
            names = "--virtio-disk",
            description = "Move a Windows guest's disks to virtio: its viostor driver is installed.")
    private boolean virtioDisk;

    @Option(names = "--json", description = "Print the plan as JSON.")
    private boolean json;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the plan as JSON, for 'nptune apply'.")
    private @Nullable Path output;

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        ReadableMachine machine = place.readable("plan", cli);
        Host host = machine.scan();
        Domain domain = machine.domain(vm.name());
        Plan plan = planOrRefusal(Planner.plan(
                host,
                domain,
                Doctor.examine(host, domain),
                machine.moduleFiles(host),
                Request.DEFAULT.withVirtioDisk(virtioDisk)));
        if (output != null) {
            write(plan, output);
        }
        if (json) {
            cli.out().println(Json.pretty(plan));
        } else {
            cli.out().println(Printable.lines(PlanDiff.render(plan)));
            plan.notes()
                    .forEach(note ->
                            cli.out().print(Printable.lines(FindingText.wrap("note: " + note, cli.columns(), "  "))));
        }
        return 0;
    }

    /// @throws UserException if there is no plan
    static Plan planOrRefusal(PlanResult result) throws UserException {
        return switch (result) {
            case Plan plan -> plan;
            case Refusal(String reason, String next) -> throw new UserException(Exit.CANNOT, reason, next);
        };
    }

    static void write(Plan plan, Path output) throws UserException {
        try {
            Files.writeString(output, Json.pretty(plan) + "\n");
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot write the plan to " + output + ": " + IoReason.of(e),
                    "give a file in a folder that is there and can be written: nptune plan VM -o plan.json",
                    e);
        }
    }
}
