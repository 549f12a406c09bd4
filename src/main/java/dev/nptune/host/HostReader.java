package dev.nptune.host;

import java.nio.file.Path;

/// Reads a machine from its files: below `/` of this one, or below a directory with an unpacked archive of another.
///
/// The tree may come from a stranger. Links are never followed out of it; nothing but regular files is opened; a file
/// has up to 1 MiB, below `/sys` a page; a directory up to 16 384 entries; all together 64 MiB and a million entries.
/// What is over a bound, not permitted or not understood is an unreadable fact or a [Gap], never a guess. Invisible
/// characters in values are escaped.
public final class HostReader {
    private HostReader() {}

    /// Reads a machine. The versions of its programs are asked of them where the root is this machine's own `/`;
    /// they are unreadable anywhere else, for files do not tell them.
    ///
    /// @throws IllegalArgumentException if the root is no directory
    public static Host read(Path root) {
        boolean live = root.toAbsolutePath().normalize().equals(Path.of("/"));
        return read(root, live ? LiveTools.probe() : unasked());
    }

    /// Reads a machine whose programs' versions are known otherwise.
    ///
    /// @throws IllegalArgumentException if the root is no directory
    public static Host read(Path root, Tools tools) {
        Tree tree = new Tree(root);
        Cpu cpu = CpuReader.read(tree);
        Memory memory = MemoryReader.read(tree);
        Kernel kernel = KernelReader.read(tree);
        return new Host(Host.SCHEMA_VERSION, cpu, memory, kernel, PciReader.read(tree), tools, tree.gaps());
    }

    private static Tools unasked() {
        String reason = "the programs of this machine cannot be asked";
        return new Tools(
                Fact.unreadable(LiveTools.QEMU + " --version", reason),
                Fact.unreadable("virsh version --daemon", reason));
    }
}
