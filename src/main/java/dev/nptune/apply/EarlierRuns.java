package dev.nptune.apply;

import dev.nptune.apply.ApplyResult.Difference;
import dev.nptune.apply.ApplyResult.Refused;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the runs before mean for applying a plan.
final class EarlierRuns {
    private final Machine machine;
    private final Journals journals;
    private final Executors executors;

    EarlierRuns(Machine machine, Journals journals, Executors executors) {
        this.machine = machine;
        this.journals = journals;
        this.executors = executors;
    }

    /// What they mean.
    sealed interface Verdict {
        /// Nothing.
        record Clear() implements Verdict {}

        /// Nothing may be built upon changes that somebody may still have to take back.
        record InTheWay(Refused refused) implements Verdict {}

        /// A run of the very plan was cut off: it is to be taken back first.
        record CutOff(Journal journal) implements Verdict {}

        /// The very plan is in force.
        record InForce(String run) implements Verdict {}

        /// The very plan was applied, and some of it is not in force any more.
        ///
        /// @param lapsed what is not
        /// @param byReboot whether it is only what lasts until a reboot, and there was one
        record Lapsed(String run, List<Difference> lapsed, boolean byReboot) implements Verdict {
            public Lapsed {
                lapsed = List.copyOf(lapsed);
            }
        }
    }

    Verdict judge(Plan plan) throws IOException {
        Journals.Listing listing = journals.list();
        Optional<Journals.Unreadable> unreadable =
                listing.unreadable().stream().filter(u -> !u.beganNothing()).findFirst();
        if (unreadable.isPresent()) {
            UnreadableRunException why = new UnreadableRunException(unreadable.get());
            return new Verdict.InTheWay(new Refused(Executors.message(why), why.nextStep(), List.of()));
        }
        Optional<Journal> unfinished =
                listing.journals().stream().filter(j -> j.state().unfinished()).findFirst();
        if (unfinished.isPresent()) {
            return unfinished(unfinished.get(), plan);
        }
        Standings standings = Standings.of(machine, listing.journals());
        return listing.journals().stream()
                .filter(j -> j.state() instanceof RunState.Committed(Run run)
                        && run.plan().equals(plan)
                        && !plan.changes().isEmpty())
                .findFirst()
                .map(j -> standings.of(j) instanceof Standing.Reverted ? reverted(j) : inForce(j))
                .orElse(new Verdict.Clear());
    }

    private static Verdict reverted(Journal journal) {
        return new Verdict.InTheWay(new Refused(
                "run " + journal.id()
                        + " applied this plan, and the machine did not come up with it and went back to what it had"
                        + " before",
                "nothing was changed now; take the run back first: nptune rollback " + journal.id(),
                List.of()));
    }

    private static Verdict unfinished(Journal journal, Plan plan) {
        return journal.state().run().plan().equals(plan)
                ? new Verdict.CutOff(journal)
                : new Verdict.InTheWay(new Refused(
                        "run " + journal.id() + " was cut off in the middle",
                        "take it back first: nptune rollback " + journal.id(),
                        List.of()));
    }

    private Verdict inForce(Journal journal) {
        Run run = journal.state().run();
        List<Change> changes = run.plan().changes();
        // of several changes of one thing only the last can still be seen
        Map<String, Integer> last = new HashMap<>();
        for (Run.Step step : run.steps()) {
            last.merge(Executors.target(changes.get(step.index())), step.index(), Math::max);
        }
        List<Difference> lapsed = new ArrayList<>();
        boolean untilReboot = true;
        for (Run.Step step : run.steps()) {
            Change change = changes.get(step.index());
            Integer of = last.get(Executors.target(change));
            List<String> why = of != null && of == step.index() ? executors.lapsed(change, step.undo()) : List.of();
            if (!why.isEmpty()) {
                untilReboot &= step.undo() instanceof Undo.OfSysfs;
                lapsed.add(new Difference(step.index(), change.summary(), why));
            }
        }
        if (lapsed.isEmpty()) {
            return new Verdict.InForce(journal.id());
        }
        boolean rebooted = run.isFromAnotherBoot(machine.bootId());
        return rebooted && changes.stream().allMatch(Change.WriteSysfs.class::isInstance)
                ? new Verdict.Clear()
                : new Verdict.Lapsed(journal.id(), lapsed, untilReboot && rebooted);
    }
}
