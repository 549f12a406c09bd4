package dev.nptune.host;

import dev.nptune.MemoryFolder;
import dev.nptune.Resources;
import dev.nptune.host.source.TestArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Machines to try the program on. Those of the thread it grew out of, "Patch NPT on Ryzen for Better Performance"
/// (2017), are written by hand from what their owners said and what such boards show; the others from what such boards
/// show. Each is one text file, whose head says which is which; [MachinesFile] tells its form.
public final class Machines {
    /// Ryzen 7 1700, B350, GTX 1070 and HD 7770, Ubuntu 17.04 with kernel 4.13.7, `npt=0`.
    public static final String RYZEN_1700 = "ryzen-1700-b350";
    /// Ryzen 7, AX370-Gaming K5, GTX 1080 and R9 380, Fedora 26; the VM's disk on emulated SATA; the VM runs.
    public static final String GAMING_K5 = "ryzen-ax370-gaming-k5";
    /// Ryzen 7, RX Vega 64 and RX 460, Arch with `pcie_acs_override`, without ACS in the firmware's root ports.
    public static final String VEGA = "ryzen-vega-arch-acs";
    /// Threadripper 1950X, two dies; card and vCPUs of the VM at node 1, its memory at node 0; the VM runs.
    public static final String THREADRIPPER = "threadripper-1950x";

    /// All of the thread.
    public static final List<String> NAMES = List.of(RYZEN_1700, GAMING_K5, VEGA, THREADRIPPER);

    /// Ryzen 9 5900X: two L3 of six cores; the VM lies over both.
    public static final String RYZEN_5900X = "ryzen-5900x";
    /// Ryzen 9 5950X: two graphics cards of one kind; the VM is not pinned.
    public static final String TWINS = "ryzen-5950x";
    /// Ryzen 9 7950X3D: the VM is pinned to the CCD without the large cache.
    public static final String X3D = "ryzen-7950x3d";
    /// Ryzen 9 3900X: four L3 of three cores; vCPUs pinned in wrong order.
    public static final String RYZEN_3900X = "ryzen-3900x";
    /// Ryzen 5 2600: two L3 of three cores, siblings side by side, no ranks of cores.
    public static final String RYZEN_2600 = "ryzen-2600";
    /// Threadripper 2990WX: four NUMA nodes, two without memory; vCPUs, memory and card of the VM at three of them.
    public static final String NODES_WITHOUT_MEMORY = "threadripper-2990wx";
    /// Core i9-12900K: performance and efficiency cores, VT-d; the VM lies over both kinds.
    public static final String HYBRID = "core-12900k";
    /// Two EPYC 7302: two cores to an L3; the VM lies over both sockets.
    public static final String TWO_SOCKETS = "epyc-7302-2s";
    /// Ryzen 5 3600: one graphics card, on which the host's own desktop runs, and which the VM is given.
    public static final String ONE_CARD = "ryzen-3600-one-gpu";
    /// Ryzen 5 5600G: the IOMMU is switched off in the firmware.
    public static final String NO_IOMMU = "ryzen-5600g-no-iommu";

    /// Machines of other kinds, each with a VM as its owner would have it, to show a plan on.
    public static final List<String> PLANNED = List.of(
            RYZEN_5900X,
            TWINS,
            X3D,
            RYZEN_3900X,
            RYZEN_2600,
            NODES_WITHOUT_MEMORY,
            HYBRID,
            TWO_SOCKETS,
            ONE_CARD,
            NO_IOMMU);

    /// Both lists.
    static final List<String> ALL =
            Stream.concat(NAMES.stream(), PLANNED.stream()).toList();

    private static final Map<String, Host> HOSTS = new ConcurrentHashMap<>();

    private Machines() {}

    /// Unpacks a machine below an empty directory. Some of its links are absolute, as on the machine; JUnit warns when
    /// it
    /// deletes such a directory, [#delete] does not.
    ///
    /// @return it as a whole machine: a file that is not there does not exist, and so with commands
    /// @throws IllegalArgumentException if the machine's file is not understood, with the line
    public static MachineSource unpack(String name, Path root) throws IOException {
        MachinesFile machine = file(name);
        for (Map.Entry<String, MachinesFile.Entry> entry : machine.entries().entrySet()) {
            Path path = root.resolve(entry.getKey().substring(1));
            Files.createDirectories(path.resolveSibling("."));
            switch (entry.getValue()) {
                case MachinesFile.Entry.Content(byte[] bytes) -> Files.write(path, bytes);
                case MachinesFile.Entry.Link(String target) -> Files.createSymbolicLink(path, Path.of(target));
            }
        }
        return new MachineSource(root, Coverage.WHOLE, command -> answer(machine, command));
    }

    /// A machine's files as a packed snapshot, without what programs answered there.
    public static byte[] archive(String name) {
        TestArchive archive = new TestArchive();
        file(name).entries().forEach((path, entry) -> {
            switch (entry) {
                case MachinesFile.Entry.Content(byte[] bytes) -> archive.file(path.substring(1), bytes);
                case MachinesFile.Entry.Link(String target) -> archive.link(path.substring(1), target);
            }
        });
        return archive.gzip();
    }

    static MachinesFile file(String name) {
        return MachinesFile.parse(Resources.text("dev/nptune/machines/" + name + ".txt"));
    }

    private static Fact<String> answer(MachinesFile machine, Command command) {
        String output = machine.commands().get(command.key());
        return output == null ? Fact.absent(command.line()) : Fact.known(output, command.line());
    }

    /// A machine as the program reads it; read once, then kept.
    public static Host host(String name) {
        return HOSTS.computeIfAbsent(name, Machines::read);
    }

    private static Host read(String name) {
        try {
            Path root = MemoryFolder.create();
            try {
                return HostReader.read(unpack(name, root));
            } finally {
                delete(root);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Deletes a directory with all it holds.
    public static void delete(Path root) throws IOException {
        Path[] paths;
        try (var walk = Files.walk(root)) {
            paths = walk.toArray(Path[]::new);
        }
        for (Path path : Arrays.asList(paths).reversed()) {
            Files.delete(path);
        }
    }
}
