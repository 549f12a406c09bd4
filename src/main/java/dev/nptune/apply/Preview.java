package dev.nptune.apply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What applying a plan, or taking a run back, would do to the machine as it is now.
///
/// @param run the run that would be taken back; empty for a plan
/// @param obstacle why it would not even begin; empty if it would
/// @param nextStep what a person can do about that; empty if there is nothing to do
/// @param notes what would be done besides, or could not be looked at
/// @param first what would be taken back before; null if nothing
/// @param steps change by change, in the order in which they would be dealt with
public record Preview(
        String run,
        String obstacle,
        String nextStep,
        List<String> notes,
        @Nullable Preview first,
        List<Step> steps) {
    public Preview {
        notes = List.copyOf(notes);
        steps = List.copyOf(steps);
    }

    /// One before which nothing is taken back.
    public Preview(String run, String obstacle, String nextStep, List<String> notes, List<Step> steps) {
        this(run, obstacle, nextStep, notes, null, steps);
    }

    /// What would be done for one change.
    ///
    /// @param index its place in the plan, from 0
    /// @param does folders made, files written and command lines run, in order
    /// @param changedSince what somebody else has changed since and would go by force
    /// @param unfit why it cannot be done on the machine as it is: it would be refused, or left
    /// @param unchecked what only root can see
    public record Step(
            int index,
            String summary,
            List<String> does,
            List<String> changedSince,
            List<String> unfit,
            List<String> unchecked) {
        public Step {
            does = List.copyOf(does);
            changedSince = List.copyOf(changedSince);
            unfit = List.copyOf(unfit);
            unchecked = List.copyOf(unchecked);
        }
    }

    /// Whether it would go, as far as could be seen.
    public boolean fits() {
        return obstacle.isEmpty()
                && (first == null || first.fits())
                && steps.stream().allMatch(s -> s.unfit().isEmpty());
    }
}
