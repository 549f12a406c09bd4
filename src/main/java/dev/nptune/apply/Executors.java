package dev.nptune.apply;

import dev.nptune.apply.FaultHook.Phase;
import dev.nptune.plan.Change;
import dev.nptune.plan.PassedFunction;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/// Finds the executor for a change, and takes it through its steps with the journal.
final class Executors {
    private final FileExecutor files;
    private final ModuleExecutor modules;
    private final SysfsExecutor sysfs;
    private final DomainExecutor domains;
    private final DriverExecutor drivers;

    Executors(Machine machine) {
        files = new FileExecutor(machine);
        modules = new ModuleExecutor(machine);
        sysfs = new SysfsExecutor(machine);
        domains = new DomainExecutor(machine);
        drivers = new DriverExecutor(machine);
    }

    /// What a change changes, so that two changes of the same thing are known.
    static String target(Change change) {
        return switch (change) {
            case Change.EditFile c -> c.path();
            case Change.ReloadModule c -> "module " + c.module();
            case Change.WriteSysfs c -> c.path();
            case Change.DefineDomain c -> "domain " + c.domain();
            case Change.BindDriver c -> "function " + c.address();
        };
    }

    /// Where the machine is not what a change was planned from; what cannot be found out is a difference too.
    List<String> differences(Change change) {
        try {
            return switch (change) {
                case Change.EditFile c -> files.differences(c);
                case Change.ReloadModule c -> modules.differences(c);
                case Change.WriteSysfs c -> sysfs.differences(c);
                case Change.DefineDomain c -> domains.differences(c);
                case Change.BindDriver c -> drivers.differences(c);
            };
        } catch (IOException | IllegalArgumentException e) {
            return List.of(message(e));
        }
    }

    /// Passed functions that are not what they were when the plan was made: their XML names addresses alone.
    List<String> differences(List<PassedFunction> passed) {
        List<String> out = new ArrayList<>();
        for (PassedFunction function : passed) {
            try {
                out.addAll(drivers.differences(function.address(), function.id()));
            } catch (IOException e) {
                out.add(message(e));
            }
        }
        return out;
    }

    /// Makes a change and sees it in force.
    void carryOut(Change change, Place place, Journal journal) throws IOException {
        List<String> differences = differences(change);
        if (!differences.isEmpty()) {
            throw new IOException(String.join("; ", differences));
        }
        switch (change) {
            case Change.EditFile c -> carryOut(files, c, place, journal);
            case Change.ReloadModule c -> carryOut(modules, c, place, journal);
            case Change.WriteSysfs c -> carryOut(sysfs, c, place, journal);
            case Change.DefineDomain c -> carryOut(domains, c, place, journal);
            case Change.BindDriver c -> carryOut(drivers, c, place, journal);
        }
    }

    private static <C extends Change, U extends Undo> void carryOut(
            ChangeExecutor<C, U> executor, C change, Place place, Journal journal) throws IOException {
        U undo = executor.prepare(change, place);
        journal.append(new Entry.Started(place.index(), undo));
        place.at(Phase.BEFORE_ACT);
        U done = executor.act(change, undo, place);
        place.at(Phase.AFTER_ACT);
        journal.append(new Entry.Applied(place.index(), done));
        place.at(Phase.IN_VERIFY);
        executor.verify(change, done);
        journal.append(new Entry.Verified(place.index()));
    }

    /// Takes a change back.
    ///
    /// @return what is worth knowing, or nothing
    String undo(Undo undo, Place place, UndoMode mode) throws IOException {
        place.at(Phase.BEFORE_UNDO);
        String note = switch (undo) {
            case Undo.OfFile u -> files.undo(u, place, mode);
            case Undo.OfModule u -> modules.undo(u, place, mode);
            case Undo.OfSysfs u -> sysfs.undo(u, place, mode);
            case Undo.OfDomain u -> domains.undo(u, place, mode);
            case Undo.OfDriver u -> drivers.undo(u, place, mode);
        };
        place.at(Phase.AFTER_UNDO);
        return note;
    }

    /// Whether what a change is about is as it was before it.
    boolean isAsBefore(Undo undo, Place place) throws IOException {
        return switch (undo) {
            case Undo.OfFile u -> files.isAsBefore(u, place);
            case Undo.OfModule u -> modules.isAsBefore(u, place);
            case Undo.OfSysfs u -> sysfs.isAsBefore(u, place);
            case Undo.OfDomain u -> domains.isAsBefore(u, place);
            case Undo.OfDriver u -> drivers.isAsBefore(u, place);
        };
    }

    /// The commands that take a change back by hand.
    String byHand(Undo undo, Place place) {
        return switch (undo) {
            case Undo.OfFile u -> files.byHand(u, place);
            case Undo.OfModule u -> modules.byHand(u, place);
            case Undo.OfSysfs u -> sysfs.byHand(u, place);
            case Undo.OfDomain u -> domains.byHand(u, place);
            case Undo.OfDriver u -> drivers.byHand(u, place);
        };
    }

    /// What an exception says, with the cause's kind where the JDK gives only a file name.
    static String message(Exception e) {
        String message = e.getMessage();
        return switch (e) {
            case AccessDeniedException d -> "no permission for " + d.getFile() + "; run as root";
            case NoSuchFileException n -> n.getFile() + " is not there";
            case FileAlreadyExistsException n -> n.getFile() + " is already there";
            default -> message == null ? e.getClass().getSimpleName() : message;
        };
    }
}
