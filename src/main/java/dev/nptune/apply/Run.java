package dev.nptune.apply;

import dev.nptune.plan.Plan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a journal tells about a run so far.
///
/// @param at when it was planned
/// @param bootId the kernel's id of the boot it was made in; empty if unknown
/// @param plan what was to be done
/// @param steps the changes begun, in the order they were begun
/// @param reason why it failed or was taken back; empty if neither
/// @param until when taking it back began first; null if it never did
public record Run(
        Instant at,
        String bootId,
        Plan plan,
        List<Step> steps,
        String reason,
        @Nullable Instant until) {
    public Run {
        steps = List.copyOf(steps);
    }

    /// How far one change got.
    public enum Progress {
        STARTED,
        APPLIED,
        VERIFIED,
        FAILED,
        UNDONE,
        LEFT
    }

    /// One change that was begun.
    ///
    /// @param index its place in the plan, from 0
    /// @param mounts where the file systems of what it changes were mounted, but for the root's own
    /// @param settled whether it was found to be in force at some time, so that any other value is somebody else's
    /// @param why why it failed or was left; empty if neither
    public record Step(int index, Undo undo, List<String> mounts, Progress progress, boolean settled, String why) {
        public Step {
            mounts = List.copyOf(mounts);
        }

        Step as(Progress next, String reason) {
            return new Step(index, undo, mounts, next, settled || next == Progress.VERIFIED, reason);
        }
    }

    /// The step of a change, if it was begun.
    public Optional<Step> step(int index) {
        return steps.stream().filter(s -> s.index == index).findFirst();
    }

    /// The steps that are not taken back, in the order to take them back in: by [Undo#turn()], last first.
    ///
    /// What is built is looked at once more as long as something is left: it may have been built from that since.
    public List<Step> toUndo() {
        boolean left = steps.stream().anyMatch(s -> s.progress == Progress.LEFT && s.undo.mayStartWith());
        return steps.reversed().stream()
                .filter(s -> s.progress != Progress.UNDONE || (left && s.undo instanceof Undo.OfBuild))
                .sorted(Comparator.comparingInt(s -> s.undo.turn()))
                .toList();
    }

    /// Whether the machine was started anew since it was made, as far as that is known.
    ///
    /// @param now the kernel's id of this boot; empty if unknown
    boolean isFromAnotherBoot(String now) {
        return !bootId.isEmpty() && !now.isEmpty() && !bootId.equals(now);
    }

    Run begun(int index, Undo undo, List<String> mounts) {
        if (step(index).isPresent() || index < 0 || index >= plan.changes().size()) {
            throw new IllegalStateException("change " + index + " cannot begin here");
        }
        List<Step> more = new ArrayList<>(steps);
        more.add(new Step(index, undo, mounts, Progress.STARTED, false, ""));
        return new Run(at, bootId, plan, more, reason, until);
    }

    Run applied(int index, Undo undo) {
        List<String> mounts = step(index).map(Step::mounts).orElse(List.of());
        return replace(new Step(index, undo, mounts, Progress.APPLIED, false, ""));
    }

    Run progressed(int index, Progress progress) {
        return progressed(index, progress, "");
    }

    Run progressed(int index, Progress progress, String why) {
        Step step = step(index).orElseThrow(() -> new IllegalStateException("change " + index + " was never begun"));
        return replace(step.as(progress, why));
    }

    Run because(String why) {
        return new Run(at, bootId, plan, steps, why, until);
    }

    Run takenBack(String why, Instant from) {
        return new Run(at, bootId, plan, steps, why, until == null ? from : until);
    }

    /// Whether it was in force at some time, as far as it got.
    boolean heldAt(Instant when) {
        return !steps.isEmpty() && at.isBefore(when) && (until == null || until.isAfter(when));
    }

    private Run replace(Step step) {
        if (step(step.index).isEmpty()) {
            throw new IllegalStateException("change " + step.index + " was never begun");
        }
        return new Run(
                at,
                bootId,
                plan,
                steps.stream().map(s -> s.index == step.index ? step : s).toList(),
                reason,
                until);
    }
}
