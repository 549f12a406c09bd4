package dev.nptune.lab;

import dev.nptune.internal.files.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The unpacked kernels of a cache folder, each in a folder of its own, and who uses them.
///
/// A lab that runs holds a shared lock on a file beside its kernel; the system lets go of it however the program ends.
/// All but [#close] is done under the cache's own lock.
final class KernelTrees implements AutoCloseable {
    /// The name of the first.
    static final String FIRST = "tree";

    private final Path folder;
    private final List<FileChannel> held = new ArrayList<>();

    KernelTrees(Path folder) {
        this.folder = folder;
    }

    /// Marks a kernel as used.
    void hold(KernelFiles kernel) throws IOException {
        Path tree = folder.resolve(folder.relativize(kernel.image()).getName(0));
        FileChannel channel = FileChannel.open(
                inUse(tree), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        held.add(channel);
        try {
            FileLock _ = channel.lock(0, Long.MAX_VALUE, true);
        } catch (OverlappingFileLockException _) {
            // this program holds it already
        }
    }

    /// Removes all that nobody uses.
    void removeUnused() throws IOException {
        List<Path> trees;
        try (Stream<Path> found = Files.list(folder)) {
            trees = found.filter(p -> p.getFileName().toString().startsWith(FIRST))
                    .filter(Files::isDirectory)
                    .toList();
        }
        for (Path tree : trees) {
            try (FileChannel channel =
                            FileChannel.open(inUse(tree), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                if (lock != null) {
                    Folders.delete(tree);
                    Files.deleteIfExists(inUse(tree));
                }
            } catch (OverlappingFileLockException _) {
                // this program uses it
            }
        }
    }

    /// A name that no kernel has.
    Path free() {
        Path tree = folder.resolve(FIRST);
        for (int i = 2; Files.exists(tree); i++) {
            tree = folder.resolve(FIRST + "-" + i);
        }
        return tree;
    }

    private static Path inUse(Path tree) {
        return tree.resolveSibling(tree.getFileName() + ".in-use");
    }

    @Override
    public void close() {
        for (FileChannel each : held) {
            try {
                each.close();
            } catch (IOException _) {
                // the system lets go of a lock at the latest when the program ends
            }
        }
        held.clear();
    }
}
