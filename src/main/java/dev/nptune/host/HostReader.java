package dev.nptune.host;

import java.nio.file.Path;
import java.util.List;

/// Reads a machine from its files: below `/` of this one, or below a directory with an unpacked archive of another.
///
/// The tree may come from a stranger. Links are never followed out of it; nothing but regular files is opened; a file
/// has up to 1 MiB, below `/sys` a page; a directory up to 16 384 entries; all together 64 MiB and a million entries.
/// What is over a bound, not permitted or not understood is an unreadable fact or a [Gap], never a guess. Invisible
/// characters in values are escaped.
public final class HostReader {
    private HostReader() {}

    /// Reads the machine whose files lie below a root and whose programs cannot be asked. A file that is not there
    /// does not exist on that machine.
    ///
    /// @throws IllegalArgumentException if the root is no directory
    public static Host read(Path root) {
        return read(new MachineSource(
                root, Coverage.WHOLE, Commands.unavailable("the programs of this machine cannot be asked")));
    }

    /// Reads a machine.
    ///
    /// @throws IllegalArgumentException if its root is no directory
    public static Host read(MachineSource source) {
        Tree tree = new Tree(source);
        Commands commands = source.commands().ahead();
        Cpu cpu = CpuReader.read(tree);
        Memory memory = MemoryReader.read(tree);
        Kernel kernel = KernelReader.read(tree, commands);
        Tools tools = ToolsReader.read(commands); // before processes: no QEMU that was only asked its version is one
        Processes processes = Processes.read(tree);
        Boot boot = BootReader.read(tree, processes);
        List<PciFunction> pci = PciReader.read(tree);
        return new Host(
                Host.SCHEMA_VERSION,
                cpu,
                memory,
                kernel,
                boot,
                pci,
                IommuReader.read(tree, pci),
                UsbReader.read(tree, pci),
                GraphicsReader.read(tree, processes),
                StorageReader.read(tree),
                NetworkReader.read(tree),
                VirtualizationReader.read(tree, processes),
                InterruptReader.read(tree),
                tools,
                List.of(),
                tree.gaps());
    }
}
