package dev.nptune.host.source;

import dev.nptune.host.Commands;
import dev.nptune.host.MachineSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/// A machine of which nothing is known: what a VM's XML alone says of its host.
public final class NoMachine {
    private NoMachine() {}

    /// One of which every fact is unreadable, for one reason.
    public static MachineSource because(String reason) {
        try {
            return new MachineSource(
                    new MemoryTree(Bounds.USUAL).root(), _ -> Optional.of(reason), Commands.unavailable(reason));
        } catch (IOException e) {
            throw new UncheckedIOException("no file system in memory", e);
        }
    }
}
