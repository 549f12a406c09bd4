package dev.nptune.apply;

import dev.nptune.plan.Plan;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The journals of all runs on a machine: `journal/<id>/` below a state directory, and the lock beside them that lets
/// one process at a time change the machine.
public final class Journals {
    /// The state directory of a machine, below its root.
    public static final String FOLDER = "var/lib/nptune";

    private static final Pattern ID = Pattern.compile("[0-9]{8}T[0-9]{6}\\.[0-9]{3}Z-[0-9a-f]{4}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Path base;
    private final FaultHook hook;

    /// @param base the state directory; made when the first journal is
    public Journals(Path base) {
        this(base, FaultHook.NONE);
    }

    Journals(Path base, FaultHook hook) {
        this.base = base;
        this.hook = hook;
    }

    /// What is in the state directory.
    ///
    /// @param journals the runs, latest first
    /// @param unreadable the folders there that could not be read, latest first
    public record Listing(List<Journal> journals, List<Unreadable> unreadable) {
        public Listing {
            journals = List.copyOf(journals);
            unreadable = List.copyOf(unreadable);
        }
    }

    /// A run whose journal cannot be read.
    ///
    /// @param id its name
    /// @param folder where it is kept
    /// @param reason why not
    /// @param beganNothing whether it certainly changed nothing: it has not even its first line
    public record Unreadable(String id, Path folder, String reason, boolean beganNothing) {
        /// What to do about it, in one line.
        public String nextStep() {
            return "compare the machine with what is kept in " + folder.resolve("backup")
                    + " and put back by hand what is missing; then set the run aside: mv "
                    + Text.word(folder.toString())
                    + " " + Text.word(folder + ".aside");
        }
    }

    /// All runs. No state directory means no runs.
    public Listing list() throws IOException {
        List<Journal> journals = new ArrayList<>();
        List<Unreadable> unreadable = new ArrayList<>();
        for (String id : ids()) {
            try {
                journals.add(Journal.read(folder(id), hook));
            } catch (IOException e) {
                unreadable.add(unreadable(id, e));
            }
        }
        return new Listing(journals, unreadable);
    }

    /// One run.
    ///
    /// @throws NoSuchRunException if there is none of that name
    /// @throws UnreadableRunException if it cannot be read
    public Journal open(String id) throws IOException {
        if (!ID.matcher(id).matches() || !Files.isDirectory(folder(id))) {
            throw new NoSuchRunException("there is no run " + Text.quoted(id) + " in " + base);
        }
        try {
            return Journal.read(folder(id), hook);
        } catch (IOException e) {
            throw new UnreadableRunException(unreadable(id, e));
        }
    }

    private Unreadable unreadable(String id, IOException e) {
        return new Unreadable(id, folder(id), Executors.message(e), Journal.isWithoutLines(folder(id)));
    }

    /// The latest run of which something may be in force.
    ///
    /// @throws IOException if a later one cannot be read, so that nobody knows whether it is the one
    public Optional<Journal> latestToTakeBack() throws IOException {
        Listing listing = list();
        Optional<Journal> latest = listing.journals().stream()
                .filter(j -> j.state().mayBeInForce())
                .findFirst();
        Optional<Unreadable> later = listing.unreadable().stream()
                .filter(u -> !u.beganNothing())
                .filter(u -> latest.isEmpty() || u.id().compareTo(latest.get().id()) > 0)
                .findFirst();
        if (later.isPresent()) {
            throw new UnreadableRunException(later.get());
        }
        return latest;
    }

    /// Begins a run.
    Journal create(Plan plan, String bootId) throws IOException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String suffix = String.format("%04x", ThreadLocalRandom.current().nextInt(1 << 16));
        Path folder = folder(TIME.format(now) + "-" + suffix);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(base);
        if (!Files.isDirectory(base.resolve("journal"))) {
            Files.createDirectory(base.resolve("journal"), ownerOnly);
        }
        Files.createDirectory(folder, ownerOnly);
        Files.createDirectory(folder.resolve("backup"), ownerOnly);
        Journal journal =
                Journal.create(folder, new Entry.Planned(Entry.Planned.SCHEMA_VERSION, now, bootId, plan), hook);
        Disk.syncDirectory(base.resolve("journal"));
        Disk.syncDirectory(base);
        return journal;
    }

    /// The right to change the machine, until closed or the process ends.
    static final class Lock implements AutoCloseable {
        private final FileChannel channel;

        private Lock(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /// Null if another run holds it.
    @Nullable
    Lock lock() throws IOException {
        Files.createDirectories(base);
        FileChannel channel =
                FileChannel.open(base.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new Lock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // Held by another run of this very process.
        }
        channel.close();
        return null;
    }

    private List<String> ids() throws IOException {
        try (Stream<Path> folders = Files.list(base.resolve("journal"))) {
            return folders.map(f -> String.valueOf(f.getFileName()))
                    .filter(n -> ID.matcher(n).matches())
                    .sorted()
                    .toList()
                    .reversed();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private Path folder(String id) {
        return base.resolve("journal").resolve(id);
    }
}
