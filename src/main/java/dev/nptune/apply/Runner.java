package dev.nptune.apply;

import dev.nptune.apply.ApplyResult.Leftover;
import dev.nptune.plan.Change;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One run, forwards or back, under the lock.
final class Runner {
    /// Why what the machine falls back to is left.
    static final String NEEDED = "the machine may still fall back to it, so it stays until the rest is taken back";

    private final Executors executors;
    private final Journal journal;
    private final String bootId;
    private final FaultHook hook;
    private ApplyListener listener;

    Runner(Executors executors, Journal journal, String bootId, FaultHook hook, ApplyListener listener) {
        this.executors = executors;
        this.journal = journal;
        this.bootId = bootId;
        this.hook = hook;
        this.listener = listener;
    }

    /// Makes all changes, or takes back those made.
    ///
    /// @param stop asked between changes whether to stop
    ApplyResult apply(BooleanSupplier stop) {
        List<Change> changes = journal.state().run().plan().changes();
        tell(new ApplyEvent.Began(journal.id(), changes.size()));
        for (int i = 0; i < changes.size(); i++) {
            if (stop.getAsBoolean()) {
                return takeBack("interrupted", true, false);
            }
            Change change = changes.get(i);
            tell(new ApplyEvent.Started(i, change));
            try {
                executors.carryOut(change, place(i), journal);
            } catch (IOException | RuntimeException | LinkageError | VirtualMachineError e) {
                String reason = Executors.message(e);
                note(new Entry.Failed(i, reason));
                tell(new ApplyEvent.Failed(i, change, reason));
                return takeBack(change.summary() + ": " + reason, stop.getAsBoolean(), false);
            }
            tell(new ApplyEvent.Verified(i, change));
        }
        if (stop.getAsBoolean()) {
            return takeBack("interrupted", true, false);
        }
        try {
            journal.append(new Entry.Committed(Instant.now()));
        } catch (IOException | RuntimeException e) {
            return takeBack(Executors.message(e), false, false);
        }
        return new ApplyResult.Committed(journal.id());
    }

    /// Takes back, last first, all that is not taken back yet, and goes on past what cannot be. What the machine falls
    /// back to stays as long as anything stays that it might start with, even where that lacks room.
    ApplyResult takeBack(String reason, boolean interrupted, boolean force) {
        note(new Entry.RollingBack(Instant.now(), reason));
        Run run = journal.state().run();
        boolean rebooted = run.isFromAnotherBoot(bootId);
        tell(new ApplyEvent.RollingBack(journal.id(), reason, run.toUndo().size()));
        Round round = round(run, force, rebooted);
        List<Leftover> left = (round.madeRoom() ? round(journal.state().run(), force, rebooted) : round).left();
        note(left.isEmpty() ? new Entry.RolledBack(Instant.now()) : new Entry.Broken(Instant.now()));
        return left.isEmpty()
                ? new ApplyResult.RolledBack(journal.id(), reason, interrupted)
                : new ApplyResult.Partial(journal.id(), reason, interrupted, left);
    }

    /// What came of trying to take everything back.
    ///
    /// @param madeRoom whether something was taken back after something else had lacked room on a disk
    private record Round(List<Leftover> left, boolean madeRoom) {}

    private Round round(Run run, boolean force, boolean rebooted) {
        List<Leftover> left = new ArrayList<>();
        boolean needed = false;
        boolean lacksRoom = false;
        boolean madeRoom = false;
        List<Run.Step> steps = run.toUndo();
        for (int i = 0; i < steps.size(); i++) {
            Run.Step step = steps.get(i);
            Change change = run.plan().changes().get(step.index());
            try {
                if (needed && step.undo().isFallback()) {
                    throw new IOException(NEEDED);
                }
                String remark =
                        takeBack(run, step, mode(run, step, steps.subList(i + 1, steps.size()), force, rebooted));
                note(new Entry.Undone(step.index()));
                tell(new ApplyEvent.Undone(step.index(), change, remark));
                madeRoom |= lacksRoom;
            } catch (IOException | RuntimeException | LinkageError | VirtualMachineError e) {
                Leftover leftover = leftover(step, change, e);
                note(new Entry.Left(step.index(), leftover.why()));
                tell(new ApplyEvent.Left(step.index(), change, leftover.why()));
                left.add(leftover);
                needed |= step.undo().mayStartWith();
                lacksRoom |= e instanceof NoRoomException;
            }
        }
        return new Round(left, madeRoom);
    }

    /// What taking a step back may assume.
    ///
    /// @param later the steps that are taken back after it
    static UndoMode mode(Run run, Run.Step step, List<Run.Step> later, boolean force, boolean rebooted) {
        return new UndoMode(
                force,
                step.settled(),
                rebooted,
                step.progress() == Run.Progress.UNDONE,
                run.at(),
                files(run.steps()).flatMap(f -> f.madeDirectories().stream()).collect(Collectors.toSet()),
                files(later).map(Undo.OfFile::path).collect(Collectors.toSet()));
    }

    private static Stream<Undo.OfFile> files(List<Run.Step> steps) {
        return steps.stream().flatMap(s -> s.undo() instanceof Undo.OfFile file ? Stream.of(file) : Stream.empty());
    }

    private String takeBack(Run run, Run.Step step, UndoMode mode) throws IOException {
        try {
            return executors.undo(step, place(step.index()), mode);
        } catch (ConflictException e) {
            if (isTakenBackFurther(run, step)) {
                return "";
            }
            throw e;
        }
    }

    /// Whether an earlier change of the same thing was taken back already, by a run that could not note
    /// down that it had taken back this one.
    private boolean isTakenBackFurther(Run run, Run.Step step) throws IOException {
        String target = Executors.target(run.plan().changes().get(step.index()));
        for (Run.Step earlier : run.steps()) {
            if (earlier.index() < step.index()
                    && Executors.target(run.plan().changes().get(earlier.index()))
                            .equals(target)
                    && executors.isAsBefore(earlier.undo(), place(earlier.index()))) {
                return true;
            }
        }
        return false;
    }

    private Leftover leftover(Run.Step step, Change change, Throwable e) {
        return new Leftover(
                step.index(),
                change.summary(),
                e instanceof ConflictException,
                Executors.message(e),
                executors.byHand(step.undo(), place(step.index())));
    }

    /// The changes that could not be taken back, as the journal has them.
    List<Leftover> left() {
        Run run = journal.state().run();
        return run.toUndo().stream()
                .filter(s -> s.progress() == Run.Progress.LEFT)
                .map(s -> new Leftover(
                        s.index(),
                        run.plan().changes().get(s.index()).summary(),
                        false,
                        s.why(),
                        executors.byHand(s.undo(), place(s.index()))))
                .toList();
    }

    private Place place(int index) {
        return new Place(index, journal.id(), journal.backups(), hook);
    }

    /// Taking back must not stop because the journal's disk is full: a rollback from an outdated journal finds the
    /// machine as it was, and has nothing to do.
    private void note(Entry entry) {
        try {
            journal.append(entry);
        } catch (IOException e) {
            tell(new ApplyEvent.JournalTrouble(Executors.message(e)));
        }
    }

    private void tell(ApplyEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException e) {
            listener = ApplyListener.SILENT;
        }
    }
}
