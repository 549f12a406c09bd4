package dev.nptune.apply;

import dev.nptune.internal.ffm.FileSystemJournal;
import dev.nptune.internal.proc.Trace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Makes what was written survive a power cut.
final class Disk {
    /// What is to be left free beside a file that is written, in bytes.
    private static final long SPARE = 1 << 20;

    private static final Set<String> FULL = Set.of("No space left on device", "Disk quota exceeded");

    private Disk() {}

    static void syncFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Names made, renamed or removed in a directory are safe only once the directory itself is flushed.
    static void syncDirectory(Path directory) throws IOException {
        syncFile(directory);
    }

    /// Puts a finished file in the place of another, so that there is the one or the other at any time, whole.
    static void replace(Path temporary, Path file) throws IOException {
        long began = System.nanoTime();
        syncFile(temporary);
        settle(file);
        try (Held _ = Held.of(List.of(file))) {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory(directory(file));
            settle(file);
        }
        Trace.tell("write " + file, "done", began);
    }

    /// Sees to it that a boot loader finds what is written where it reads: it knows no journal. Before a file takes the
    /// place of another the new one must be there, and the name last.
    static void settle(Path file) throws IOException {
        for (Path name : file) {
            if (name.toString().equals("boot") || name.toString().equals("efi")) {
                FileSystemJournal.settle(directory(file));
                return;
            }
        }
    }

    /// Files that are kept open while others take their places: their blocks are nobody else's as long as a boot loader
    /// may still find the old ones.
    record Held(List<FileChannel> files) implements AutoCloseable {
        static Held of(List<Path> files) throws IOException {
            List<FileChannel> open = new ArrayList<>();
            for (Path file : files) {
                if (Files.isRegularFile(file)) {
                    open.add(FileChannel.open(file, StandardOpenOption.READ));
                }
            }
            return new Held(open);
        }

        @Override
        public void close() throws IOException {
            for (FileChannel file : files) {
                file.close();
            }
        }
    }

    /// Removes a file.
    ///
    /// @return whether it was there
    static boolean remove(Path file) throws IOException {
        long began = System.nanoTime();
        boolean there = Files.deleteIfExists(file);
        if (there) {
            syncDirectory(directory(file));
            settle(file);
            Trace.tell("remove " + file, "done", began);
        }
        return there;
    }

    /// Keeps a copy with mode, owner and times.
    ///
    /// @throws IOException if owner and mode could not be kept
    static void keep(Path file, Path copy) throws IOException {
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        if (!owner(file).equals(owner(copy))) {
            throw new IOException("cannot keep the owner and mode of " + file + "; run as root");
        }
        syncFile(copy);
        syncDirectory(directory(copy));
    }

    /// User, group and mode.
    static List<Object> owner(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:uid,gid,mode");
        return List.of(
                Objects.requireNonNull(attributes.get("uid")),
                Objects.requireNonNull(attributes.get("gid")),
                Objects.requireNonNull(attributes.get("mode")));
    }

    /// Writes a file over another one in place. Whoever is cut off meanwhile leaves neither.
    static void overwrite(Path from, Path to) throws IOException {
        long began = System.nanoTime();
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out =
                        FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            long size = in.size();
            for (long done = 0; done < size; ) {
                done += in.transferTo(done, size - done, out);
            }
            out.force(true);
        }
        if (!owner(from).equals(owner(to))) {
            for (String attribute : List.of("unix:uid", "unix:gid", "unix:mode")) {
                Files.setAttribute(to, attribute, Objects.requireNonNull(Files.getAttribute(from, attribute)));
            }
        }
        FileTime time = Files.readAttributes(from, BasicFileAttributes.class).lastModifiedTime();
        Files.setLastModifiedTime(to, time);
        syncFile(to);
        settle(to);
        Trace.tell("write " + to, "done, in place", began);
    }

    /// Whether as much fits on a disk in the place of a file that is there.
    static boolean hasRoomInPlace(Path file, long bytes) throws IOException {
        return Files.isRegularFile(file) && Files.getFileStore(file).getUsableSpace() + Files.size(file) >= bytes;
    }

    /// The same where a file could not be written because there is no room for it; empty if that is not why.
    /// The C library says so in its user's language, so the disk is asked. The words are for a quota, and for
    /// a disk that lacks something else than bytes.
    ///
    /// @param bytes what was still to be written
    static Optional<IOException> noRoom(Path file, long bytes, IOException e) {
        String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        if (said != null && FULL.contains(said)) {
            return Optional.of(new NoRoomException(CANNOT_WRITE + file + ": " + Executors.reason(said), e));
        }
        try {
            if (Files.getFileStore(directory(file)).getUsableSpace() < bytes) {
                return Optional.of(new NoRoomException(CANNOT_WRITE + file + ": the disk is full", e));
            }
        } catch (IOException _) {
            // a disk that cannot be asked has another trouble
        }
        return Optional.empty();
    }

    static Path directory(Path file) {
        return Objects.requireNonNull(file.getParent(), "the root is no file");
    }

    /// What every complaint begins with that somebody with more rights might not have.
    static final String CANNOT_WRITE = "cannot write ";

    /// Why a file of some size cannot be written in a directory; empty if it can.
    static List<String> obstacles(Path directory, long bytes) throws IOException {
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            return List.of(CANNOT_WRITE + "in " + directory + "; run as root, or make the file system writable");
        }
        return lacking(directory, bytes, Files.getFileStore(directory));
    }

    /// What is told where a disk has not as much room as is needed; empty if it has.
    static List<String> lacking(Path directory, long bytes, FileStore disk) throws IOException {
        long free = disk.getUsableSpace();
        return free >= bytes + SPARE
                ? List.of()
                : List.of("too little space in " + directory + ": " + ((bytes + SPARE) >> 10) + " KiB are needed, "
                        + (free >> 10) + " KiB are free");
    }
}
