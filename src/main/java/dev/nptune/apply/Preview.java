package dev.nptune.apply;

import java.util.List;

/// What applying a plan, or taking a run back, would do to the machine as it is now.
///
/// @param run the run that would be taken back; empty for a plan
/// @param obstacle why it would not even begin; empty if it would
/// @param nextStep what a person can do about that; empty if there is nothing to do
/// @param notes what would be done besides, or could not be looked at
/// @param steps change by change, in the order in which they would be dealt with
public record Preview(String run, String obstacle, String nextStep, List<String> notes, List<Step> steps) {
    public Preview {
        notes = List.copyOf(notes);
        steps = List.copyOf(steps);
    }

    /// What would be done for one change.
    ///
    /// @param index its place in the plan, from 0
    /// @param does files written and command lines run, in order
    /// @param unfit why it cannot be done on the machine as it is
    /// @param unchecked what only root can see
    public record Step(int index, String summary, List<String> does, List<String> unfit, List<String> unchecked) {
        public Step {
            does = List.copyOf(does);
            unfit = List.copyOf(unfit);
            unchecked = List.copyOf(unchecked);
        }
    }

    /// Whether it would go, as far as could be seen.
    public boolean fits() {
        return obstacle.isEmpty() && steps.stream().allMatch(s -> s.unfit().isEmpty());
    }
}
