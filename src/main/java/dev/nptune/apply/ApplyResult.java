package dev.nptune.apply;

import java.util.List;

/// How a run ended.
public sealed interface ApplyResult {
    /// All changes are in force.
    record Committed(String journal) implements ApplyResult {}

    /// The very plan was in force already; nothing was touched.
    ///
    /// @param journal the run that applied it
    record AlreadyApplied(String journal) implements ApplyResult {}

    /// Nothing was touched.
    ///
    /// @param reason in one sentence
    /// @param nextStep what a person can do about it, in one line
    /// @param differences where the machine is not what the plan was made from; may be empty
    /// @param interrupted whether a person stopped it
    record Refused(String reason, String nextStep, List<Difference> differences, boolean interrupted)
            implements ApplyResult {
        public Refused {
            differences = List.copyOf(differences);
        }

        /// One that nobody stopped.
        public Refused(String reason, String nextStep, List<Difference> differences) {
            this(reason, nextStep, differences, false);
        }
    }

    /// Everything done was taken back.
    ///
    /// @param reason why
    /// @param interrupted whether a person stopped it
    record RolledBack(String journal, String reason, boolean interrupted) implements ApplyResult {}

    /// Something is left that could not be taken back.
    ///
    /// @param reason why it was to be taken back
    /// @param left what is left, last change first
    record Partial(String journal, String reason, boolean interrupted, List<Leftover> left) implements ApplyResult {
        public Partial {
            left = List.copyOf(left);
        }
    }

    /// A change whose precondition does not hold.
    ///
    /// @param index the change's place in the plan, from 0
    /// @param summary the change's own summary
    /// @param what what differs, one sentence or line each
    record Difference(int index, String summary, List<String> what) {
        public Difference {
            what = List.copyOf(what);
        }
    }

    /// A change that could not be taken back.
    ///
    /// @param index the change's place in the plan, from 0
    /// @param conflict whether the machine was changed by somebody else since, so that force would overwrite that
    /// @param why the reason
    /// @param byHand the commands that would take it back
    record Leftover(int index, String summary, boolean conflict, String why, String byHand) {}
}
