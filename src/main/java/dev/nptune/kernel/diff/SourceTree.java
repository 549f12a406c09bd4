package dev.nptune.kernel.diff;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A folder with sources. Nothing outside of it is ever looked at or changed: names that lead out, also by way of a
/// symbolic link, are refused, and so is git's own folder.
public final class SourceTree {
    /// The largest file that is read, in bytes.
    public static final int MAX_SIZE = 256 << 20;

    private static final int PERMISSIONS = 0777;

    private final Path root;

    /// Folders known to be folders of this tree.
    private final Set<Path> folders = new HashSet<>();

    private SourceTree(Path root) {
        this.root = root;
    }

    /// Opens a tree.
    ///
    /// @throws UserException if there is no such folder
    public static SourceTree of(Path root) throws UserException {
        try {
            Path real = root.toRealPath();
            if (!Files.isDirectory(real)) {
                throw new NotDirectoryException(root.toString());
            }
            return new SourceTree(real);
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot use the tree " + Printable.line(root.toString()) + ": " + IoReason.of(e),
                    "name the folder that the patch is for with --tree",
                    e);
        }
    }

    Path root() {
        return root;
    }

    /// Why a name is not one of a file in this tree; empty if it is.
    ///
    /// @param name the name in ISO 8859-1, first folders taken off
    Optional<String> refusal(String name) {
        if (name.startsWith("/")) {
            return Optional.of("the name begins at the root of the file system");
        }
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                return Optional.of("the name leads out of the tree with '..'");
            }
            if (part.equalsIgnoreCase(".git")) {
                return Optional.of("the name is one of git's own files");
            }
        }
        try {
            Path file = path(name);
            if (file.equals(root)) {
                return Optional.of("the name is that of the tree");
            }
            return blocked(file);
        } catch (InvalidPathException _) {
            return Optional.of("the name cannot be one of a file here");
        }
    }

    /// Why there can be no such file: on the way to it, or in its place, stands something else.
    private Optional<String> blocked(Path file) {
        Path at = root;
        for (Path part : root.relativize(file)) {
            at = at.resolve(part);
            if (folders.contains(at) && !at.equals(file)) {
                continue;
            }
            BasicFileAttributes found;
            try {
                found = Files.readAttributes(at, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            } catch (IOException _) {
                return Optional.empty();
            }
            String name = Printable.line(root.relativize(at).toString());
            if (found.isSymbolicLink()) {
                return Optional.of(name + " is a symbolic link");
            }
            if (at.equals(file) ? !found.isRegularFile() : !found.isDirectory()) {
                return Optional.of(name + (at.equals(file) ? " is no file" : " is no folder"));
            }
            if (found.isDirectory()) {
                folders.add(at);
            }
        }
        return Optional.empty();
    }

    /// A file's place on the disk.
    Path path(String name) {
        return root.resolve(FileNames.decoded(name)).normalize();
    }

    /// A file as it stood when it was read.
    ///
    /// @param content its lines and permission bits
    /// @param text the same lines as one text
    record Stored(Content content, String text) {}

    /// Reads a file.
    ///
    /// @param name a name that is not refused
    /// @return empty if there is none
    /// @throws UserException if it cannot be read or is no file
    Optional<Stored> read(String name) throws UserException {
        Path file = path(name);
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                throw new IOException("it is no regular file");
            }
            String text = text(file);
            int mode = (int) Objects.requireNonNull(Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS));
            return Optional.of(new Stored(new Content(TextLine.of(text), mode & PERMISSIONS), text));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot read " + Printable.line(file.toString()) + ": " + IoReason.of(e),
                    "nothing was changed; look at the file",
                    e);
        }
    }

    static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new IOException("it is larger than " + (MAX_SIZE >> 20) + " MiB");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    boolean isFolder(Path folder) {
        return folder.equals(root) || Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /// Names in the same folder that differ from one that is not there by a slip of the keyboard.
    List<String> similar(String name) {
        Path file = path(name);
        Path folder = file.getParent();
        Path last = file.getFileName();
        if (folder == null || last == null || !isFolder(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names =
                    files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
            return NearMiss.of(last.toString(), names).stream()
                    .map(n -> root.relativize(folder.resolve(n)).toString())
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }
}
