package dev.nptune.apply;

import dev.nptune.apply.FaultHook.Phase;
import dev.nptune.plan.Change;
import dev.nptune.plan.PassedFunction;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
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
    private final CopyExecutor copies;
    private final BuildExecutor builds;
    private final BootEntryExecutor entries;
    private final GrubVariableExecutor variables;
    private final OstreeExecutor ostree;
    private final Machine machine;

    Executors(Machine machine) {
        this.machine = machine;
        files = new FileExecutor(machine);
        modules = new ModuleExecutor(machine);
        sysfs = new SysfsExecutor(machine);
        domains = new DomainExecutor(machine);
        drivers = new DriverExecutor(machine);
        copies = new CopyExecutor(machine);
        builds = new BuildExecutor(machine);
        entries = new BootEntryExecutor(machine);
        variables = new GrubVariableExecutor(machine);
        ostree = new OstreeExecutor(machine);
    }

    /// What a change changes, so that two changes of the same thing are known.
    static String target(Change change) {
        return switch (change) {
            case Change.EditFile c -> c.path();
            case Change.ReloadModule c -> "module " + c.module();
            case Change.WriteSysfs c -> c.path();
            case Change.DefineDomain c -> "domain " + c.domain();
            case Change.BindDriver c -> "function " + c.address();
            case Change.KeepCopy c -> c.to();
            case Change.Rebuild c -> c.outputs().getFirst();
            case Change.EditBootEntry c -> c.path();
            case Change.SetGrubVariable c -> "variable " + c.name();
            case Change.OstreeArguments _ -> "kernel arguments";
        };
    }

    private ChangeExecutor<?, ?> of(Change change) {
        return switch (change) {
            case Change.EditFile _ -> files;
            case Change.ReloadModule _ -> modules;
            case Change.WriteSysfs _ -> sysfs;
            case Change.DefineDomain _ -> domains;
            case Change.BindDriver _ -> drivers;
            case Change.KeepCopy _ -> copies;
            case Change.Rebuild _ -> builds;
            case Change.EditBootEntry _ -> entries;
            case Change.SetGrubVariable _ -> variables;
            case Change.OstreeArguments _ -> ostree;
        };
    }

    private ChangeExecutor<?, ?> of(Undo undo) {
        return switch (undo) {
            case Undo.OfFile _ -> files;
            case Undo.OfModule _ -> modules;
            case Undo.OfSysfs _ -> sysfs;
            case Undo.OfDomain _ -> domains;
            case Undo.OfDriver _ -> drivers;
            case Undo.OfCopy _ -> copies;
            case Undo.OfBuild _ -> builds;
            case Undo.OfBootEntry _ -> entries;
            case Undo.OfGrubVariable _ -> variables;
            case Undo.OfOstree _ -> ostree;
        };
    }

    /// The two switches above give each kind its own executor.
    @SuppressWarnings("unchecked")
    private static ChangeExecutor<Change, Undo> own(ChangeExecutor<?, ?> executor) {
        return (ChangeExecutor<Change, Undo>) executor;
    }

    /// Where the machine is not what a change was planned from; what cannot be found out is a difference too.
    List<String> differences(Change change) {
        try {
            return own(of(change)).differences(change);
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
        ChangeExecutor<Change, Undo> executor = own(of(change));
        Undo undo = executor.prepare(change, place);
        journal.append(new Entry.Started(place.index(), undo, Mounts.of(machine).holding(undo.paths())));
        place.at(Phase.BEFORE_ACT);
        Undo done = executor.act(change, undo, place);
        place.at(Phase.AFTER_ACT);
        journal.append(new Entry.Applied(place.index(), done));
        place.at(Phase.IN_VERIFY);
        executor.verify(change, done);
        journal.append(new Entry.Verified(place.index()));
    }

    /// Takes a change back.
    ///
    /// @return what is worth knowing, or nothing
    String undo(Run.Step step, Place place, UndoMode mode) throws IOException {
        place.at(Phase.BEFORE_UNDO);
        Mounts.require(machine, step.mounts(), step.undo().paths());
        String note = own(of(step.undo())).undo(step.undo(), place, mode);
        place.at(Phase.AFTER_UNDO);
        return note;
    }

    /// Sees whether a change would be taken back now, see [ChangeExecutor#check].
    void check(Undo undo, Place place, UndoMode mode) throws IOException {
        own(of(undo)).check(undo, place, mode);
    }

    /// Whether what a change is about is as it was before it.
    boolean isAsBefore(Undo undo, Place place) throws IOException {
        return own(of(undo)).isAsBefore(undo, place);
    }

    /// What making a change does to the machine.
    List<String> steps(Change change) {
        try {
            return own(of(change)).steps(change);
        } catch (IOException | IllegalArgumentException e) {
            return List.of();
        }
    }

    /// What taking a change back does if nobody else has changed anything since.
    List<String> stepsBack(Run.Step step, Place place) throws IOException {
        Mounts.require(machine, step.mounts(), step.undo().paths());
        return own(of(step.undo())).stepsBack(step.undo(), place);
    }

    /// Why a change is not in force any more; empty if it is.
    List<String> lapsed(Change change, Undo undo) {
        try {
            return own(of(change)).lapsed(change, undo);
        } catch (IOException | IllegalArgumentException e) {
            return List.of(message(e));
        }
    }

    /// The commands that take a change back by hand.
    String byHand(Undo undo, Place place) {
        return own(of(undo)).byHand(undo, place);
    }

    /// The C library's words for what an owner has to see to, in plain ones.
    static String reason(String said) {
        return switch (said) {
            case "No space left on device" -> "the disk is full";
            case "Read-only file system" -> "the file system is mounted read-only";
            case "Disk quota exceeded" -> "the disk quota is used up";
            case "Input/output error" -> "the disk reports an input/output error";
            default -> said;
        };
    }

    /// What went wrong, with the cause's kind where the JDK gives only a file name.
    static String message(Throwable e) {
        String message = e.getMessage();
        return switch (e) {
            case AccessDeniedException d -> "no permission for " + d.getFile() + "; run as root";
            case NoSuchFileException n -> n.getFile() + " is not there";
            case FileAlreadyExistsException n -> n.getFile() + " is already there";
            case FileSystemException f when f.getReason() != null -> reason(f.getReason()) + ": " + f.getFile();
            case Error error -> "the Java machine gave up: " + error;
            default -> message == null ? e.getClass().getSimpleName() : reason(message);
        };
    }
}
