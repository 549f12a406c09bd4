package dev.nptune.apply;

import dev.nptune.host.EfiVariables;
import dev.nptune.plan.Change.EditBootEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Edits entries of systemd-boot. One on trial is called `NAME+1.conf`: one try is left to it. systemd-boot renames it
/// when it starts it (`NAME+0-1.conf`), and systemd-bless-boot when the boot is complete (`NAME.conf`).
final class BootEntryExecutor implements ChangeExecutor<EditBootEntry, Undo.OfBootEntry> {
    private static final String ENDING = ".conf";

    /// What systemd-boot was told to start, by the command that takes it back: the default entry whatever becomes
    /// of it, the preferred one (systemd 261) in place of one on trial.
    private static final Map<String, String> TOLD =
            Map.of("LoaderEntryDefault", "set-default", "LoaderEntryPreferred", "set-preferred");

    private static final Pattern KERNEL = Pattern.compile("(?m)^[ \\t]*(?:linux|efi|uki)[ \\t]+[/\\\\]*(\\S+)");

    private final Machine machine;

    BootEntryExecutor(Machine machine) {
        this.machine = machine;
    }

    @Override
    public List<String> differences(EditBootEntry change) throws IOException {
        if (!change.path().endsWith(ENDING)) {
            return List.of(Text.quoted(change.path()) + " is no name of an entry");
        }
        List<String> elsewhere = BootPlaces.obstacles(machine, change.path());
        if (!elsewhere.isEmpty()) {
            return elsewhere;
        }
        Path file = machine.locate(change.path());
        List<Path> counted = counted(file);
        if (!counted.isEmpty()) {
            return List.of(counted.getFirst() + " is on trial already: reboot first, or take the earlier change back");
        }
        if (!Files.exists(file)) {
            return List.of(file + " is gone");
        }
        String now = text(file);
        if (!now.equals(change.before())) {
            List<String> out = new ArrayList<>(List.of(file + " has changed"));
            out.addAll(Text.differingLines(change.before(), now));
            return out;
        }
        if (change.trial()) {
            List<String> told = told();
            if (!told.isEmpty()) {
                return told;
            }
        }
        return Disk.obstacles(Disk.directory(file), change.after().length());
    }

    private List<String> told() throws IOException {
        List<String> out = new ArrayList<>();
        for (Map.Entry<String, String> variable : new TreeMap<>(TOLD).entrySet()) {
            if (Files.exists(machine.locate(EfiVariables.path(variable.getKey())))) {
                out.add("systemd-boot was told which entry to start (" + variable.getKey()
                        + "), so that a trial may not be begun or may not end; take that back first: bootctl "
                        + variable.getValue() + " ''");
            }
        }
        return out;
    }

    @Override
    public List<String> steps(EditBootEntry change) throws IOException {
        Path file = machine.locate(change.path());
        return change.trial() ? List.of("write " + onTrial(file), "remove " + file) : List.of("write " + file);
    }

    @Override
    public List<String> stepsBack(Undo.OfBootEntry undo, Place place) throws IOException {
        Path file = machine.locate(undo.path());
        List<String> out = new ArrayList<>();
        if (!isAsBefore(undo, place)) {
            out.add(
                    rewritten(undo, text(place.backups().resolve(undo.backup())))
                                    .isPresent()
                            ? "put the arguments of before back into " + file + ", which was written again since"
                            : Text.restore(place.backups().resolve(undo.backup()), file));
            counted(file).forEach(trial -> out.add("remove " + trial));
        }
        return out;
    }

    /// The boot may have counted the tries down, or found the entry good and taken the counter away.
    @Override
    public List<String> lapsed(EditBootEntry change, Undo.OfBootEntry undo) throws IOException {
        Path file = machine.locate(undo.path());
        for (Path now : present(file)) {
            if (RewrittenEntry.isLike(text(now), change.after())) {
                return List.of();
            }
        }
        return List.of(file + " does not read as it was written");
    }

    private static Path onTrial(Path file) {
        return file.resolveSibling(stem(file) + "+1" + ENDING);
    }

    @Override
    public Undo.OfBootEntry prepare(EditBootEntry change, Place place) throws IOException {
        Path file = machine.locate(change.path());
        String backup = Integer.toString(place.index());
        Disk.keep(file, place.backups().resolve(backup));
        return new Undo.OfBootEntry(
                machine.inside(file), machine.inside(place.temporary(file)), backup, change.after(), change.trial());
    }

    @Override
    public Undo.OfBootEntry act(EditBootEntry change, Undo.OfBootEntry undo, Place place) throws IOException {
        Path file = machine.locate(undo.path());
        Path temporary = machine.locate(undo.temporary());
        Files.copy(file, temporary, StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(temporary, change.after());
        if (!change.trial()) {
            place.at(FaultHook.Phase.DURING_ACT);
            Disk.replace(temporary, file);
            return undo;
        }
        Disk.replace(temporary, onTrial(file));
        place.at(FaultHook.Phase.DURING_ACT);
        Disk.remove(file);
        return undo;
    }

    @Override
    public void verify(EditBootEntry change, Undo.OfBootEntry undo) throws IOException {
        Path file = machine.locate(undo.path());
        Path written = change.trial() ? onTrial(file) : file;
        if (!Files.exists(written) || !text(written).equals(change.after())) {
            throw new IOException(written + " does not read as it was written: somebody else writes it too");
        }
    }

    @Override
    public boolean isAsBefore(Undo.OfBootEntry undo, Place place) throws IOException {
        Path file = machine.locate(undo.path());
        return Files.exists(file)
                && Files.mismatch(place.backups().resolve(undo.backup()), file) < 0
                && counted(file).isEmpty();
    }

    @Override
    public void check(Undo.OfBootEntry undo, Place place, UndoMode mode) throws IOException {
        String before = text(place.backups().resolve(undo.backup()));
        for (Path now : present(machine.locate(undo.path()))) {
            String text = text(now);
            if (!RewrittenEntry.isLike(text, before) && !RewrittenEntry.isLike(text, undo.after()) && !mode.force()) {
                throw new ConflictException(
                        now + " was edited after the change was made", "compare it with the backup");
            }
        }
    }

    @Override
    public String undo(Undo.OfBootEntry undo, Place place, UndoMode mode) throws IOException {
        Path file = machine.locate(undo.path());
        Path temporary = machine.locate(undo.temporary());
        Files.deleteIfExists(temporary);
        Path backup = place.backups().resolve(undo.backup());
        String before = text(backup);
        List<Path> counted = counted(file);
        check(undo, place, mode);
        if (!Files.exists(file) && counted.isEmpty() && mode.settled() && !mode.force() && !hasKernel(file, before)) {
            return file + " is not there any more, and stays so: kernels that are removed take their entries along";
        }
        Optional<String> rewritten = mode.force() ? Optional.empty() : rewritten(undo, before);
        if (rewritten.isPresent()) {
            putBack(rewritten.get(), backup, temporary, file, place);
        } else if (!Files.exists(file) || !text(file).equals(before)) {
            place.putBack(backup, temporary, file);
        }
        for (Path trial : counted) {
            Disk.remove(trial);
        }
        return rewritten.isPresent()
                ? file + " had been written again since: it has the arguments of before, and else what was written"
                : "";
    }

    /// The entry with the arguments of before, where its tool has written it again since: Debian's does with
    /// each new initramfs. Empty if it was not.
    private Optional<String> rewritten(Undo.OfBootEntry undo, String before) throws IOException {
        for (Path now : present(machine.locate(undo.path()))) {
            String text = text(now);
            if (!text.equals(before) && !text.equals(undo.after()) && RewrittenEntry.isLike(text, undo.after())) {
                return Optional.of(RewrittenEntry.withOptions(text, before));
            }
        }
        return Optional.empty();
    }

    private static void putBack(String text, Path backup, Path temporary, Path file, Place place) throws IOException {
        try {
            Files.copy(backup, temporary, StandardCopyOption.COPY_ATTRIBUTES);
            Files.writeString(temporary, text);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw Disk.noRoom(file, text.length(), e).orElse(e);
        }
        place.at(FaultHook.Phase.DURING_UNDO);
        Disk.replace(temporary, file);
    }

    @Override
    public String byHand(Undo.OfBootEntry undo, Place place) {
        Path file = machine.root().resolve(undo.path().substring(1));
        String trial = Text.word(file.resolveSibling(stem(file)).toString()) + "+*" + ENDING;
        return "cp -a " + Text.word(place.backups().resolve(undo.backup()).toString()) + " "
                + Text.word(file.toString()) + (undo.trial() ? "; rm -f " + trial : "");
    }

    /// Whether the kernel that an entry names is there, in the file system that the entry is in.
    private static boolean hasKernel(Path file, String text) {
        Matcher named = KERNEL.matcher(text);
        Path above = file.resolveSibling("../..").normalize();
        return named.find() && Files.exists(above.resolve(named.group(1).replace('\\', '/')));
    }

    /// The entry under all names that are there.
    private static List<Path> present(Path file) throws IOException {
        return Stream.concat(Stream.of(file), counted(file).stream())
                .filter(Files::exists)
                .toList();
    }

    /// The entry under names with a counter.
    private static List<Path> counted(Path file) throws IOException {
        Pattern name = Pattern.compile(Pattern.quote(stem(file)) + "\\+\\d+(-\\d+)?" + Pattern.quote(ENDING));
        Path directory = Disk.directory(file);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(
                            f -> name.matcher(String.valueOf(f.getFileName())).matches())
                    .sorted()
                    .toList();
        }
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - ENDING.length());
    }

    /// Whole, byte for byte where it is UTF-8.
    private static String text(Path file) throws IOException {
        if (Files.size(file) > FileExecutor.MAX_SIZE) {
            throw new IOException(file + " is larger than any entry");
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
