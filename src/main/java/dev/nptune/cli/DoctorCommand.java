package dev.nptune.cli;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Doctor;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune doctor`: what is wrong with a VM.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune doctor win10",
            "  nptune doctor win10 --json",
            "  nptune doctor win10.xml --host host.tar.gz",
            ""
        },
        description = "Finds what makes a VM slow, stuttering, broken or unsafe, with evidence and fix.")
final class DoctorCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Mixin
    private HostOption place = new HostOption();

    @Mixin
    private VmParameter vm = new VmParameter();

    @Option(names = "--json", description = "Print the diagnosis as JSON.")
    private boolean json;

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        ReadableMachine machine = place.readable("doctor", cli);
        Diagnosis diagnosis = Doctor.examine(machine.scan(), machine.domain(vm.name()));
        cli.out()
                .print(
                        json
                                ? Json.pretty(diagnosis) + "\n"
                                : Printable.lines(DoctorText.render(diagnosis, cli.columns())));
        return (diagnosis.findings().isEmpty() ? Exit.OK : Exit.FINDINGS_LEFT).code();
    }
}
