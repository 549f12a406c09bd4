package dev.nptune.cli;

import dev.nptune.doctor.Doctor;
import dev.nptune.host.Host;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.NewVm;
import dev.nptune.plan.NewVmPlanner;
import dev.nptune.plan.Plan;
import dev.nptune.plan.PlanDiff;
import dev.nptune.plan.PlanResult;
import dev.nptune.plan.Planner;
import dev.nptune.plan.Refusal;
import dev.nptune.plan.Request;
import dev.nptune.plan.WhatIf;
import dev.nptune.plan.WhatIf.Alternative;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        header = {
            "Examples:",
            "  nptune plan win10               what would be done for a VM, and why",
            "  nptune plan win10 --diff        exactly what would change",
            "  nptune plan win10 -o plan.json  to review, keep or apply",
            "  nptune plan win10 --vcpus 12 --memory 16G --keep disk,network --for latency",
            "  nptune plan win10 --what-if vcpus=6 --what-if npt=0",
            "  nptune plan --new win11 --iso Win11.iso --iso virtio-win.iso --disk win11.qcow2 --gpu auto",
            ""
        },
        description = "Shows what would be done for a VM, and why. Changes nothing.")
final class PlanCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Mixin
    private HostOption place = new HostOption();

    @Mixin
    private VmParameter vm = new VmParameter();

    @Mixin
    private RequestOptions request = new RequestOptions();

    @Mixin
    private NewVmOptions newVm = new NewVmOptions();

    @Option(names = "--diff", description = "Show exactly what would change, file by file, XML by XML.")
    private boolean diff;

    @Option(
            names = "--what-if",
            arity = "0..1",
            fallbackValue = Alternatives.NONE,
            paramLabel = "KEY=VALUE",
            description = "Compare layouts and settings instead: vcpus=N, memory=SIZE, for=GOAL, npt=0, pages=4K, ..."
                    + " May be given several times. Without KEY=VALUE, and after the VM's name: the VM's layout, the"
                    + " planned one and the usual ones alone.")
    private List<String> whatIf = List.of();

    @Option(names = "--json", description = "Print the plan, or the comparison, as JSON.")
    private boolean json;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the plan as JSON, for 'nptune apply'.")
    private @Nullable Path output;

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        List<Alternative> alternatives = Alternatives.parse(whatIf);
        if (!whatIf.isEmpty() && (diff || output != null)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--what-if compares, and makes no plan to show as a diff or to write",
                    "leave out --diff and -o, or --what-if");
        }
        request.request(); // what is wrong with it is wrong on any machine
        if (newVm.isAsked()) {
            refuseWithNew(alternatives);
        } else {
            newVm.refuseWithoutName();
        }
        ReadableMachine machine = place.readable("plan", cli);
        boolean here = place.place() == HostOption.Place.LOCAL;
        Host host = machine.scan();
        Request asked = request.request(host, here ? StoredLatencies.of(cli.environment()) : null);
        if (newVm.isAsked()) {
            NewVm wish = newVm.wish(asked, here, host);
            finish(cli, planOrRefusal(NewVmPlanner.plan(host, wish, machine.moduleFiles(host))));
            return 0;
        }
        Domain domain = machine.domain(vm.name());
        if (!whatIf.isEmpty()) {
            compare(
                    cli,
                    WhatIf.of(
                            host,
                            domain,
                            Doctor.examine(host, domain),
                            machine.moduleFiles(host),
                            asked,
                            alternatives));
            return 0;
        }
        Plan plan = planOrRefusal(
                Planner.plan(host, domain, Doctor.examine(host, domain), machine.moduleFiles(host), asked));
        finish(cli, plan);
        return 0;
    }

    private void compare(Cli cli, WhatIf comparison) {
        String text =
                json ? Json.pretty(comparison) + "\n" : WhatIfText.render(comparison, cli.columns(), cli.unicode());
        cli.out().print(text);
    }

    private void refuseWithNew(List<Alternative> alternatives) throws UserException {
        if (vm.name() != null || !alternatives.isEmpty() || !whatIf.isEmpty() || request.keeps()) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "with --new, a VM's name, --what-if and --keep mean nothing: there is no VM yet",
                    "leave them out");
        }
    }

    private void finish(Cli cli, Plan plan) throws UserException {
        if (output != null) {
            write(plan, output);
        }
        if (json) {
            cli.out().println(Json.pretty(plan));
        } else if (diff) {
            cli.out().print(PlanDiff.render(plan));
        } else {
            cli.out().print(PlanText.render(plan, cli.columns()));
        }
        if (!json && !plan.changes().isEmpty()) {
            cli.err()
                    .println(
                            output == null
                                    ? "keep it with -o plan.json, see every change with --diff; nothing was changed"
                                    : "apply it with: nptune apply " + Printable.line(output.toString()));
        }
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
