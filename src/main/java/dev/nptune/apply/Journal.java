package dev.nptune.apply;

import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The record of one run on disk: a folder with `journal.jsonl`, one [Entry] per line, each flushed to the disk before
/// the run goes on, and `backup/`, the files as they were.
///
/// A process may die in the middle of writing the last line. Such a line is no record: what it would have said did not
/// count yet, and it is cut off before the next one is written.
///
/// A line that the disk refuses is kept and written before the next one, so that no line on the disk ever follows one
/// that is missing: what is there can always be read and taken back from.
public final class Journal {
    /// The largest journal read, in bytes.
    public static final long MAX_SIZE = 256L << 20;

    /// What of a first line is looked at to see whether it was cut off, in bytes.
    private static final int MAX_FIRST_LINE = 32 << 20;

    private final Path folder;
    private final FaultHook hook;
    private RunState state;
    private long length;
    private int lines;
    /// What the disk has refused so far.
    private final List<Entry> unwritten = new ArrayList<>();

    private Journal(Path folder, FaultHook hook, RunState state, long length, int lines) {
        this.folder = folder;
        this.hook = hook;
        this.state = state;
        this.length = length;
        this.lines = lines;
    }

    /// The run's name: UTC time and a short suffix, so that names sort by time.
    public String id() {
        return String.valueOf(folder.getFileName());
    }

    /// Where the run stands.
    public RunState state() {
        return state;
    }

    /// Where it is kept.
    public Path folder() {
        return folder;
    }

    /// When it was written to last; long ago if that cannot be seen.
    Instant written() {
        try {
            return Files.getLastModifiedTime(file()).toInstant();
        } catch (IOException e) {
            return Instant.EPOCH;
        }
    }

    /// What it did, line by line, for people: programs run, files written; empty if nothing was kept.
    public List<String> log() throws IOException {
        return RunLog.read(folder);
    }

    /// The files as they were before the run.
    Path backups() {
        return folder.resolve("backup");
    }

    /// Writes the first line into a new folder.
    static Journal create(Path folder, Entry.Planned first, FaultHook hook) throws IOException {
        Journal journal = new Journal(folder, hook, RunState.first(first), 0, 0);
        Files.createFile(journal.file());
        journal.write(first);
        Disk.syncDirectory(folder);
        return journal;
    }

    /// Reads a journal; writes nothing.
    ///
    /// @throws IOException if it cannot be read, or is no journal
    static Journal read(Path folder, FaultHook hook) throws IOException {
        Path file = folder.resolve("journal.jsonl");
        if (Files.size(file) > MAX_SIZE) {
            throw new IOException(file + " is larger than any journal (" + MAX_SIZE + " bytes)");
        }
        byte[] bytes = Files.readAllBytes(file);
        RunState state = null;
        int start = 0;
        int number = 0;
        for (int end = indexOfNewline(bytes, 0); end >= 0; end = indexOfNewline(bytes, start)) {
            String line = new String(bytes, start, end - start, StandardCharsets.UTF_8);
            try {
                Entry entry = Json.read(line, Entry.class);
                state = state == null ? RunState.first(entry) : state.next(entry);
            } catch (IllegalArgumentException e) {
                if (end == bytes.length - 1 && !isWhole(line)) {
                    break;
                }
                throw new IOException(file + ", line " + (number + 1) + ": " + e.getMessage(), e);
            } catch (IllegalStateException e) {
                throw new IOException(file + ", line " + (number + 1) + ": " + e.getMessage(), e);
            }
            start = end + 1;
            number++;
        }
        if (state == null) {
            throw new IOException(file + " holds no complete line: the run ended before it changed anything");
        }
        return new Journal(folder, hook, state, start, number);
    }

    /// Whether a line was written to its end: it may be of a later program that this one does not understand.
    private static boolean isWhole(String line) {
        try {
            return Json.tree(line).isObject();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// Whether a run's folder has neither a line nor a backup in it: its process ended before it changed anything.
    static boolean isWithoutLines(Path folder) {
        try (Stream<Path> backups = Files.list(folder.resolve("backup"))) {
            if (backups.findAny().isPresent()) {
                return false;
            }
        } catch (NoSuchFileException e) {
            // The process ended before it made that folder.
        } catch (IOException e) {
            return false;
        }
        try (InputStream in = Files.newInputStream(folder.resolve("journal.jsonl"))) {
            byte[] start = in.readNBytes(MAX_FIRST_LINE);
            return start.length < MAX_FIRST_LINE && indexOfNewline(start, 0) < 0;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Takes note of something, in memory even if the disk refuses it: what has happened has happened.
    void append(Entry entry) throws IOException {
        state = state.next(entry);
        write(entry);
    }

    private void write(Entry entry) throws IOException {
        unwritten.add(entry);
        hook.at(FaultHook.Phase.JOURNAL, lines);
        byte[] more = unwritten.stream()
                .map(e -> Json.compact(e) + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile out = new RandomAccessFile(file().toFile(), "rw")) {
            out.setLength(length);
            out.seek(length);
            out.write(more);
            out.getFD().sync();
        } catch (IOException e) {
            String why = Executors.reason(String.valueOf(e.getMessage()));
            throw new IOException("cannot write the journal " + file() + ": " + why, e);
        }
        length += more.length;
        lines += unwritten.size();
        unwritten.clear();
    }

    private Path file() {
        return folder.resolve("journal.jsonl");
    }

    private static int indexOfNewline(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return id() + " (" + state.label() + ")";
    }
}
