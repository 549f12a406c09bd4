package dev.nptune.kernel.diff;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.diff.Overlay.Change;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Writes what a series makes of a tree: all of it, or nothing.
///
/// Every new file is written beside the old one under a temporary name and flushed. Then each file is looked at once
/// more, and if one is no longer as it was read, nothing happens. Then the new ones take the old ones' names, each in
/// one
/// step; the old ones are kept until the last is in its place, and go back if one step fails. A power cut in between
/// can
/// leave some files old and some new, and files whose names begin with a dot and end with `.old` beside them.
public final class TreeWriter {
    private final SourceTree tree;
    private final Hook hook;
    private final String id = HexFormat.of().toHexDigits(new Random().nextInt());

    /// Finished new files by the name they shall get.
    private final Map<Path, Path> temporaries = new LinkedHashMap<>();

    private final List<Path> backups = new ArrayList<>();
    private final List<Path> madeFolders = new ArrayList<>();
    private final Set<Path> touched = new LinkedHashSet<>();
    private final Deque<Step> undo = new ArrayDeque<>();

    private TreeWriter(SourceTree tree, Hook hook) {
        this.tree = tree;
        this.hook = hook;
    }

    /// Told before a file takes its place, so that tests can let that fail.
    @FunctionalInterface
    interface Hook {
        void before(Path file) throws IOException;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /// Writes a series that applies.
    ///
    /// @throws UserException if it could not be done: [Exit#CANNOT] if nothing was begun, [Exit#ROLLED_BACK] if all
    ///     was put back, [Exit#PARTLY_APPLIED] if not all could be
    public static void write(Series series) throws UserException {
        write(series, _ -> {});
    }

    static void write(Series series, Hook hook) throws UserException {
        if (!series.applies()) {
            throw new IllegalArgumentException("the series does not apply");
        }
        new TreeWriter(series.tree(), hook).run(series.changes());
    }

    private void run(List<Change> changes) throws UserException {
        try {
            for (Change change : changes) {
                prepare(change);
            }
            flush();
            for (Change change : changes) {
                compare(change);
            }
            for (Change change : changes) {
                replace(change);
            }
        } catch (IOException e) {
            throw back(e);
        }
        finish(changes);
    }

    private void prepare(Change change) throws IOException {
        if (change.after().isEmpty()) {
            return;
        }
        Path file = tree.path(change.name());
        Content content = change.after().get();
        makeFolders(folder(file));
        Path temporary = beside(file, ".tmp");
        temporaries.put(file, temporary);
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(TextLine.join(content.lines()).getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (content.mode() != Content.USUAL_MODE) {
                Files.setAttribute(temporary, "unix:mode", content.mode());
            }
            if (change.before().isPresent()) {
                keepOwner(file, temporary);
            }
        }
    }

    /// To the disk, all at once: one after the other each would wait for the disk by itself.
    private void flush() throws IOException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> flushed = temporaries.values().stream()
                    .map(temporary -> threads.submit(() -> flush(temporary)))
                    .toList();
            for (Future<Void> one : flushed) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static @Nullable Void flush(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        return null;
    }

    /// Owner and group stay where that is allowed; a file that somebody else owns becomes the user's, as with GNU
    /// patch.
    private static void keepOwner(Path file, Path temporary) throws IOException {
        for (String attribute : List.of("unix:gid", "unix:uid")) {
            Object owner = Files.getAttribute(file, attribute, LinkOption.NOFOLLOW_LINKS);
            if (!owner.equals(Files.getAttribute(temporary, attribute))) {
                try {
                    Files.setAttribute(temporary, attribute, owner);
                } catch (IOException _) {
                    return;
                }
            }
        }
    }

    private void makeFolders(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            makeFolders(folder(folder));
            Files.createDirectory(folder);
            madeFolders.add(folder);
            touched.add(folder(folder));
        }
    }

    private void compare(Change change) throws IOException {
        Path file = tree.path(change.name());
        String now;
        try {
            now = SourceTree.text(file);
        } catch (NoSuchFileException _) {
            now = null;
        }
        if (!Objects.equals(now, change.before().map(SourceTree.Stored::text).orElse(null))) {
            throw new IOException("somebody has changed " + file + " since it was read");
        }
    }

    private void replace(Change change) throws IOException {
        Path file = tree.path(change.name());
        touched.add(folder(file));
        if (change.before().isPresent()) {
            Path backup = beside(file, ".old");
            backups.add(backup);
            keep(file, backup);
            undo.push(() -> Files.move(backup, file, StandardCopyOption.ATOMIC_MOVE));
        }
        hook.before(file);
        Path temporary = temporaries.get(file);
        if (temporary == null) {
            Files.delete(file);
            return;
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        if (change.before().isEmpty()) {
            undo.push(() -> Files.delete(file));
        }
    }

    /// A second name for the file; a copy where the file system knows no such thing.
    private static void keep(Path file, Path backup) throws IOException {
        try {
            Files.createLink(backup, file);
        } catch (UnsupportedOperationException | IOException _) {
            Files.copy(file, backup, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /// Puts everything back.
    private UserException back(IOException cause) {
        boolean begun = !undo.isEmpty();
        try {
            while (!undo.isEmpty()) {
                undo.pop().run();
            }
            removeAll(temporaries.values());
            removeAll(backups);
            for (Path folder : madeFolders.reversed()) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            e.addSuppressed(cause);
            return new UserException(
                    Exit.PARTLY_APPLIED,
                    "cannot put back what was changed in "
                            + Printable.line(tree.root().toString()) + ": " + IoReason.withFile(e)
                            + "; the patch failed at: " + IoReason.withFile(cause),
                    "the old files stand beside the new ones as .NAME." + id + ".old; move them back",
                    e);
        }
        return new UserException(
                begun ? Exit.ROLLED_BACK : Exit.CANNOT,
                "cannot write the patched files: " + Printable.line(IoReason.withFile(cause)),
                begun ? "all files are as they were; see to that and try again" : "nothing was changed; see to that",
                cause);
    }

    private static void removeAll(Iterable<Path> files) throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    private void finish(List<Change> changes) throws UserException {
        try {
            removeAll(backups);
            for (Change change : changes) {
                if (change.after().isEmpty()) {
                    removeEmpty(folder(tree.path(change.name())));
                }
            }
            for (Path folder : touched) {
                if (Files.isDirectory(folder)) {
                    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                        channel.force(true);
                    }
                }
            }
        } catch (IOException e) {
            throw new UserException(
                    Exit.PARTLY_APPLIED,
                    "the patched files are in place, but not all is tidied up: " + IoReason.withFile(e),
                    "remove what is left of .NAME." + id + ".old by hand",
                    e);
        }
    }

    /// Folders that a deleted file leaves empty go with it, as with GNU patch and git.
    private void removeEmpty(Path folder) throws IOException {
        Path at = folder;
        while (!at.equals(tree.root())) {
            try {
                Files.deleteIfExists(at);
            } catch (DirectoryNotEmptyException _) {
                return;
            }
            at = folder(at);
        }
    }

    private Path beside(Path file, String end) {
        return file.resolveSibling("." + file.getFileName() + "." + id + end);
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.getParent(), "the tree lies below the root");
    }
}
