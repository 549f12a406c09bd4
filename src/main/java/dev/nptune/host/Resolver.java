package dev.nptune.host;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds what lies at a path of a machine whose root is any directory. Symbolic links are followed one by one and below
/// that root, as `chroot` would: neither an absolute target nor `..` leads out.
///
/// The file system is asked as little as can be: a scan asks for thousands of files, and each question is a system call
/// or, over SSH, a round trip.
final class Resolver {
    /// Symbolic links on the way to a directory, and of each name in it.
    static final int MAX_LINKS = 40;

    private final Path root;
    /// Names that need not be asked again whether they are links.
    private final Set<Path> notLinks = new HashSet<>();
    /// Where directories really lie, by the path they were asked for.
    private final Map<String, Way> directories = new HashMap<>();

    Resolver(Path root) {
        this.root = root;
    }

    /// What lies at a path after all links; null if nothing does.
    @Nullable
    Found resolved(String path) throws IOException {
        Found found = unresolved(path);
        if (found == null || !found.attributes().isSymbolicLink()) {
            return found;
        }
        return found(place(path));
    }

    /// What lies at a path, the way there resolved, but if it is a link, that; null if nothing does.
    @Nullable
    Found unresolved(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        return slash < 0 || isStep(name)
                ? found(place(path))
                : found(directory(path, slash).end().resolve(name));
    }

    /// Asked without an exception for what is not there, for that is very common.
    private @Nullable Found found(Path path) throws IOException {
        BasicFileAttributes attributes = path.getFileSystem()
                .provider()
                .readAttributesIfExists(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes == null ? null : new Found(path, attributes);
    }

    /// Where a path leads to, all links resolved. That need not exist.
    Path place(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        return slash <= 0
                ? walk(new Way(root, 0), path).end()
                : walk(new Way(directory(path, slash).end(), 0), path.substring(slash + 1))
                        .end();
    }

    /// Many files lie in one directory: where that really lies is found out once, from the one above it.
    private Way directory(String path, int slash) throws IOException {
        if (slash <= 0) {
            return new Way(root, 0);
        }
        String directory = path.substring(0, slash);
        Way way = directories.get(directory);
        if (way == null) {
            int above = directory.lastIndexOf('/');
            way = walk(directory(directory, above), directory.substring(above + 1));
            directories.put(directory, way);
        }
        return way;
    }

    private static boolean isStep(String name) {
        return name.isEmpty() || name.equals(".") || name.equals("..");
    }

    private Way walk(Way from, String path) throws IOException {
        Deque<String> rest = new ArrayDeque<>(List.of(path.split("/")));
        Path here = from.end();
        int links = from.links();
        while (!rest.isEmpty()) {
            String name = rest.pop();
            if (name.equals("..")) {
                here = here.equals(root) ? root : Objects.requireNonNullElse(here.getParent(), root);
            } else if (!isStep(name)) {
                Path next = here.resolve(name);
                if (notLinks.contains(next) || !Files.isSymbolicLink(next)) {
                    here = next;
                    notLinks.add(next);
                } else if (++links > MAX_LINKS) {
                    throw new FileSystemLoopException(path);
                } else {
                    Path target = Files.readSymbolicLink(next);
                    here = target.isAbsolute() ? root : here;
                    for (int i = target.getNameCount() - 1; i >= 0; i--) {
                        rest.push(target.getName(i).toString());
                    }
                }
            }
        }
        return new Way(here, links);
    }

    /// Where a way ends, and how many symbolic links it took.
    private record Way(Path end, int links) {}

    /// What lies at a path of the file system.
    record Found(Path path, BasicFileAttributes attributes) {}
}
