package dev.nptune.cli;

import dev.nptune.apply.Applier;
import dev.nptune.apply.ApplyResult.Leftover;
import dev.nptune.apply.Journal;
import dev.nptune.apply.Journals;
import dev.nptune.apply.Run;
import dev.nptune.apply.Standing;
import dev.nptune.apply.Standings;
import dev.nptune.plan.Plan;
import dev.nptune.plan.PlanDiff;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `nptune history --json` prints, and shows as text.
final class HistoryDocument {
    static final int SCHEMA_VERSION = 1;

    private HistoryDocument() {}

    /// All runs.
    ///
    /// @param runs latest first
    /// @param unreadable those whose journal cannot be read
    record All(int schemaVersion, List<Entry> runs, List<Unreadable> unreadable) {
        All {
            runs = List.copyOf(runs);
            unreadable = List.copyOf(unreadable);
        }
    }

    /// A run in a line.
    ///
    /// @param standing where it stands in one word: `nothing-done`, `applied`, `waits-for-reboot`, `confirmed`,
    ///     `reverted`, `rolled-back`, `going-on`, `cut-off` or `partly-rolled-back`
    /// @param standingSince when a boot confirmed it or the machine went back, or what is going on began; null with
    ///     all other words, and if it is not known
    /// @param state the same in plain words, with local time
    /// @param nextStep what there is to do; empty if nothing
    /// @param reason why it failed or was taken back; empty if neither
    record Entry(
            String run,
            Instant at,
            String standing,
            @Nullable Instant standingSince,
            String state,
            String nextStep,
            String domain,
            int changes,
            String reason,
            String folder) {
        static Entry of(Standings standings, Journal journal) {
            Run run = journal.state().run();
            Standing standing = standings.of(journal);
            HistoryText.Words words = HistoryText.words(standing, journal.id());
            List<String> remarks = standing instanceof Standing.Confirmed ? standings.remarks() : List.of();
            return new Entry(
                    journal.id(),
                    run.at(),
                    HistoryText.word(standing),
                    since(standing),
                    HistoryText.state(words, remarks),
                    words.nextStep(),
                    run.plan().domain(),
                    run.plan().changes().size(),
                    run.reason(),
                    journal.folder().toString());
        }
    }

    private static @Nullable Instant since(Standing standing) {
        return switch (standing) {
            case Standing.Confirmed(Instant at) -> at;
            case Standing.Reverted(Instant at) -> at;
            case Standing.GoingOn going -> going.since();
            case Standing.NothingDone _,
                    Standing.Applied _,
                    Standing.WaitsForReboot _,
                    Standing.TakenBack _,
                    Standing.CutOff _,
                    Standing.PartlyTakenBack _ -> null;
        };
    }

    record Unreadable(String run, String reason, String nextStep) {
        static Unreadable of(Journals.Unreadable u) {
            return new Unreadable(u.id(), u.reason(), u.beganNothing() ? "" : u.nextStep());
        }
    }

    /// A run in full.
    ///
    /// @param diff what its plan changed, as a diff; null if not asked for
    /// @param log what it did, line by line
    record Detail(
            int schemaVersion,
            Entry run,
            List<Step> changes,
            List<String> log,
            @Nullable String diff) {
        Detail {
            changes = List.copyOf(changes);
            log = List.copyOf(log);
        }

        static Detail of(Applier applier, List<Journal> all, Journal journal, boolean diff) throws IOException {
            Plan plan = journal.state().run().plan();
            List<Leftover> left = applier.left(journal);
            List<Step> steps = new ArrayList<>();
            for (int i = 0; i < plan.changes().size(); i++) {
                steps.add(step(journal, i, left));
            }
            return new Detail(
                    SCHEMA_VERSION,
                    Entry.of(applier.standings(all), journal),
                    steps,
                    journal.log(),
                    diff ? PlanDiff.render(plan) : null);
        }
    }

    /// A change of a run.
    ///
    /// @param index its place, from 1
    /// @param progress how far it got, in plain words
    /// @param why why it failed or is left; empty if neither
    /// @param byHand the commands that take it back if it is left
    record Step(int index, String summary, String progress, String why, String byHand) {}

    private static Step step(Journal journal, int index, List<Leftover> left) {
        Run run = journal.state().run();
        String byHand = left.stream()
                .filter(l -> l.index() == index)
                .map(Leftover::byHand)
                .findFirst()
                .orElse("");
        return new Step(
                index + 1,
                run.plan().changes().get(index).summary(),
                run.step(index).map(s -> HistoryText.words(s.progress())).orElse("not begun"),
                run.step(index).map(Run.Step::why).orElse(""),
                byHand);
    }

    static All all(Applier applier, Journals.Listing listing) {
        Standings standings = applier.standings(listing.journals());
        return new All(
                SCHEMA_VERSION,
                listing.journals().stream().map(j -> Entry.of(standings, j)).toList(),
                listing.unreadable().stream().map(Unreadable::of).toList());
    }
}
