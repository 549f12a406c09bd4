package dev.nptune.apply;

import dev.nptune.internal.files.Sha256;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change.Rebuild;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Has files built by the system's programs: menus, initramfs images.
///
/// A program that can be told where to write is told a temporary file, which goes to the disk and is renamed over the
/// old one: `grub-mkconfig -o` on the menu itself truncates that first, and a power cut then leaves no menu.
///
/// Taking it back puts the old file in place. Was it built anew by somebody else since (a kernel update), the old one
/// would lack what came then: it is built once more, from files that are as before by then. A file that is gone since,
/// with the kernel it was built for, is nobody's to make again.
final class BuildExecutor implements ChangeExecutor<Rebuild, Undo.OfBuild> {
    /// What they build holds hashes of kernels and images: an old one has a newer kernel refused.
    private static final Set<Builder> HASHING = Set.of(Builder.LIMINE_MKINITCPIO, Builder.LIMINE_UPDATE);

    private final Machine machine;

    BuildExecutor(Machine machine) {
        this.machine = machine;
    }

    @Override
    public List<String> differences(Rebuild change) throws IOException {
        if (machine.tools().find(change.builder().program()).isEmpty()) {
            return List.of(change.builder().program() + ", which builds " + String.join(", ", change.outputs())
                    + ", is not installed");
        }
        List<String> out = new ArrayList<>();
        for (String output : change.outputs()) {
            Path file = machine.locate(output);
            List<String> elsewhere = BootPlaces.obstacles(machine, output);
            if (!elsewhere.isEmpty()) {
                out.addAll(elsewhere);
            } else if (Files.isRegularFile(file)) {
                out.addAll(Disk.obstacles(Disk.directory(file), Files.size(file)));
            } else {
                out.add(file + " is not there, or no regular file");
            }
        }
        return out;
    }

    @Override
    public List<String> steps(Rebuild change) throws IOException {
        Builder builder = change.builder();
        List<String> out = new ArrayList<>();
        if (builder.inPlace()) {
            out.add(Text.commandLine(builder.argv(change.kernel(), "")));
            for (String output : change.outputs()) {
                out.add("it writes " + machine.locate(output));
            }
            return out;
        }
        Path file = machine.locate(change.outputs().getFirst());
        String beside = Place.temporary(file, "RUN").toString();
        out.add(Text.commandLine(builder.argv(change.kernel(), beside)));
        out.add("rename that to " + file);
        return out;
    }

    @Override
    public List<String> stepsBack(Undo.OfBuild undo, Place place) throws IOException {
        List<String> out = new ArrayList<>();
        Undo.OfBuild rest = rest(undo, place, false);
        if (differing(rest, place).isEmpty()) {
            return out;
        }
        if (!othersWork(rest, place).isEmpty()) {
            return List.of(Text.commandLine(undo.builder()
                            .argv(undo.kernel(), undo.files().getFirst().path()))
                    + ", since it was built anew by somebody else");
        }
        for (Undo.Built built : rest.files()) {
            out.add(Text.restore(place.backups().resolve(built.backup()), machine.locate(built.path())));
        }
        return out;
    }

    /// A file built anew since by somebody else, for a new kernel perhaps, has the change in it as well.
    @Override
    public List<String> lapsed(Rebuild change, Undo.OfBuild undo) throws IOException {
        List<String> out = new ArrayList<>();
        for (Undo.Built built : undo.files()) {
            Path file = machine.locate(built.path());
            if (!Files.exists(file)) {
                out.add(file + " is gone");
                continue;
            }
            lacking(change, built, file).stream()
                    .findFirst()
                    .ifPresent(word -> out.add(file + " does not say " + Text.quoted(word) + " any more"));
        }
        return out;
    }

    /// The words are those of the first file: the others are images, or an older kernel's entry that stays as it is
    /// where its kernel is gone.
    private List<String> lacking(Rebuild change, Undo.Built built, Path file) throws IOException {
        boolean first =
                machine.inside(machine.locate(change.outputs().getFirst())).equals(built.path());
        if (change.contains().isEmpty() || !first) {
            return List.of();
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return change.contains().stream().filter(w -> !text.contains(w)).toList();
    }

    @Override
    public Undo.OfBuild prepare(Rebuild change, Place place) throws IOException {
        List<Undo.Built> files = new ArrayList<>();
        for (String output : change.outputs()) {
            Path file = machine.locate(output);
            String backup = place.index() + "." + files.size();
            Disk.keep(file, place.backups().resolve(backup));
            files.add(new Undo.Built(machine.inside(file), machine.inside(place.temporary(file)), backup, null));
        }
        return new Undo.OfBuild(change.builder(), change.kernel(), files);
    }

    @Override
    public Undo.OfBuild act(Rebuild change, Undo.OfBuild undo, Place place) throws IOException {
        build(undo, place, FaultHook.Phase.DURING_ACT);
        List<Undo.Built> files = new ArrayList<>();
        for (Undo.Built file : undo.files()) {
            files.add(new Undo.Built(
                    file.path(), file.temporary(), file.backup(), Sha256.of(machine.locate(file.path()))));
        }
        return new Undo.OfBuild(undo.builder(), undo.kernel(), files);
    }

    private void build(Undo.OfBuild undo, Place place, FaultHook.Phase during) throws IOException {
        Builder builder = undo.builder();
        if (builder.inPlace()) {
            List<Path> outputs = outputs(undo);
            List<Path> gone = gone(undo);
            try (Disk.Held _ = Disk.Held.of(outputs)) {
                machine.tools().run(builder.argv(undo.kernel(), ""));
                place.at(during);
                outputs.removeIf(output -> gone.contains(output) && !Files.exists(output));
                for (Path output : outputs) {
                    Disk.syncFile(output);
                    Disk.syncDirectory(Disk.directory(output));
                    Disk.settle(output);
                }
            }
            return;
        }
        Undo.Built built = undo.files().getFirst();
        Path file = machine.locate(built.path());
        Path temporary = machine.locate(built.temporary());
        machine.tools().run(builder.argv(undo.kernel(), temporary.toString()));
        if (!Files.isRegularFile(temporary) || Files.size(temporary) == 0) {
            throw new IOException(builder.program() + " wrote nothing");
        }
        Files.setAttribute(temporary, "unix:mode", Files.getAttribute(file, "unix:mode"));
        Files.setOwner(temporary, Files.getOwner(file));
        Files.setAttribute(temporary, "unix:gid", Files.getAttribute(file, "unix:gid"));
        if (during == FaultHook.Phase.DURING_ACT) {
            note(built, Sha256.of(temporary), place);
        }
        place.at(during);
        Disk.replace(temporary, file);
    }

    /// What is about to take the file's place is known before it does, so that after a power cut it is not taken for
    /// somebody else's, nor somebody else's for it.
    private static void note(Undo.Built built, String digest, Place place) throws IOException {
        Path note = noted(built, place);
        Files.writeString(note, digest);
        Disk.syncFile(note);
        Disk.syncDirectory(place.backups());
    }

    private static Path noted(Undo.Built built, Place place) {
        return place.backups().resolve(built.backup() + ".built");
    }

    /// SHA-256 of what was built; null if that is not known, empty if nothing was.
    private static @Nullable String digest(Undo.OfBuild undo, Undo.Built built, Place place) throws IOException {
        if (built.digest() != null || undo.builder().inPlace()) {
            return built.digest();
        }
        Path note = noted(built, place);
        return Files.exists(note) ? Files.readString(note) : "";
    }

    @Override
    public void verify(Rebuild change, Undo.OfBuild undo) throws IOException {
        for (Undo.Built built : undo.files()) {
            Path file = machine.locate(built.path());
            if (!Sha256.of(file).equals(built.digest())) {
                throw new IOException(file + " does not read as it was built: somebody else writes it too");
            }
            for (String wanted : lacking(change, built, file)) {
                throw new IOException(change.builder().program() + " ran, but " + file + " does not say "
                        + Text.quoted(wanted) + ": it may not be the file that the machine boots with");
            }
        }
    }

    @Override
    public boolean isAsBefore(Undo.OfBuild undo, Place place) throws IOException {
        return differing(rest(undo, place, false), place).isEmpty();
    }

    @Override
    public String undo(Undo.OfBuild undo, Place place, UndoMode mode) throws IOException {
        for (Undo.Built built : undo.files()) {
            Path temporary = machine.locate(built.temporary());
            Files.deleteIfExists(temporary);
            // grub-mkconfig builds there first
            Files.deleteIfExists(temporary.resolveSibling(temporary.getFileName() + ".new"));
        }
        Undo.OfBuild rest = rest(undo, place, mode.force() && !mode.again());
        String remark = differing(rest, place).isEmpty() ? "" : putBack(undo, rest, place, mode);
        List<Path> gone = gone(undo);
        if (gone.isEmpty()) {
            return remark;
        }
        String left = gone.stream().map(Path::toString).collect(Collectors.joining(", ")) + " is not there any more";
        return remark.isEmpty() ? left : remark + "; " + left;
    }

    /// By force the old files take the place of others' work, unless a boot loader would refuse what they name.
    private String putBack(Undo.OfBuild undo, Undo.OfBuild rest, Place place, UndoMode mode) throws IOException {
        List<String> others = mode.again()
                ? differing(rest, place)
                : mode.force() && !HASHING.contains(undo.builder()) ? List.of() : othersWork(rest, place);
        if (!others.isEmpty()) {
            try {
                build(undo, place, FaultHook.Phase.DURING_UNDO);
                return String.join(", ", others) + " had been built anew since, and was built once more";
            } catch (IOException e) {
                if (!mode.force() || mode.again()) {
                    throw e;
                }
            }
        }
        for (Undo.Built built : shrinkingFirst(rest.files(), place)) {
            restore(undo.builder(), built, place);
        }
        return "";
    }

    private List<Path> outputs(Undo.OfBuild undo) throws IOException {
        List<Path> out = new ArrayList<>();
        for (Undo.Built built : undo.files()) {
            out.add(machine.locate(built.path()));
        }
        return out;
    }

    /// The files that are not there.
    private List<Path> gone(Undo.OfBuild undo) throws IOException {
        return outputs(undo).stream().filter(file -> !Files.exists(file)).toList();
    }

    /// All but the files that somebody has removed since, with a kernel perhaps. One that is not there while nothing is
    /// known to have come of the build may have been lost by that, and one may be asked for by force; but where its
    /// folder is gone too there is no place for it.
    private Undo.OfBuild rest(Undo.OfBuild undo, Place place, boolean force) throws IOException {
        List<Undo.Built> out = new ArrayList<>();
        for (Undo.Built built : undo.files()) {
            Path file = machine.locate(built.path());
            boolean wanted = force || digest(undo, built, place) == null;
            if (Files.exists(file) || (wanted && Files.isDirectory(Disk.directory(file)))) {
                out.add(built);
            }
        }
        return new Undo.OfBuild(undo.builder(), undo.kernel(), out);
    }

    /// The files that are not as before.
    private List<String> differing(Undo.OfBuild undo, Place place) throws IOException {
        List<String> out = new ArrayList<>();
        for (Undo.Built built : undo.files()) {
            Path file = machine.locate(built.path());
            if (!Files.exists(file) || Files.mismatch(place.backups().resolve(built.backup()), file) >= 0) {
                out.add(file.toString());
            }
        }
        return out;
    }

    /// The files that are there as somebody else has made them since.
    /// One that is as before was put back by a rollback that was cut off.
    private List<String> othersWork(Undo.OfBuild undo, Place place) throws IOException {
        List<String> out = new ArrayList<>();
        for (Undo.Built built : undo.files()) {
            Path file = machine.locate(built.path());
            @Nullable String digest = digest(undo, built, place);
            boolean ours = Files.exists(file)
                    && (Sha256.of(file).equals(digest)
                            || place.isHalfPutBack(place.backups().resolve(built.backup()), file)
                            || Files.mismatch(place.backups().resolve(built.backup()), file) < 0);
            if (digest != null && !ours) {
                out.add(file.toString());
            }
        }
        return out;
    }

    /// Those that give up room before those that need it.
    private List<Undo.Built> shrinkingFirst(List<Undo.Built> files, Place place) throws IOException {
        Map<Undo.Built, Long> growth = new HashMap<>();
        for (Undo.Built built : files) {
            Path file = machine.locate(built.path());
            long now = Files.exists(file) ? Files.size(file) : 0;
            growth.put(built, Files.size(place.backups().resolve(built.backup())) - now);
        }
        return files.stream()
                .sorted(Comparator.comparingLong(b -> growth.getOrDefault(b, 0L)))
                .toList();
    }

    private void restore(Builder builder, Undo.Built built, Place place) throws IOException {
        Path temporary = machine.locate(built.temporary());
        Path backup = place.backups().resolve(built.backup());
        Path file = machine.locate(built.path());
        if (Files.exists(file) && Files.mismatch(backup, file) < 0) {
            return;
        }
        if (builder.inPlace()) {
            place.putBackInPlace(backup, temporary, file);
        } else {
            place.putBack(backup, temporary, file);
        }
    }

    @Override
    public String byHand(Undo.OfBuild undo, Place place) {
        return undo.files().stream()
                .map(b -> "cp -a "
                        + Text.word(place.backups().resolve(b.backup()).toString()) + " "
                        + Text.word(
                                machine.root().resolve(b.path().substring(1)).toString()))
                .collect(Collectors.joining(" && "));
    }
}
