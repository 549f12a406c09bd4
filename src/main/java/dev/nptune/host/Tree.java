package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.io.IOException;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
    static final long MAX_ALL_BYTES = 64L << 20;
    static final long MAX_ALL_ENTRIES = 1_000_000;

    private final Path root;
    private final Resolver resolver;
    private final Coverage coverage;
    private final int maxEntries;
    private final Path devNull;
    private final Set<Gap> gaps = new LinkedHashSet<>();

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
        this.resolver = new Resolver(this.root);
        this.devNull = this.root.resolve("dev/null");
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
        return attempt(path, file -> new String(whole(file, limit), StandardCharsets.UTF_8));
    }

    /// The first bytes of a file that may be longer.
    Fact<String> head(String path, int limit) {
        return attempt(path, file -> Printable.lines(new String(read(file, limit), StandardCharsets.UTF_8)));
    }

    /// A file as it is.
    ///
    /// @param limit the longest file read, in bytes; a longer one is unreadable
    Fact<byte[]> bytes(String path, int limit) {
        return attempt(path, file -> whole(file, limit));
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
            if (!file.attributes().isRegularFile()) {
                throw new IOException("not a regular file");
            }
            try (SeekableByteChannel channel = Files.newByteChannel(file.path())) {
                channel.position(offset);
                return read(channel, limit);
            }
        });
    }

    /// The end of a file that may be longer, as it is. A link is not followed.
    ///
    /// @param text the last bytes as UTF-8
    /// @param cut whether there is more before, so that the first line may be part of one
    record Tail(String text, boolean cut) {}

    /// The last bytes of a regular file, `limit` at most.
    Fact<Tail> tail(String path, int limit) {
        return attempt(path, resolver::unresolved, file -> {
            if (!file.attributes().isRegularFile()) {
                throw new IOException("not a regular file");
            }
            try (SeekableByteChannel channel = Files.newByteChannel(file.path(), LinkOption.NOFOLLOW_LINKS)) {
                long before = Math.max(0, channel.size() - limit);
                channel.position(before);
                return new Tail(new String(read(channel, limit), StandardCharsets.UTF_8), before > 0);
            }
        });
    }

    private byte[] whole(Resolver.Found file, int limit) throws IOException {
        byte[] content = read(file, limit + 1);
        if (content.length > limit) {
            throw new IOException("longer than " + limit + " bytes");
        }
        return content;
    }

    private byte[] read(Resolver.Found file, int limit) throws IOException {
        if (file.path().equals(devNull)) {
            return new byte[0]; // the customary mask for a configuration file
        }
        if (!file.attributes().isRegularFile()) {
            throw new IOException("not a regular file");
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file.path())) {
            return read(channel, limit);
        }
    }

    /// A channel's bytes to its end, `limit` at most. Nearly all files fit into the first buffer.
    private byte[] read(SeekableByteChannel channel, int limit) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.min(limit, MAX_SYSFS_FILE + 1));
        int got;
        do {
            if (!buffer.hasRemaining()) {
                int size = Math.min(limit, 4 * buffer.capacity());
                buffer = ByteBuffer.allocate(size).put(buffer.flip());
            }
            got = channel.read(buffer);
        } while (got > 0 && buffer.position() < limit);
        count(buffer.position());
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private void count(int read) throws IOException {
        bytes += read;
        if (bytes > MAX_ALL_BYTES) {
            throw new IOException("more than " + (MAX_ALL_BYTES >> 20) + " MiB read in all");
        }
    }

    /// The names in a directory, sorted.
    Fact<List<String>> names(String directory) {
        return attempt(directory, found -> {
            if (!found.attributes().isDirectory()) {
                throw new NotDirectoryException(directory); // asked first, for opening a pipe would wait
            }
            List<String> names = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(found.path())) {
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
        return attempt(path, resolver::unresolved, link -> {
            if (!link.attributes().isSymbolicLink()) {
                throw new IOException("not a symbolic link");
            }
            Path name = Files.readSymbolicLink(link.path()).getFileName();
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
        return attempt(directory, found -> {
            SortedMap<String, String> links = new TreeMap<>();
            int seen = 0;
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(found.path())) {
                for (Path entry : stream) {
                    if (++seen > most || ++entries > MAX_ALL_ENTRIES) {
                        break;
                    }
                    String name = Printable.line(String.valueOf(entry.getFileName()));
                    Optional<String> target = target(entry);
                    if (target.isPresent()) {
                        links.put(name, Printable.line(target.get()));
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            return links;
        });
    }

    /// Empty for what is no link, or gone since.
    ///
    /// @throws AccessDeniedException if it may not be followed: the kernel lists open files of some processes, and
    ///     keeps to itself what they are
    private static Optional<String> target(Path link) throws AccessDeniedException {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (AccessDeniedException e) {
            throw e;
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Owner and mode of a file, a directory or a device node, which is not opened.
    Fact<FileMode> mode(String path) {
        return attempt(path, file -> {
            try {
                Map<String, Object> found =
                        Files.readAttributes(file.path(), "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
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
        return attempt(
                path,
                resolver::unresolved,
                _ -> "/" + Printable.line(root.relativize(resolver.place(path)).toString()));
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
        return attempt(path, resolver::resolved, action);
    }

    private <T> Fact<T> attempt(String path, Lookup lookup, Action<T> action) {
        String source = Printable.line(path);
        try {
            Resolver.Found found = lookup.of(path);
            return found == null ? missing(path, source) : Fact.known(action.on(found), source);
        } catch (NoSuchFileException e) {
            return missing(path, source);
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

    private <T> Fact<T> missing(String path, String source) {
        return coverage.whyMissing(path)
                .<Fact<T>>map(reason -> Fact.unreadable(source, reason))
                .orElse(Fact.absent(source));
    }

    @FunctionalInterface
    private interface Lookup {
        Resolver.@Nullable Found of(String path) throws IOException;
    }

    @FunctionalInterface
    private interface Action<T> {
        T on(Resolver.Found found) throws IOException;
    }
}
