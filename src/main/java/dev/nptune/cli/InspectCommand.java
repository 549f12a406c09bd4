package dev.nptune.cli;

import dev.nptune.host.LiveVm;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.paging.inspect.Inspection;
import dev.nptune.paging.inspect.Inspector;
import dev.nptune.paging.inspect.Surroundings;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.type.PatVerdict;
import dev.nptune.paging.walk.TableRoot;
import dev.nptune.report.InspectDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune inspect`: what the page tables themselves say.
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune inspect --lab                     the VM of an emulated Ryzen",
            "  nptune inspect --dump host.mem           all VMs in a dump of a host's memory",
            "  nptune inspect --dump host.mem --host host.tar.gz --mtrr mtrr.txt",
            "  sudo nptune inspect --pid $(pidof qemu-system-x86_64)   a VM that runs here",
            "  nptune inspect --dump guest.elf --cr3 0x1000   the memory of one guest",
            ""
        },
        description = "Looks into page tables: the guest's PAT asked and in force, the memory types of passed-through"
                + " devices, page sizes in both dimensions and what keeps pages small.")
final class InspectCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Mixin
    private HostOption place = new HostOption();

    @Mixin
    private InspectOptions options = new InspectOptions();

    /// What is looked at.
    static final class Source {
        @Option(
                names = "--dump",
                paramLabel = "FILE",
                description = "Physical memory: an ELF core (virsh dump --memory-only, QEMU's dump-guest-memory"
                        + " without paging) or a raw image in which an address is its place in the file.")
        private @Nullable Path dump;

        @Option(names = "--lab", description = "Boot an emulated Ryzen, start its VM and look at that.")
        private boolean lab;

        @Option(
                names = "--pid",
                paramLabel = "PID",
                description = "A running QEMU on this machine: KVM's own counts and what its memory is made of.")
        private @Nullable Integer pid;
    }

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        options.check(source.lab);
        if (source.pid != null) {
            return live(source.pid, cli);
        }
        if (source.lab) {
            if (place.given()) {
                throw new UserException(
                        Exit.WRONG_USE, "--lab has a host of its own", "leave out --host, or give --dump");
            }
            return lab(cli);
        }
        Path file = Objects.requireNonNull(source.dump);
        try (PhysicalMemory memory = PhysicalMemory.open(file)) {
            String name = Printable.line(file.toString());
            Surroundings host = options.surroundings(
                    place.given() ? place.readable("inspect", cli).scan() : null);
            return options.cr3() == null ? guests(name, memory, host, cli) : tables(name, memory, host, cli);
        }
    }

    private int live(int pid, Cli cli) throws UserException {
        try {
            LiveVm vm = LiveVm.read(Path.of("/"), pid);
            cli.out()
                    .print(
                            options.json()
                                    ? Json.pretty(vm) + "\n"
                                    : Printable.lines(InspectLiveText.render(vm, cli.columns(), cli.unicode())));
            return Exit.OK.code();
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot look at process " + pid + ": " + Printable.line(String.valueOf(e.getMessage())),
                    "find QEMU's with: pgrep -a qemu",
                    e);
        }
    }

    private int lab(Cli cli) throws UserException {
        try (LabInspect lab = LabInspect.boot(cli, options)) {
            try (PhysicalMemory memory = PhysicalMemory.open(lab.dump())) {
                return guests("the lab's host", memory, lab.surroundings(), cli);
            }
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT, "the lab cannot be used: " + IoReason.of(e), "check the disk and run it again", e);
        }
    }

    private int guests(String name, PhysicalMemory memory, Surroundings host, Cli cli) throws UserException {
        Inspection inspection = Inspector.inspect(memory, host);
        InspectDocument document = InspectDocument.of(name, options.vm(), host.mtrrsAreRead(), inspection);
        write(document, InspectText.render(name, host.mtrrsAreRead(), inspection, cli.columns(), cli.unicode()), cli);
        boolean wrong = inspection.vcpus().stream()
                .map(vcpu -> vcpu.pat().kind())
                .anyMatch(kind -> kind.isDisobeyed() || kind == PatVerdict.Kind.NO_NESTED_PAGING);
        return (wrong ? Exit.FINDINGS_LEFT : Exit.OK).code();
    }

    private int tables(String name, PhysicalMemory memory, Surroundings host, Cli cli) throws UserException {
        TableRoot root = options.root(memory.cpus());
        Inspection.Space space = Inspector.space(memory, root, host);
        write(
                InspectDocument.of(name, memory.bytes(), host.mtrrsAreRead(), space),
                InspectText.render(name, host.mtrrsAreRead(), space, cli.columns(), cli.unicode()),
                cli);
        return Exit.OK.code();
    }

    private void write(InspectDocument document, String text, Cli cli) throws UserException {
        Path output = options.output();
        if (output != null) {
            try {
                Files.writeString(output, Json.pretty(document) + "\n");
            } catch (IOException e) {
                throw new UserException(
                        Exit.CANNOT,
                        "cannot write " + Printable.line(output.toString()) + ": " + IoReason.of(e),
                        "name a file in a folder that you may write to",
                        e);
            }
        }
        cli.out().print(options.json() ? Json.pretty(document) + "\n" : Printable.lines(text));
    }
}
