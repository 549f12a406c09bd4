package dev.nptune.apply;

import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What is changed: a tree of files, a libvirt, a kernel's modules; and the programs that help with it.
///
/// @param root the directory that stands for `/`
record Machine(Path root, Libvirt libvirt, Modules modules, Tools tools) {
    Machine {
        root = root.toAbsolutePath().normalize();
    }

    /// Whether it is the machine that this program runs on.
    boolean isThisOne() {
        return root.getNameCount() == 0;
    }

    /// The file that an absolute path names, symbolic links followed; it need not exist.
    ///
    /// @throws IOException if the path is not a plain absolute one, or leads out of the root or to nowhere
    Path locate(String path) throws IOException {
        Path wanted = plain(path);
        Path known = wanted;
        while (!known.equals(root) && !Files.exists(known, LinkOption.NOFOLLOW_LINKS)) {
            known = parent(known);
        }
        Path real;
        try {
            real = known.toRealPath();
        } catch (NoSuchFileException e) {
            throw new IOException(Text.quoted(path) + " is a symbolic link to a file that is not there", e);
        }
        if (!real.startsWith(root.toRealPath())) {
            throw new IOException(Text.quoted(path) + " is a symbolic link that leads out of " + root);
        }
        return real.resolve(known.relativize(wanted)).normalize();
    }

    /// The absolute path below the root of a file found by [#locate(String)].
    String inside(Path file) throws IOException {
        return "/" + root.toRealPath().relativize(file);
    }

    /// The kernel's id of this boot; empty if it gives none.
    String bootId() {
        try {
            return Files.readString(root.resolve("proc/sys/kernel/random/boot_id"))
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    private Path plain(String path) throws IOException {
        try {
            Path given = Path.of(path);
            if (given.isAbsolute() && given.normalize().equals(given) && given.getNameCount() > 0) {
                return root.resolve(given.subpath(0, given.getNameCount()));
            }
        } catch (InvalidPathException e) {
            // Said below.
        }
        throw new IOException(Text.quoted(path) + " is not an absolute path without '.' and '..'");
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }
}
