package dev.nptune.apply;

import dev.nptune.plan.Change.SetGrubVariable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Sets variables that GRUB reads when it starts, and may write.
final class GrubVariableExecutor implements ChangeExecutor<SetGrubVariable, Undo.OfGrubVariable> {
    private static final List<String> PROGRAMS = List.of("grub-editenv", "grub2-editenv");

    /// What a trial says whose boot failed; GRUB starts what was kept from then on, however often.
    private static final String FAILED = "failed";

    /// What a block begins with.
    private static final byte[] SIGNATURE = "# GRUB Environment Block\n".getBytes(StandardCharsets.US_ASCII);

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]*");

    private final Machine machine;

    GrubVariableExecutor(Machine machine) {
        this.machine = machine;
    }

    @Override
    public List<String> differences(SetGrubVariable change) throws IOException {
        if (!NAME.matcher(change.name()).matches()
                || !VALUE.matcher(change.value()).matches()) {
            return List.of(Text.quoted(change.name() + "=" + change.value()) + " is no variable of GRUB's");
        }
        List<String> elsewhere = BootPlaces.obstacles(machine, change.block());
        if (!elsewhere.isEmpty()) {
            return elsewhere;
        }
        Path block = machine.locate(change.block());
        if (!Files.isRegularFile(block)) {
            return List.of(block + " is not there: GRUB has nowhere to keep what it remembers");
        }
        if (program().isEmpty()) {
            return List.of("neither " + String.join(" nor ", PROGRAMS) + " is installed");
        }
        Optional<String> now = value(block, change.name());
        return now.isEmpty()
                ? Disk.obstacles(Disk.directory(block), Files.size(block))
                : List.of(change.name() + " is set in " + block + " already, to " + Text.quoted(now.get())
                        + (now.get().equals(FAILED)
                                ? ": the machine did not come up with an earlier change; take that back"
                                : ": an earlier change has not been confirmed yet; reboot, or take it back"));
    }

    @Override
    public List<String> steps(SetGrubVariable change) throws IOException {
        Path block = machine.locate(change.block());
        return inACopy(block, Place.temporary(block, "RUN"), "set", change.name() + "=" + change.value());
    }

    @Override
    public List<String> stepsBack(Undo.OfGrubVariable undo, Place place) throws IOException {
        Path block = machine.locate(undo.block());
        if (!Files.exists(block)) {
            return List.of();
        }
        if (isCutShort(undo, block)) {
            return List.of(Text.restore(place.backups().resolve(String.valueOf(undo.backup())), block));
        }
        return isAsBefore(undo, place) ? List.of() : inACopy(block, temporary(undo, place), "unset", undo.name());
    }

    private List<String> inACopy(Path block, Path temporary, String... arguments) {
        return List.of(
                "copy " + block + " to " + temporary,
                Text.commandLine(argv(temporary, arguments)),
                "rename that to " + block);
    }

    /// GRUB takes the variable away when it has used it, and so does whoever finds the boot good.
    @Override
    public List<String> lapsed(SetGrubVariable change, Undo.OfGrubVariable undo) {
        return List.of();
    }

    @Override
    public Undo.OfGrubVariable prepare(SetGrubVariable change, Place place) throws IOException {
        Path block = machine.locate(change.block());
        String backup = Integer.toString(place.index());
        Disk.keep(block, place.backups().resolve(backup));
        return new Undo.OfGrubVariable(
                machine.inside(block), change.name(), machine.inside(place.temporary(block)), backup);
    }

    @Override
    public Undo.OfGrubVariable act(SetGrubVariable change, Undo.OfGrubVariable undo, Place place) throws IOException {
        edit(undo, place, FaultHook.Phase.DURING_ACT, "set", change.name() + "=" + change.value());
        return undo;
    }

    @Override
    public void verify(SetGrubVariable change, Undo.OfGrubVariable undo) throws IOException {
        Path block = machine.locate(undo.block());
        if (!value(block, change.name()).equals(Optional.of(change.value()))) {
            throw new IOException(block + " does not say " + change.name() + "=" + change.value());
        }
    }

    @Override
    public boolean isAsBefore(Undo.OfGrubVariable undo, Place place) throws IOException {
        return value(machine.locate(undo.block()), undo.name()).isEmpty();
    }

    @Override
    public String undo(Undo.OfGrubVariable undo, Place place, UndoMode mode) throws IOException {
        Path block = machine.locate(undo.block());
        Files.deleteIfExists(temporary(undo, place));
        if (!Files.exists(block)) {
            return block + " is not there any more";
        }
        if (isCutShort(undo, block)) {
            place.putBack(place.backups().resolve(String.valueOf(undo.backup())), temporary(undo, place), block);
            return block + " was no environment block any more, and is as it was before the run";
        }
        if (!isAsBefore(undo, place)) {
            edit(undo, place, FaultHook.Phase.DURING_UNDO, "unset", undo.name());
        }
        return "";
    }

    /// Whether a power cut has left a file without a beginning, which GRUB does not read, where it is known what was
    /// in it.
    private static boolean isCutShort(Undo.OfGrubVariable undo, Path block) throws IOException {
        if (undo.backup() == null) {
            return false;
        }
        try (InputStream in = Files.newInputStream(block)) {
            return !Arrays.equals(in.readNBytes(SIGNATURE.length), SIGNATURE);
        }
    }

    private Path temporary(Undo.OfGrubVariable undo, Place place) throws IOException {
        Path block = machine.locate(undo.block());
        return undo.temporary() == null ? place.temporary(block) : machine.locate(undo.temporary());
    }

    @Override
    public String byHand(Undo.OfGrubVariable undo, Place place) {
        return program().map(Path::toString).orElse(PROGRAMS.getFirst()) + " "
                + Text.word(machine.root().resolve(undo.block().substring(1)).toString()) + " unset " + undo.name();
    }

    private Optional<Path> program() {
        return machine.tools().findFirst(PROGRAMS);
    }

    private Optional<String> value(Path block, String name) throws IOException {
        return run(block, "list")
                .lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst();
    }

    /// In a copy: the program empties the file before it writes it, and GRUB may be started in between.
    private void edit(Undo.OfGrubVariable undo, Place place, FaultHook.Phase phase, String... arguments)
            throws IOException {
        Path block = machine.locate(undo.block());
        Path temporary = temporary(undo, place);
        Files.copy(block, temporary, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        try {
            run(temporary, arguments);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        place.at(phase);
        Disk.replace(temporary, block);
    }

    private String run(Path block, String... arguments) throws IOException {
        return machine.tools().run(argv(block, arguments));
    }

    private List<String> argv(Path block, String... arguments) {
        String program = program().map(Path::toString).orElse(PROGRAMS.getFirst());
        List<String> argv = new ArrayList<>(List.of(program, block.toString()));
        argv.addAll(List.of(arguments));
        return argv;
    }
}
