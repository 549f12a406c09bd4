package dev.nptune.cli;

import dev.nptune.doctor.Diagnoses;
import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Doctor;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.source.NoMachine;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.report.DoctorMarkdown;
import dev.nptune.vm.Domain;
import dev.nptune.vm.QemuDomain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune doctor`: what is wrong with a machine and its VMs.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune doctor                      this machine and all its VMs",
            "  nptune doctor win10                one VM",
            "  nptune doctor win10.xml            an XML alone; the host stays unknown",
            "  nptune doctor win10.xml --host host.tar.gz",
            "  nptune doctor --qemu-args start.sh a QEMU command line: script, log, /proc/PID/cmdline",
            "  nptune doctor win10 --markdown     for a post in a forum",
            ""
        },
        description = "Finds what makes a VM slow, stuttering, broken or unsafe, with evidence and fix.")
final class DoctorCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Mixin
    private HostOption place = new HostOption();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "VM",
            description = "A libvirt domain, or a file with its XML; without it, the machine and all its VMs.")
    private @Nullable String vm;

    @Option(
            names = "--qemu-args",
            paramLabel = "FILE",
            description = "Look at a QEMU command line: a script, a log, /proc/PID/cmdline, or - for standard input.")
    private @Nullable String qemuArgs;

    @Option(
            names = "--inspection",
            paramLabel = "FILE",
            description = "Take into account what the VM's page tables said: what 'nptune inspect -o FILE' wrote.")
    private @Nullable Path inspection;

    @ArgGroup
    private @Nullable Form form;

    /// How the result is written.
    static final class Form {
        @Option(names = "--json", description = "Print the diagnosis as JSON.")
        private boolean json;

        @Option(names = "--markdown", description = "Print the diagnosis as Markdown, for a post in a forum.")
        private boolean markdown;
    }

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        Diagnoses diagnoses = Diagnoses.of(diagnose(cli));
        cli.out().print(write(diagnoses, cli));
        return (diagnoses.anythingToDo() ? Exit.FINDINGS_LEFT : Exit.OK).code();
    }

    private String write(Diagnoses diagnoses, Cli cli) {
        if (form != null && form.json) {
            return Json.pretty(diagnoses) + "\n";
        }
        return form != null && form.markdown
                ? DoctorMarkdown.render(diagnoses)
                : Printable.lines(DoctorText.render(diagnoses, cli.columns()));
    }

    private List<Diagnosis> diagnose(Cli cli) throws UserException {
        String name = vm;
        if (inspection != null && (qemuArgs != null || (name != null && name.endsWith(".xml") && !place.given()))) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--inspection is about a machine's VM, not about a command line or an XML alone",
                    "name the VM, as in: nptune doctor win10 --inspection inspection.json");
        }
        if (qemuArgs != null) {
            if (name != null) {
                throw new UserException(
                        Exit.WRONG_USE,
                        "a VM and --qemu-args at once: which one?",
                        "leave out '" + Printable.line(name) + "' or --qemu-args");
            }
            return List.of(diagnoseArguments(qemuArgs, cli));
        }
        if (name != null && name.endsWith(".xml") && !place.given()) {
            Domain domain = ReadableMachine.fromFile(Path.of(name));
            return List.of(Doctor.examine(unknownHost("a VM's XML"), domain));
        }
        ReadableMachine machine = place.readable("doctor", cli);
        Host host = inspection == null
                ? machine.scan()
                : machine.scan().withInspected(InspectionFile.read(inspection, name));
        if (name != null) {
            return List.of(Doctor.examine(host, machine.domain(name)));
        }
        return machine(host, machine, cli);
    }

    /// The machine and all its VMs; the only one there is together with it.
    private static List<Diagnosis> machine(Host host, ReadableMachine machine, Cli cli) {
        if (host.virtualization().domains().size() < 2) {
            List<Domain> domains = DefinedDomains.each(host, machine, cli.err(), domain -> domain);
            if (domains.isEmpty()) {
                return List.of(Doctor.examineHostAlone(host));
            }
            if (domains.size() == 1) {
                return List.of(Doctor.examine(host, domains.getFirst()));
            }
            return all(
                    host,
                    domains.stream()
                            .map(domain -> Doctor.examineDomain(host, domain))
                            .toList());
        }
        return all(host, DefinedDomains.each(host, machine, cli.err(), domain -> Doctor.examineDomain(host, domain)));
    }

    private static List<Diagnosis> all(Host host, List<Diagnosis> domains) {
        List<Diagnosis> all = new ArrayList<>(List.of(Doctor.examineHost(host)));
        all.addAll(domains);
        return all;
    }

    /// A running QEMU is this machine's, and its threads tell where they may run.
    private Diagnosis diagnoseArguments(String file, Cli cli) throws UserException {
        QemuDomain qemu = QemuArgs.read(file, System.in);
        OptionalInt pid = QemuArgs.pid(file);
        if (pid.isEmpty() && !place.given()) {
            return QemuArgs.inArguments(Doctor.examine(unknownHost("a QEMU command line"), qemu.domain()), qemu);
        }
        Host host = place.readable("doctor", cli).scan();
        QemuDomain placed = pid.isEmpty() ? qemu : QemuArgs.placed(qemu, host, pid.getAsInt());
        return QemuArgs.inArguments(Doctor.examine(host, placed.domain()), placed);
    }

    private static Host unknownHost(String given) {
        return HostReader.read(NoMachine.because(
                "nothing but " + given + " was given; add --host local, or --host with a snapshot of the machine"));
    }
}
