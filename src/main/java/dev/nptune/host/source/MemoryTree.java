package dev.nptune.host.source;

import com.github.marschall.memoryfilesystem.MemoryFileSystemBuilder;
import dev.nptune.internal.text.Printable;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Fills a file system in memory, entry by entry, and refuses what would lead out of it.
///
/// Nothing is ever written through a symbolic link: what lies above an entry is a directory. The targets of links are
/// kept as they are, absolute ones too (`/etc/os-release` may be one): `Tree` resolves them below the root, as
/// `chroot` would.
final class MemoryTree {
    private enum Kind {
        DIRECTORY,
        FILE,
        LINK
    }

    private final Bounds bounds;
    private final Path root;
    private final Map<String, Kind> kinds = new HashMap<>();

    MemoryTree(Bounds bounds) throws IOException {
        this.bounds = bounds;
        FileSystem files = MemoryFileSystemBuilder.newLinux().build();
        this.root = files.getPath("/");
    }

    Path root() {
        return root;
    }

    void directory(String name) throws IOException {
        makeDirectories(parts(name));
    }

    void file(String name, byte[] content) throws IOException {
        List<String> parts = parts(name);
        String path = place(parts, Kind.FILE);
        try {
            Files.write(root.resolve(path), content);
        } catch (InvalidPathException e) {
            throw refused("a name that no file can have", name);
        }
    }

    void link(String name, String target) throws IOException {
        List<String> parts = parts(name);
        if (target.isEmpty() || target.length() > bounds.pathLength()) {
            throw refused("a link to nowhere", name);
        }
        String path = place(parts, Kind.LINK);
        Path link = root.resolve(path);
        try {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, root.getFileSystem().getPath(target));
        } catch (InvalidPathException e) {
            throw refused("a link to a name that no file can have", name);
        }
    }

    /// The content of a file that came before, for a hard link.
    byte[] earlierFile(String name, String target) throws IOException {
        String path = String.join("/", parts(target));
        if (kinds.get(path) != Kind.FILE) {
            throw refused("a hard link to what is no file of it", name);
        }
        return Files.readAllBytes(root.resolve(path));
    }

    /// A later entry replaces an earlier one of its kind, as tar does.
    private String place(List<String> parts, Kind kind) throws IOException {
        String path = String.join("/", parts);
        if (parts.isEmpty()) {
            throw refused("an entry without a name", path);
        }
        makeDirectories(parts.subList(0, parts.size() - 1));
        Kind before = kinds.putIfAbsent(path, kind);
        if (before != null && before != kind) {
            throw refused("two entries of one name", path);
        }
        return path;
    }

    private void makeDirectories(List<String> parts) throws IOException {
        StringBuilder path = new StringBuilder();
        for (String part : parts) {
            path.append(path.isEmpty() ? "" : "/").append(part);
            Kind before = kinds.putIfAbsent(path.toString(), Kind.DIRECTORY);
            if (before == null) {
                try {
                    Files.createDirectory(root.resolve(path.toString()));
                } catch (InvalidPathException e) {
                    throw refused("a name that no file can have", path.toString());
                }
            } else if (before != Kind.DIRECTORY) {
                throw refused("an entry below what is no directory", path.toString());
            }
        }
    }

    private List<String> parts(String name) throws IOException {
        if (name.startsWith("/")) {
            throw refused("an absolute name", name);
        }
        if (name.length() > bounds.pathLength()) {
            throw refused("a name longer than " + bounds.pathLength() + " characters", name);
        }
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                throw refused("a name that leads out of it", name);
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        if (parts.size() > bounds.depth()) {
            throw refused("directories nested deeper than " + bounds.depth(), name);
        }
        return parts;
    }

    private static RefusedException refused(String why, String name) {
        return new RefusedException("it holds " + why + ": '" + Printable.brief(name, 80) + "'");
    }
}
