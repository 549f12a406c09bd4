package dev.nptune.apply;

import dev.nptune.internal.ffm.RecordLock;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
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

    private static final Pattern HOLDER = Pattern.compile("([0-9]{1,10}) ([0-9]{1,12})");
    private static final int MAX_LOCK = 256;
    private static final DateTimeFormatter SINCE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    /// The locks of this very process. The kernel forgets all of a process's locks on a file when it closes that file
    /// once, however often it has it open.
    private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

    /// So that looking at the lock does not have the kernel forget one that this process takes meanwhile.
    private static final ReentrantLock GLANCE = new ReentrantLock();

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

    /// The state directory; it need not be there.
    Path base() {
        return base;
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
            throw new NoSuchRunException("there is no run " + Text.quoted(id) + " in " + base, List.of());
        }
        try {
            return Journal.read(folder(id), hook);
        } catch (IOException e) {
            throw new UnreadableRunException(unreadable(id, e));
        }
    }

    /// The run that somebody means by its name or the beginning of it.
    ///
    /// @throws NoSuchRunException if there is none, or several begin like that
    public String find(String given) throws IOException {
        List<String> all = ids();
        List<String> meant = all.stream().filter(id -> id.startsWith(given)).toList();
        if (meant.size() == 1 || all.contains(given)) {
            return all.contains(given) ? given : meant.getFirst();
        }
        if (meant.size() > 1 && !given.isEmpty()) {
            throw new NoSuchRunException(
                    meant.size() + " runs begin with " + Text.quoted(given),
                    meant.subList(0, Math.min(3, meant.size())));
        }
        throw new NoSuchRunException("there is no run " + Text.quoted(given) + " in " + base, NearMiss.of(given, all));
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
        FileAttribute<?> ownerOnly = permissions("rwx------");
        makeBase();
        if (!Files.isDirectory(base.resolve("journal"))) {
            Files.createDirectory(base.resolve("journal"), ownerOnly);
        }
        Files.createDirectory(folder, ownerOnly);
        try {
            Files.createDirectory(folder.resolve("backup"), ownerOnly);
            Journal journal =
                    Journal.create(folder, new Entry.Planned(Entry.Planned.SCHEMA_VERSION, now, bootId, plan), hook);
            Disk.syncDirectory(base.resolve("journal"));
            Disk.syncDirectory(base);
            return journal;
        } catch (IOException e) {
            discard(folder);
            throw e;
        }
    }

    /// Nobody but its owner may put anything there, whatever the umask is.
    private void makeBase() throws IOException {
        if (!Files.isDirectory(base)) {
            Files.createDirectories(base, permissions("rwxr-xr-x"));
        }
    }

    private static FileAttribute<?> permissions(String all) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(all));
    }

    /// Removes a folder in which no run could begin; one that stays harms nobody.
    private static void discard(Path folder) {
        for (String name : List.of("journal.jsonl", "backup", "")) {
            try {
                Files.deleteIfExists(folder.resolve(name));
            } catch (IOException _) {
                return;
            }
        }
    }

    /// The right to change the machine, until closed or the process ends.
    static final class Lock implements AutoCloseable {
        private final FileChannel channel;
        private final Path file;

        private Lock(FileChannel channel, Path file) {
            this.channel = channel;
            this.file = file;
        }

        @Override
        public void close() throws IOException {
            channel.close();
            HELD.remove(file);
        }
    }

    /// Null if another run holds it.
    @Nullable
    Lock lock() throws IOException {
        makeBase();
        Path file = lockFile();
        GLANCE.lock();
        try {
            return lock(file);
        } finally {
            GLANCE.unlock();
        }
    }

    private static @Nullable Lock lock(Path file) throws IOException {
        String own = ProcessHandle.current().pid() + " " + Instant.now().getEpochSecond();
        if (HELD.putIfAbsent(file, own) != null) {
            return null;
        }
        @Nullable FileChannel channel = null;
        boolean got = false;
        try {
            // whoever may read it could lock it, too, and keep root from changing anything
            channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), permissions("rw-------"));
            got = channel.tryLock() != null;
            if (got) {
                sign(channel, own);
                return new Lock(channel, file);
            }
            return null;
        } finally {
            if (!got) {
                HELD.remove(file);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    /// The lock holds without a name in it, on a full disk for one.
    private static void sign(FileChannel channel, String holder) {
        try {
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(holder + "\n"));
        } catch (IOException _) {
            // who waits is told less
        }
    }

    private Path lockFile() throws IOException {
        return base.toRealPath().resolve("lock");
    }

    /// Who changes the machine now.
    ///
    /// @param process its id; 0 if it is not visible from here
    /// @param since when it began; null if that is not known
    public record Holder(long process, @Nullable Instant since) {}

    /// Who holds the lock now; empty if nobody does, or somebody else may not see that.
    public Optional<Holder> holding() {
        GLANCE.lock();
        try {
            Path file = lockFile();
            if (HELD.containsKey(file)) {
                return Optional.of(
                        signed(file).orElse(new Holder(ProcessHandle.current().pid(), null)));
            }
            OptionalInt process = RecordLock.holder(file);
            if (process.isEmpty()) {
                return Optional.empty();
            }
            long id = process.getAsInt();
            return Optional.of(
                    signed(file).filter(h -> id == 0 || h.process() == id).orElse(new Holder(id, null)));
        } catch (IOException e) {
            return Optional.empty();
        } finally {
            GLANCE.unlock();
        }
    }

    /// Who says in the lock to hold it, or says that no more.
    private static Optional<Holder> signed(Path file) throws IOException {
        @Nullable String here = HELD.get(file);
        String text = here != null ? here : Files.size(file) > MAX_LOCK ? "" : Files.readString(file);
        Matcher m = HOLDER.matcher(text.strip());
        return m.matches()
                ? Optional.of(new Holder(Long.parseLong(m.group(1)), Instant.ofEpochSecond(Long.parseLong(m.group(2)))))
                : Optional.empty();
    }

    /// Who holds the lock and since when, as the end of a sentence; empty if that is not known.
    String holder() {
        try {
            return signed(lockFile()).map(Journals::words).orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private static String words(Holder holder) {
        Instant since = holder.since();
        return ": process " + holder.process() + (since == null ? "" : ", since " + SINCE.format(since));
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
