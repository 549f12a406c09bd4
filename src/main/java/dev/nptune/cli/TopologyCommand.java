package dev.nptune.cli;

import dev.nptune.host.Host;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.report.MachineMap;
import dev.nptune.report.MachineMapper;
import dev.nptune.report.MachineSvg;
import dev.nptune.report.MachineText;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune topology`: a picture of the machine.
@Command(
        name = "topology",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune topology",
            "  nptune topology -o topo.svg",
            "  nptune topology --host host.tar.gz",
            ""
        },
        description = "Draws packages, dies, L3 caches, cores, NUMA nodes and PCI devices, and which VM thread is"
                + " pinned where.")
final class TopologyCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Mixin
    private HostOption place = new HostOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write a picture (SVG) to this file instead of text to the screen.")
    private @Nullable Path output;

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        Host host = place.readable("topology", cli).scan();
        MachineMap map = MachineMapper.map(host, domains(host));
        Path file = output;
        if (file == null) {
            cli.out().print(Printable.lines(MachineText.draw(map, cli.columns())));
            return 0;
        }
        try {
            Files.writeString(file, MachineSvg.draw(map));
            cli.err().println("the picture is in " + Printable.line(file.toString()));
            return 0;
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot write " + Printable.line(file.toString()) + ": " + IoReason.of(e),
                    "name a file in a folder that you may write to",
                    e);
        }
    }

    private static List<Domain> domains(Host host) {
        return host.virtualization().domains().stream()
                .flatMap(file -> file.xml().get().stream())
                .flatMap(TopologyCommand::parse)
                .toList();
    }

    /// A domain that cannot be read is not drawn; `nptune doctor` says what is wrong with it.
    private static Stream<Domain> parse(String xml) {
        try {
            return Stream.of(Domain.parse(xml));
        } catch (IllegalArgumentException _) {
            return Stream.empty();
        }
    }
}
