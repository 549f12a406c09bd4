package dev.nptune.cli;

import dev.nptune.bench.disk.DiskCheck.Verdict;
import dev.nptune.bench.disk.DiskReport;
import dev.nptune.bench.disk.DiskResult;
import dev.nptune.bench.disk.DiskResultFile;
import dev.nptune.bench.disk.DiskSurroundings;
import dev.nptune.bench.disk.ProcIo;
import dev.nptune.bench.disk.SurroundingsFinder;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune bench disk`: a disk benchmark's figures and whether to believe them.
@Command(
        name = "disk",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune bench disk crystal.txt",
            "  nptune bench disk crystal.txt --domain win10",
            "  nptune bench disk fio.json --domain game.xml --host host.tar.gz",
            "  nptune bench disk fio.json --host local        fio ran on this machine",
            ""
        },
        description =
                "Shows what CrystalDiskMark or fio measured (text, or fio --output-format=json), and whether it can"
                        + " be the drive that was measured. Ends with 1 if it is doubtful or impossible.")
final class BenchDiskCommand implements Callable<Integer> {
    private static final int MAX_PROC = 64 << 10;

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Parameters(index = "0", paramLabel = "FILE", description = "What CrystalDiskMark saved, or fio's JSON.")
    private Path file = Path.of("");

    @Option(
            names = "--domain",
            paramLabel = "VM",
            description = "The VM it was measured in: a libvirt domain, or a file with its XML that ends with .xml.")
    private @Nullable String vm;

    @Option(
            names = "--disk",
            paramLabel = "NAME",
            description =
                    "Which disk of the VM: its target, such as vda, or the PCI address of a passed-through drive.")
    private String disk = "";

    @Mixin
    private HostOption place = new HostOption();

    @Option(
            names = "--before",
            paramLabel = "FILE",
            description = "A copy of /proc/PID/io of the VM's QEMU from just before the test.")
    private @Nullable Path before;

    @Option(names = "--after", paramLabel = "FILE", description = "The same from just after it.")
    private @Nullable Path after;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(bench).cli();
        byte[] content = content();
        DiskResult result = result(content);
        Fact<ProcIo> qemu = qemu();
        Optional<ReadableMachine> machine = machine(cli);
        Optional<Host> host = machine.map(ReadableMachine::scan);
        Optional<Domain> domain = domain(machine);
        DiskSurroundings around = around(domain, host, result, qemu);
        DiskReport report = DiskReport.of(result, around);
        cli.out()
                .print(
                        json
                                ? Json.pretty(report) + "\n"
                                : Printable.lines(BenchDiskText.render(report, around, cli.columns(), cli.unicode())));
        store.keep(
                cli,
                file,
                content,
                "disk",
                result.metrics(),
                place,
                host,
                domain.map(Domain::name).orElse(""));
        boolean believable = report.verdict() == Verdict.BELIEVED || report.verdict() == Verdict.UNKNOWN;
        return (believable ? Exit.OK : Exit.FINDINGS_LEFT).code();
    }

    /// None if neither a machine nor a domain that would be on one was named.
    private Optional<ReadableMachine> machine(Cli cli) throws UserException {
        boolean file = vm == null || vm.endsWith(".xml");
        return place.given() || !file ? Optional.of(place.readable("bench disk", cli)) : Optional.empty();
    }

    private Optional<Domain> domain(Optional<ReadableMachine> machine) throws UserException {
        String name = vm;
        if (name == null) {
            return Optional.empty();
        }
        return Optional.of(machine.isPresent() ? machine.get().domain(name) : ReadableMachine.fromFile(Path.of(name)));
    }

    private DiskSurroundings around(Optional<Domain> domain, Optional<Host> host, DiskResult result, Fact<ProcIo> qemu)
            throws UserException {
        String name = vm;
        if (name == null || domain.isEmpty()) {
            if (!disk.isEmpty()) {
                throw new UserException(
                        Exit.WRONG_USE, "--disk names a disk of a VM, and no VM was given", "give --domain as well");
            }
            DiskSurroundings bare = host.isPresent()
                    ? new SurroundingsFinder(host, place.isLocal()).ofMachine(result)
                    : DiskSurroundings.unknown();
            return new DiskSurroundings(bare.disk(), bare.drives(), bare.freeMemory(), bare.image(), qemu);
        }
        String where = name.endsWith(".xml")
                ? String.valueOf(Path.of(name).getFileName())
                : domain.get().name();
        try {
            return new SurroundingsFinder(host, host.isPresent() && place.isLocal())
                    .of(domain.get(), Printable.line(where), disk, qemu);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE, String.valueOf(e.getMessage()), "name one of its disks with --disk", e);
        }
    }

    private byte[] content() throws UserException {
        try {
            return DiskResultFile.bytes(file);
        } catch (IOException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot read " + Printable.line(file.toString()) + ": " + IoReason.of(e),
                    "give a file that CrystalDiskMark saved or fio wrote",
                    e);
        }
    }

    private DiskResult result(byte[] content) throws UserException {
        try {
            return DiskResultFile.parse(content);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot make out a disk benchmark in " + Printable.line(file.toString()) + ": "
                            + Printable.brief(String.valueOf(e.getMessage()), 300),
                    "save one with CrystalDiskMark (File > Save (text)), or with: fio --output-format=json --output=FILE",
                    e);
        }
    }

    private Fact<ProcIo> qemu() throws UserException {
        if (before == null && after == null) {
            return DiskSurroundings.noQemu();
        }
        if (before == null || after == null) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--before and --after go together: what counts is what came between them",
                    "copy twice: sudo cat /proc/$(pgrep -f guest=VM)/io > before.txt");
        }
        try {
            return Fact.known(ProcIo.parse(text(after)).since(ProcIo.parse(text(before))), "/proc/PID/io");
        } catch (IOException e) {
            throw new UserException(
                    Exit.WRONG_USE, "cannot read " + IoReason.withFile(e), "give two copies of /proc/PID/io", e);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--before and --after: " + e.getMessage(),
                    "copy it twice, of the VM's QEMU: before the test and after it",
                    e);
        }
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_PROC), StandardCharsets.UTF_8);
        }
    }
}
