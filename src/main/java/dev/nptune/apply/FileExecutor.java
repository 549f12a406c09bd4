package dev.nptune.apply;

import dev.nptune.apply.FaultHook.Phase;
import dev.nptune.plan.Change.EditFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Replaces files whole: a temporary file beside the old one gets its owner, mode and extended attributes and the new
/// text, goes to the disk, and is renamed over it. At no time is there a file half written.
///
/// A new file has mode 0644, or 0755 if it is a script (begins with `#!`).
final class FileExecutor implements ChangeExecutor<EditFile, Undo.OfFile> {
    /// The largest file edited, in bytes.
    static final long MAX_SIZE = 16L << 20;

    /// How a step begins that the first of several files in a new folder takes for all of them.
    static final String MAKE_FOLDER = "make folder ";

    private final Machine machine;
    private final Optional<Path> run;

    FileExecutor(Machine machine) {
        this(machine, machine.isThisOne() ? Optional.of(Path.of("/run")) : Optional.empty());
    }

    /// @param run where libvirt hooks of ours keep what they have to give back; empty where no hook runs
    FileExecutor(Machine machine, Optional<Path> run) {
        this.machine = machine;
        this.run = run;
    }

    @Override
    public List<String> differences(EditFile change) throws IOException {
        Path file = machine.locate(change.path());
        byte @Nullable [] now = read(file);
        String before = change.before();
        if (before == null) {
            return now == null ? writable(file) : List.of(file + " was not there, and is now");
        }
        if (now == null) {
            return List.of(file + " is gone");
        }
        if (!Arrays.equals(now, bytes(before))) {
            List<String> out = new ArrayList<>(List.of(file + " has changed"));
            out.addAll(Text.differingLines(before, new String(now, StandardCharsets.UTF_8)));
            return out;
        }
        Optional<String> obstacle = hook(file).flatMap(RunningHook::obstacle);
        return obstacle.isPresent() && !before.equals(change.after()) ? List.of(obstacle.get()) : writable(file);
    }

    private Optional<RunningHook> hook(Path file) throws IOException {
        return run.isPresent() ? RunningHook.of(file, machine.inside(file), run.get()) : Optional.empty();
    }

    /// A hook that knows what it has to give back does so before it is another one, or none.
    private String giveBack(Path file) throws IOException {
        Optional<RunningHook> hook = hook(file);
        return hook.isPresent() ? hook.get().giveBack() : "";
    }

    private static List<String> writable(Path file) {
        Path directory = existing(Disk.directory(file));
        return Files.isDirectory(directory) && Files.isWritable(directory)
                ? List.of()
                : List.of(Disk.CANNOT_WRITE + "in " + directory + "; run as root, or make the file system writable");
    }

    @Override
    public List<String> steps(EditFile change) throws IOException {
        Path file = machine.locate(change.path());
        String after = change.after();
        List<String> out = new ArrayList<>();
        if (!Objects.equals(change.before(), after)) {
            out.addAll(givingBack(file));
        }
        if (after == null) {
            out.add("remove " + file);
            return out;
        }
        for (Path folder : missing(file)) {
            out.add(MAKE_FOLDER + folder + " (0755)");
        }
        out.add(change.before() == null ? "make " + file + " (" + mode(after) + ")" : "write " + file);
        return out;
    }

    private List<String> givingBack(Path file) throws IOException {
        return hook(file).stream().map(h -> Text.commandLine(h.command())).toList();
    }

    /// The folders above a file that are not there, outermost first.
    private static List<Path> missing(Path file) {
        List<Path> out = new ArrayList<>();
        for (Path d = Disk.directory(file); !Files.exists(d); d = Disk.directory(d)) {
            out.addFirst(d);
        }
        return out;
    }

    /// Mode of a new file, in octal.
    private static String mode(String text) {
        return text.startsWith("#!") ? "0755" : "0644";
    }

    @Override
    public List<String> stepsBack(Undo.OfFile undo, Place place) throws IOException {
        List<String> out = new ArrayList<>(fileBack(undo, place));
        for (String made : undo.madeDirectories().reversed()) {
            Path folder = machine.locate(made);
            if (Files.isDirectory(folder)) {
                out.add("remove folder " + folder + ", if it is empty then");
            }
        }
        return out;
    }

    private List<String> fileBack(Undo.OfFile undo, Place place) throws IOException {
        Path file = machine.locate(undo.path());
        if (isAsBefore(undo, place)) {
            return List.of();
        }
        Optional<AddedLines> added = added(undo, place);
        byte @Nullable [] now = read(file);
        if (added.isPresent() && now != null && !same(now, undo.after())) {
            Optional<String> rest = added.get().outOf(text(now));
            if (rest.isPresent()) {
                return List.of(
                        isNothing(undo, rest.get())
                                ? "remove " + file
                                : "take out of " + file + " what was added to it");
            }
            if (undo.backup() != null) {
                return List.of("leave " + file + ", if forced: what was added to it is not in it as it was written");
            }
        }
        List<String> out = new ArrayList<>(givingBack(file));
        out.add(
                undo.backup() == null
                        ? "remove " + file
                        : Text.restore(place.backups().resolve(undo.backup()), file));
        return out;
    }

    @Override
    public Undo.OfFile prepare(EditFile change, Place place) throws IOException {
        Path file = machine.locate(change.path());
        String backup = change.before() == null ? null : Integer.toString(place.index());
        if (backup != null) {
            Path copy = place.backups().resolve(backup);
            Disk.keep(file, copy);
            if (!same(read(copy), change.before())) {
                throw new IOException(file + " was changed by somebody else this moment");
            }
        }
        List<String> made = new ArrayList<>();
        for (Path folder : missing(file)) {
            made.add(machine.inside(folder));
        }
        Path temporary = place.temporary(file);
        return new Undo.OfFile(
                machine.inside(file), machine.inside(temporary), backup, change.after(), made, change.fallback());
    }

    @Override
    public Undo.OfFile act(EditFile change, Undo.OfFile undo, Place place) throws IOException {
        Path file = machine.locate(undo.path());
        String after = change.after();
        if (Objects.equals(change.before(), after)) {
            return undo;
        }
        giveBack(file); // what goes wrong there is no reason to keep the file
        if (after == null) {
            Disk.remove(file);
            return undo;
        }
        for (String made : undo.madeDirectories()) {
            Path directory = machine.locate(made);
            Files.createDirectory(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            Disk.syncDirectory(Disk.directory(directory));
        }
        Path temporary = machine.locate(undo.temporary());
        if (change.before() == null) {
            Files.createFile(temporary);
            Files.setPosixFilePermissions(
                    temporary, PosixFilePermissions.fromString(after.startsWith("#!") ? "rwxr-xr-x" : "rw-r--r--"));
        } else {
            Files.copy(file, temporary, StandardCopyOption.COPY_ATTRIBUTES);
        }
        try {
            Files.write(temporary, bytes(after), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new IOException(Disk.CANNOT_WRITE + file + ": " + Executors.message(e), e);
        }
        place.at(Phase.DURING_ACT);
        if (change.before() != null && !Objects.equals(Disk.owner(file), Disk.owner(temporary))) {
            throw new IOException("cannot keep the owner and mode of " + file + "; run as root");
        }
        Disk.replace(temporary, file);
        return undo;
    }

    @Override
    public void verify(EditFile change, Undo.OfFile undo) throws IOException {
        Path file = machine.locate(undo.path());
        if (!same(read(file), change.after())) {
            throw new IOException(file + " does not read as it was written: somebody else writes it too");
        }
    }

    @Override
    public void check(Undo.OfFile undo, Place place, UndoMode mode) throws IOException {
        if (mode.force() || isAsBefore(undo, place)) {
            return;
        }
        Path file = machine.locate(undo.path());
        byte @Nullable [] now = read(file);
        if (same(now, undo.after())) {
            return;
        }
        if (now != null && added(undo, place).flatMap(a -> a.outOf(text(now))).isPresent()) {
            return;
        }
        throw new ConflictException(
                file + (now == null ? " was removed" : " was edited") + " after the change was made",
                "compare it with the backup");
    }

    @Override
    public String undo(Undo.OfFile undo, Place place, UndoMode mode) throws IOException {
        Path file = machine.locate(undo.path());
        Path temporary = machine.locate(undo.temporary());
        Files.deleteIfExists(temporary);
        String remark = "";
        check(undo, place, mode);
        if (!isAsBefore(undo, place)) {
            byte @Nullable [] now = read(file);
            Optional<AddedLines> added = same(now, undo.after()) ? Optional.empty() : added(undo, place);
            Optional<String> rest = now == null ? Optional.empty() : added.flatMap(a -> a.outOf(text(now)));
            if (rest.isPresent()) {
                remark = leave(undo, file, rest.get(), place);
            } else if (mode.force() && added.isPresent() && undo.backup() != null && now != null) {
                remark = file + " has been edited since, and what was added to it is not in it as it was written;"
                        + " the file stays as it is";
            } else {
                remark = giveBack(file);
                putBack(undo, file, place);
            }
        }
        String left = undo.backup() == null ? removeMade(undo, mode) : "";
        return remark.isEmpty() || left.isEmpty() ? remark + left : remark + "; " + left;
    }

    private void putBack(Undo.OfFile undo, Path file, Place place) throws IOException {
        if (undo.backup() == null) {
            Disk.remove(file);
        } else {
            Files.createDirectories(Disk.directory(file));
            place.putBack(place.backups().resolve(undo.backup()), machine.locate(undo.temporary()), file);
        }
    }

    /// Leaves in a file what others have written into it since.
    private String leave(Undo.OfFile undo, Path file, String rest, Place place) throws IOException {
        if (isNothing(undo, rest)) {
            Disk.remove(file);
            return "";
        }
        Path temporary = machine.locate(undo.temporary());
        try {
            Files.copy(file, temporary, StandardCopyOption.COPY_ATTRIBUTES);
            Files.write(temporary, bytes(rest), StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw Disk.noRoom(file, bytes(rest).length, e).orElse(e);
        }
        place.at(Phase.DURING_UNDO);
        Disk.replace(temporary, file);
        return "what was added to " + file + " is out of it again; it has been edited since, and that stays";
    }

    private static boolean isNothing(Undo.OfFile undo, String rest) {
        return undo.backup() == null && rest.isBlank();
    }

    /// What was added to a file that the machine falls back to or by: a tool may have written a new kernel into a menu
    /// in which an entry was kept, and the old menu is not to take the place of that.
    ///
    /// @return empty if more was done than to add lines in one place
    private static Optional<AddedLines> added(Undo.OfFile undo, Place place) throws IOException {
        if (!undo.fallback() || undo.after() == null) {
            return Optional.empty();
        }
        String before = undo.backup() == null
                ? ""
                : Files.readString(place.backups().resolve(undo.backup()), StandardCharsets.UTF_8);
        return AddedLines.of(before, undo.after());
    }

    private String removeMade(Undo.OfFile undo, UndoMode mode) throws IOException {
        for (String made : mode.madeFor(undo.path())) {
            Path directory = machine.locate(made);
            try {
                if (Files.deleteIfExists(directory)) {
                    Disk.syncDirectory(Disk.directory(directory));
                }
            } catch (DirectoryNotEmptyException e) {
                return mode.later().stream().anyMatch(l -> l.startsWith(made + "/"))
                        ? ""
                        : directory + " was made for the file, and stays: it holds other files now";
            }
        }
        return "";
    }

    @Override
    public boolean isAsBefore(Undo.OfFile undo, Place place) throws IOException {
        Path backup = undo.backup() == null ? null : place.backups().resolve(undo.backup());
        return Arrays.equals(read(machine.locate(undo.path())), backup == null ? null : Files.readAllBytes(backup));
    }

    @Override
    public String byHand(Undo.OfFile undo, Place place) {
        String file = Text.word(machine.root().resolve(undo.path().substring(1)).toString());
        if (undo.backup() == null) {
            return "rm " + file;
        }
        return addedLines(undo, place)
                .map(added -> "# take out of " + file + ": "
                        + Text.quoted(added.getFirst().strip())
                        + (added.size() == 1
                                ? ""
                                : " and what follows, to "
                                        + Text.quoted(added.getLast().strip())))
                .orElse("cp -a "
                        + Text.word(place.backups().resolve(undo.backup()).toString()) + " " + file);
    }

    /// What was added to a file, as far as that can be told.
    private static Optional<List<String>> addedLines(Undo.OfFile undo, Place place) {
        try {
            return added(undo, place).map(AddedLines::lines);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte @Nullable [] read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is not a regular file");
        }
        if (Files.size(file) > MAX_SIZE) {
            throw new IOException(file + " is larger than any file edited (" + MAX_SIZE + " bytes)");
        }
        return Files.readAllBytes(file);
    }

    private static boolean same(byte @Nullable [] bytes, @Nullable String text) {
        return text == null ? bytes == null : Arrays.equals(bytes, bytes(text));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Path existing(Path directory) {
        Path known = directory;
        while (!Files.exists(known)) {
            known = Disk.directory(known);
        }
        return known;
    }
}
