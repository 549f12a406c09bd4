package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files of a machine, below any directory: `/` of this one, or an unpacked archive from a stranger.
///
/// Paths are absolute as on that machine. Symbolic links are resolved here, one by one and below the root, as
/// `chroot` would: neither an absolute target nor `..` leads out. Nothing but regular files is opened.
///
/// Bounds: a file has up to 1 MiB, below `/sys` a page; a directory up to 16 384 entries; the way to a directory, and
/// each name in it, up to 40 symbolic links; all reading together takes up to 64 MiB and a million directory entries.
/// What is over a bound is unreadable, with that reason.
final class Tree {
    static final int MAX_FILE = 1 << 20;
    static final int MAX_SYSFS_FILE = 4096;
    static final int MAX_ENTRIES = 16_384;
    static final int MAX_LINKS = 40;
    static final long MAX_ALL_BYTES = 64L << 20;
    static final long MAX_ALL_ENTRIES = 1_000_000;

    private final Path root;
    private final Coverage coverage;
    private final int maxEntries;
    private final Set<Gap> gaps = new LinkedHashSet<>();
    /// Directories met on the way, which need not be asked again whether they are links.
    private final Set<Path> notLinks = new HashSet<>();
    /// Where directories really lie, by the path they were asked for.
    private final Map<String, Path> directories = new HashMap<>();

    private long bytes;
    private long entries;

    /// @throws IllegalArgumentException if the root is no directory
    Tree(MachineSource source) {
        this(source.root(), source.coverage(), MAX_ENTRIES);
    }

    /// One that holds all the machine has.
    Tree(Path root) {
        this(root, Coverage.WHOLE, MAX_ENTRIES);
    }

    Tree(Path root, int maxEntries) {
        this(root, Coverage.WHOLE, maxEntries);
    }

    private Tree(Path root, Coverage coverage, int maxEntries) {
        if (!Files.isDirectory(root)) {
            throw new IllegalArgumentException("not a directory: " + Printable.line(root.toString()));
        }
        this.coverage = coverage;
        this.maxEntries = maxEntries;
        this.root = root.toAbsolutePath().normalize();
    }

    /// A small file of one value: outer white space dropped, everything invisible escaped.
    Fact<String> value(String path) {
        return raw(path).map(text -> Printable.line(text.strip()));
    }

    /// A file of several lines, everything invisible but line feeds and tabs escaped.
    Fact<String> text(String path) {
        return raw(path).map(Printable::lines);
    }

    private Fact<String> raw(String path) {
        int limit = path.startsWith("/sys/") ? MAX_SYSFS_FILE : MAX_FILE;
        return attempt(path, file -> {
            byte[] content = read(file, limit + 1);
            if (content.length > limit) {
                throw new IOException("longer than " + limit + " bytes");
            }
            return new String(content, StandardCharsets.UTF_8);
        });
    }

    /// The first bytes of a file that may be longer.
    Fact<String> head(String path, int limit) {
        return attempt(path, file -> Printable.lines(new String(read(file, limit), StandardCharsets.UTF_8)));
    }

    /// A file as it is.
    ///
    /// @param limit the longest file read, in bytes; a longer one is unreadable
    Fact<byte[]> bytes(String path, int limit) {
        return attempt(path, file -> {
            byte[] content = read(file, limit + 1);
            if (content.length > limit) {
                throw new IOException("longer than " + limit + " bytes");
            }
            return content;
        });
    }

    /// Bytes of a regular file from an offset on: as many as there are, `limit` at most.
    ///
    /// @param limit up to a page
    /// @throws IllegalArgumentException if offset or limit is out of its range
    Fact<byte[]> bytes(String path, int offset, int limit) {
        if (offset < 0 || limit < 0 || limit > MAX_SYSFS_FILE) {
            throw new IllegalArgumentException("no range of a small file: " + limit + " bytes at " + offset);
        }
        return attempt(path, file -> {
            if (!attributes(file).isRegularFile()) {
                throw new IOException("not a regular file");
            }
            try (SeekableByteChannel channel = Files.newByteChannel(file)) {
                ByteBuffer buffer = ByteBuffer.allocate(limit);
                channel.position(offset);
                int got;
                do {
                    got = channel.read(buffer);
                } while (got > 0 && buffer.hasRemaining());
                count(buffer.position());
                return Arrays.copyOf(buffer.array(), buffer.position());
            }
        });
    }

    private byte[] read(Path file, int limit) throws IOException {
        if (file.equals(root.resolve("dev/null"))) {
            return new byte[0]; // the customary mask for a configuration file
        }
        if (!attributes(file).isRegularFile()) {
            throw new IOException("not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(limit);
            count(content.length);
            return content;
        }
    }

    private void count(int read) throws IOException {
        bytes += read;
        if (bytes > MAX_ALL_BYTES) {
            throw new IOException("more than " + (MAX_ALL_BYTES >> 20) + " MiB read in all");
        }
    }

    /// The names in a directory, sorted.
    Fact<List<String>> names(String directory) {
        return attempt(directory, path -> {
            if (!attributes(path).isDirectory()) {
                throw new NotDirectoryException(directory); // asked first, for opening a pipe would wait
            }
            List<String> names = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
                for (Path entry : stream) {
                    names.add(String.valueOf(entry.getFileName()));
                    if (names.size() > maxEntries) {
                        throw new IOException("more than " + maxEntries + " entries");
                    }
                    if (++entries > MAX_ALL_ENTRIES) {
                        throw new IOException("more than " + MAX_ALL_ENTRIES + " directory entries in all");
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            Collections.sort(names);
            return names;
        });
    }

    /// The names in a directory, sorted; none if there is no such directory, none and a [Gap] if it cannot be read.
    List<String> namesOrGap(String directory) {
        Fact<List<String>> names = names(directory);
        noteGap(names);
        return names.get().orElse(List.of());
    }

    /// The last name of a symbolic link's target. The target itself need not exist: archives seldom hold it.
    Fact<String> link(String path) {
        int slash = path.lastIndexOf('/');
        return attempt(path, path.substring(0, slash), directory -> {
            Path link = directory.resolve(path.substring(slash + 1));
            if (!attributes(link).isSymbolicLink()) {
                throw new IOException("not a symbolic link");
            }
            Path name = Files.readSymbolicLink(link).getFileName();
            if (name == null) {
                throw new IOException("a link to the root");
            }
            return Printable.line(name.toString());
        });
    }

    /// The symbolic links in a directory: their whole targets, as written, by name.
    ///
    /// @param most how many entries are looked at; the rest is left out
    Fact<SortedMap<String, String>> links(String directory, int most) {
        return attempt(directory, path -> {
            SortedMap<String, String> links = new TreeMap<>();
            int seen = 0;
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
                for (Path entry : stream) {
                    if (++seen > most || ++entries > MAX_ALL_ENTRIES) {
                        break;
                    }
                    String name = Printable.line(String.valueOf(entry.getFileName()));
                    target(entry).ifPresent(target -> links.put(name, Printable.line(target)));
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            return links;
        });
    }

    /// Empty for what is no link, or gone since.
    private static Optional<String> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Owner and mode of a file, a directory or a device node, which is not opened.
    Fact<FileMode> mode(String path) {
        return attempt(path, file -> {
            try {
                Map<String, Object> found = Files.readAttributes(file, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
                if (found.get("mode") instanceof Integer mode
                        && found.get("uid") instanceof Integer uid
                        && found.get("gid") instanceof Integer gid) {
                    return new FileMode(mode & 07777, uid, gid);
                }
            } catch (UnsupportedOperationException | IllegalArgumentException e) {
                throw new IOException("owner and mode are not kept there", e);
            }
            throw new IOException("owner and mode are not kept there");
        });
    }

    /// Where a file or directory really lies, all links resolved, as an absolute path on that machine. What the links
    /// lead to need not exist.
    Fact<String> realPath(String path) {
        int slash = path.lastIndexOf('/');
        return attempt(path, path.substring(0, slash), directory -> {
            attributes(directory.resolve(path.substring(slash + 1)));
            return "/" + Printable.line(root.relativize(resolve(path)).toString());
        });
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /// Keeps note of a fact that is unreadable and has no place of its own in the records.
    void noteGap(Fact<?> fact) {
        if (fact instanceof Fact.Unreadable<?>(String source, String reason)) {
            gaps.add(new Gap(source, reason));
        }
    }

    /// The gaps noted so far, in the order found.
    List<Gap> gaps() {
        return List.copyOf(gaps);
    }

    /// Whether a file that is not there may exist on the machine all the same.
    boolean mayExist(String path) {
        return coverage.whyMissing(path).isPresent();
    }

    private <T> Fact<T> attempt(String path, Action<T> action) {
        return attempt(path, path, action);
    }

    private <T> Fact<T> attempt(String asked, String path, Action<T> action) {
        String source = Printable.line(asked);
        try {
            return Fact.known(action.on(resolve(path)), source);
        } catch (NoSuchFileException e) {
            return coverage.whyMissing(asked)
                    .<Fact<T>>map(reason -> Fact.unreadable(source, reason))
                    .orElse(Fact.absent(source));
        } catch (AccessDeniedException e) {
            return Fact.unreadable(source, "permission denied");
        } catch (FileSystemLoopException e) {
            return Fact.unreadable(source, "symbolic links lead in a circle");
        } catch (NotDirectoryException e) {
            return Fact.unreadable(source, "not a directory");
        } catch (FileSystemException e) {
            return Fact.unreadable(source, Objects.requireNonNullElse(e.getReason(), "cannot be read"));
        } catch (InvalidPathException e) {
            return Fact.unreadable(source, "the name cannot be expressed in this locale");
        } catch (IOException e) {
            return Fact.unreadable(source, Printable.line(Objects.requireNonNullElse(e.getMessage(), "input error")));
        }
    }

    /// Many files lie in one directory: where that really lies is found out once.
    private Path resolve(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash <= 0) {
            return walk(root, path);
        }
        String parent = path.substring(0, slash);
        Path directory = directories.get(parent);
        if (directory == null) {
            directory = walk(root, parent);
            directories.put(parent, directory);
        }
        return walk(directory, path.substring(slash + 1));
    }

    private Path walk(Path from, String path) throws IOException {
        Deque<String> rest = new ArrayDeque<>(List.of(path.split("/")));
        Path here = from;
        int links = 0;
        while (!rest.isEmpty()) {
            String name = rest.pop();
            if (name.equals("..")) {
                here = here.equals(root) ? root : Objects.requireNonNullElse(here.getParent(), root);
            } else if (!name.isEmpty() && !name.equals(".")) {
                Path next = here.resolve(name);
                if (notLinks.contains(next) || !Files.isSymbolicLink(next)) {
                    here = next;
                    if (!rest.isEmpty()) {
                        notLinks.add(next);
                    }
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
        return here;
    }

    @FunctionalInterface
    private interface Action<T> {
        T on(Path path) throws IOException;
    }
}
