package dev.nptune.apply;

import dev.nptune.plan.Change.KeepCopy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Keeps copies of what the machine is started with. They are of no use to anybody else, so that taking one back asks
/// nobody.
final class CopyExecutor implements ChangeExecutor<KeepCopy, Undo.OfCopy> {
    private final Machine machine;

    CopyExecutor(Machine machine) {
        this.machine = machine;
    }

    @Override
    public List<String> differences(KeepCopy change) throws IOException {
        for (String path : List.of(change.from(), change.to())) {
            List<String> elsewhere = BootPlaces.obstacles(machine, path);
            if (!elsewhere.isEmpty()) {
                return elsewhere;
            }
        }
        Path from = machine.locate(change.from());
        if (!Files.isRegularFile(from)) {
            return List.of(from + " is not there, or no regular file");
        }
        return Disk.obstacles(Disk.directory(machine.locate(change.to())), Files.size(from));
    }

    @Override
    public List<String> steps(KeepCopy change) throws IOException {
        return List.of("copy " + machine.locate(change.from()) + " to " + machine.locate(change.to())
                + (change.renamed().isEmpty() ? "" : ", names in it changed: " + new TreeMap<>(change.renamed())));
    }

    @Override
    public List<String> stepsBack(Undo.OfCopy undo, Place place) throws IOException {
        Path to = machine.locate(undo.path());
        @Nullable String backup = undo.backup();
        return isAsBefore(undo, place)
                ? List.of()
                : List.of(
                        backup == null
                                ? "remove " + to
                                : Text.restore(place.backups().resolve(backup), to));
    }

    /// What it was copied from is built anew by later changes of the same plan.
    @Override
    public List<String> lapsed(KeepCopy change, Undo.OfCopy undo) throws IOException {
        Path to = machine.locate(undo.path());
        return Files.exists(to) && Files.size(to) > 0 ? List.of() : List.of(to + " is gone, or empty");
    }

    @Override
    public Undo.OfCopy prepare(KeepCopy change, Place place) throws IOException {
        Path to = machine.locate(change.to());
        String backup = Files.exists(to) ? Integer.toString(place.index()) : null;
        if (backup != null) {
            Disk.keep(to, place.backups().resolve(backup));
        }
        return new Undo.OfCopy(machine.inside(to), machine.inside(place.temporary(to)), backup);
    }

    @Override
    public Undo.OfCopy act(KeepCopy change, Undo.OfCopy undo, Place place) throws IOException {
        Path from = machine.locate(change.from());
        Path temporary = machine.locate(undo.temporary());
        Files.copy(from, temporary, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        if (!change.renamed().isEmpty()) {
            Files.write(temporary, renamed(Files.readAllBytes(from), change.renamed()));
        }
        place.at(FaultHook.Phase.DURING_ACT);
        Disk.replace(temporary, machine.locate(undo.path()));
        return undo;
    }

    /// Latin-1 keeps bytes that are no UTF-8.
    private static byte[] renamed(byte[] text, Map<String, String> names) {
        String out = new String(text, StandardCharsets.ISO_8859_1);
        List<String> longestFirst = names.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        for (String name : longestFirst) {
            out = Pattern.compile("(?<=/)" + Pattern.quote(name) + "(?![\\w.+~-])")
                    .matcher(out)
                    .replaceAll(Matcher.quoteReplacement(String.valueOf(names.get(name))));
        }
        return out.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void verify(KeepCopy change, Undo.OfCopy undo) throws IOException {
        Path from = machine.locate(change.from());
        Path to = machine.locate(undo.path());
        if (change.renamed().isEmpty() && Files.mismatch(from, to) >= 0) {
            throw new IOException(to + " is not what was copied from " + from);
        }
        if (Files.size(to) == 0) {
            throw new IOException(to + " is empty");
        }
    }

    @Override
    public boolean isAsBefore(Undo.OfCopy undo, Place place) throws IOException {
        Path to = machine.locate(undo.path());
        @Nullable String backup = undo.backup();
        return backup == null
                ? !Files.exists(to)
                : Files.exists(to) && Files.mismatch(place.backups().resolve(backup), to) < 0;
    }

    @Override
    public String undo(Undo.OfCopy undo, Place place, UndoMode mode) throws IOException {
        Path to = machine.locate(undo.path());
        Path temporary = machine.locate(undo.temporary());
        Files.deleteIfExists(temporary);
        @Nullable String backup = undo.backup();
        if (backup == null) {
            Disk.remove(to);
        } else if (!isAsBefore(undo, place)) {
            place.putBack(place.backups().resolve(backup), temporary, to);
        }
        return "";
    }

    @Override
    public String byHand(Undo.OfCopy undo, Place place) {
        String to = Text.word(machine.root().resolve(undo.path().substring(1)).toString());
        @Nullable String backup = undo.backup();
        return backup == null
                ? "rm " + to
                : "cp -a " + Text.word(place.backups().resolve(backup).toString()) + " " + to;
    }
}
