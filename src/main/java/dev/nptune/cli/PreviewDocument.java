package dev.nptune.cli;

import dev.nptune.apply.Preview;
import dev.nptune.plan.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `--dry-run --json` prints.
///
/// @param wouldGo whether nothing is against it
record PreviewDocument(int schemaVersion, String domain, boolean wouldGo, Body preview) {
    /// In version 1 an index counted from 0, and a rollback that would leave something was said to go.
    static final int SCHEMA_VERSION = 2;

    static PreviewDocument of(Plan plan, Preview preview) {
        return new PreviewDocument(SCHEMA_VERSION, plan.domain(), preview.fits(), Body.of(preview));
    }

    /// @param run the run that would be taken back; empty for a plan
    /// @param obstacle why it would not even begin; empty if it would
    /// @param nextStep what a person can do about what is against it; empty if there is nothing to do
    /// @param notes what would be done besides, or could not be looked at
    /// @param first what would be taken back before; null if nothing
    /// @param steps change by change, in the order in which they would be dealt with
    record Body(
            String run,
            String obstacle,
            String nextStep,
            List<String> notes,
            @Nullable Body first,
            List<Step> steps) {
        Body {
            notes = List.copyOf(notes);
            steps = List.copyOf(steps);
        }

        static Body of(Preview preview) {
            Preview first = preview.first();
            return new Body(
                    preview.run(),
                    preview.obstacle(),
                    preview.nextStep(),
                    preview.notes(),
                    first == null ? null : of(first),
                    preview.steps().stream().map(Step::of).toList());
        }
    }

    /// What would be done for one change.
    ///
    /// @param index its place in the plan, from 1
    /// @param does folders made, files written and command lines run, in order
    /// @param changedSince what somebody else has changed since and would go by force
    /// @param unfit why it cannot be done on the machine as it is: it would be refused, or left
    /// @param unchecked what only root can see
    record Step(
            int index,
            String summary,
            List<String> does,
            List<String> changedSince,
            List<String> unfit,
            List<String> unchecked) {
        Step {
            does = List.copyOf(does);
            changedSince = List.copyOf(changedSince);
            unfit = List.copyOf(unfit);
            unchecked = List.copyOf(unchecked);
        }

        static Step of(Preview.Step s) {
            return new Step(s.index() + 1, s.summary(), s.does(), s.changedSince(), s.unfit(), s.unchecked());
        }
    }
}
