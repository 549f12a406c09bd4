package dev.nptune.apply;

import dev.nptune.apply.Preview.Step;
import dev.nptune.plan.Change;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Looks at what taking a run back would do, in the order in which it would be done: what is left of one change
/// decides on the next. Changes nothing.
final class BackPreview {
    private final Executors executors;
    private final Journal journal;
    private final boolean force;
    private final boolean rebooted;

    /// What the changes so far were about that would be taken back.
    private final Set<String> takenBack = new HashSet<>();

    /// Whether something would be left that the machine may start with.
    private boolean needed;

    private int conflicts;
    private int left;

    private BackPreview(Executors executors, Journal journal, boolean force, boolean rebooted) {
        this.executors = executors;
        this.journal = journal;
        this.force = force;
        this.rebooted = rebooted;
    }

    /// @param force whether to overwrite what somebody else has changed since
    static Preview of(Machine machine, Executors executors, Journal journal, boolean force) {
        boolean rebooted = journal.state().run().isFromAnotherBoot(machine.bootId());
        return new BackPreview(executors, journal, force, rebooted).preview();
    }

    private Preview preview() {
        Run run = journal.state().run();
        List<Run.Step> toUndo = journal.state().mayBeInForce() ? run.toUndo() : List.of();
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < toUndo.size(); i++) {
            Run.Step step = toUndo.get(i);
            List<Run.Step> later = toUndo.subList(i + 1, toUndo.size());
            Change change = run.plan().changes().get(step.index());
            Step back = back(step, change, later);
            if (back.unfit().isEmpty()) {
                takenBack.add(Executors.target(change));
            } else {
                needed |= step.undo().mayStartWith();
                left++;
            }
            steps.add(back);
        }
        List<String> notes = journal.state() instanceof RunState.RolledBack
                ? List.of("run " + journal.id() + " is taken back already; nothing to do")
                : List.of();
        return new Preview(journal.id(), "", nextStep(), notes, steps);
    }

    private String nextStep() {
        return conflicts == 0
                ? ""
                : "nptune rollback " + journal.id() + " --force overwrites what somebody else has changed since"
                        + (conflicts < left ? "; for the rest, see to the cause first" : "");
    }

    private Step back(Run.Step step, Change change, List<Run.Step> later) {
        Place place = new Place(step.index(), journal.id(), journal.backups(), FaultHook.NONE);
        try {
            List<String> does = executors.stepsBack(step, place);
            if (needed && step.undo().isFallback()) {
                return left(step, change, Runner.NEEDED);
            }
            List<String> since = does.isEmpty() ? List.of() : changedSince(step, change, place, later);
            List<String> said = does.isEmpty() ? List.of("nothing: it is as it was before") : does;
            return new Step(step.index(), change.summary(), said, since, List.of(), List.of());
        } catch (IOException | RuntimeException e) {
            conflicts += e instanceof ConflictException ? 1 : 0;
            return left(step, change, Executors.message(e));
        }
    }

    private static Step left(Run.Step step, Change change, String why) {
        return new Step(step.index(), change.summary(), List.of(), List.of(), List.of(why), List.of());
    }

    /// What somebody has made of a thing since is seen at the last change of it; those before find what that one
    /// leaves.
    ///
    /// @return what would go by force
    /// @throws IOException if the change would be left
    private List<String> changedSince(Run.Step step, Change change, Place place, List<Run.Step> later)
            throws IOException {
        if (takenBack.contains(Executors.target(change))) {
            return List.of();
        }
        Run run = journal.state().run();
        executors.check(step.undo(), place, Runner.mode(run, step, later, force, rebooted));
        try {
            executors.check(step.undo(), place, Runner.mode(run, step, later, false, rebooted));
            return List.of();
        } catch (ConflictException e) {
            return List.of(e.what());
        }
    }
}
