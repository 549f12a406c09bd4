package dev.nptune.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A QEMU that runs, and no more than who it is: its memory, which takes long, is not looked at.
///
/// @param pid its process
/// @param name what `-name` says, the domain's name; empty if it has none
/// @param arguments its command line
public record RunningVm(int pid, Optional<String> name, List<String> arguments) {
    public RunningVm {
        Objects.requireNonNull(name);
        arguments = List.copyOf(arguments);
    }

    /// All whose command lines may be read, by process.
    ///
    /// @param root the machine's root directory
    public static List<RunningVm> list(Path root) {
        Tree tree = new Tree(root);
        return QemuProcessReader.list(tree, Processes.read(tree));
    }
}
