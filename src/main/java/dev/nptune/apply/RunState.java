package dev.nptune.apply;

import dev.nptune.apply.Run.Progress;
import java.util.List;

/// Where a run stands. The methods of each state are the transitions that are legal from it:
///
/// ```
/// Planned ─► Applying ─► Committed ─┐
///                └──────────────────┴─► RollingBack ─► RolledBack
///                                          ▲  └──────► Broken ─┐
///                                          └───────────────────┘
/// ```
public sealed interface RunState {
    /// What is known about the run.
    Run run();

    /// The state as one word or two for people.
    String label();

    /// The state after one more journal line.
    ///
    /// @throws IllegalStateException if that line cannot follow
    RunState next(Entry entry);

    /// Whether a process died in the middle of this run, if no process is at it now.
    default boolean unfinished() {
        return switch (this) {
            case Applying _, RollingBack _ -> true;
            case Planned _, Committed _, RolledBack _, Broken _ -> false;
        };
    }

    /// Whether anything of this run may be in force.
    default boolean mayBeInForce() {
        return switch (this) {
            case Applying _, Committed _, RollingBack _, Broken _ -> true;
            case Planned _, RolledBack _ -> false;
        };
    }

    /// The state after the first line of a journal.
    static RunState first(Entry entry) {
        if (entry instanceof Entry.Planned p) {
            return new Planned(new Run(p.at(), p.bootId(), p.plan(), List.of(), "", null));
        }
        throw new IllegalStateException("the first line is not 'planned'");
    }

    private static IllegalStateException illegal(RunState state, Entry entry) {
        return new IllegalStateException(
                "'" + entry.getClass().getSimpleName() + "' cannot follow in a run that is " + state.label());
    }

    /// Nothing was touched yet.
    record Planned(Run run) implements RunState {
        Applying begin() {
            return new Applying(run);
        }

        @Override
        public String label() {
            return "planned";
        }

        @Override
        public RunState next(Entry entry) {
            return begin().next(entry);
        }
    }

    /// Changes are being made.
    record Applying(Run run) implements RunState {
        Applying started(int index, Undo undo, List<String> mounts) {
            return new Applying(run.begun(index, undo, mounts));
        }

        Applying applied(int index, Undo undo) {
            return new Applying(run.applied(index, undo));
        }

        Applying verified(int index) {
            return new Applying(run.progressed(index, Progress.VERIFIED));
        }

        Applying failed(int index, String reason) {
            Run known = run.step(index).isPresent() ? run.progressed(index, Progress.FAILED, reason) : run;
            return new Applying(known.because(reason));
        }

        Committed commit() {
            return new Committed(run);
        }

        RollingBack rollBack(Entry.RollingBack entry) {
            return new RollingBack(run.takenBack(entry.reason(), entry.at()));
        }

        @Override
        public String label() {
            return "applying";
        }

        @Override
        public RunState next(Entry entry) {
            return switch (entry) {
                case Entry.Started e -> started(e.index(), e.undo(), e.mounts());
                case Entry.Applied e -> applied(e.index(), e.undo());
                case Entry.Verified e -> verified(e.index());
                case Entry.Failed e -> failed(e.index(), e.reason());
                case Entry.Committed _ -> commit();
                case Entry.RollingBack e -> rollBack(e);
                case Entry.Planned _, Entry.Undone _, Entry.Left _, Entry.RolledBack _, Entry.Broken _ ->
                    throw illegal(this, entry);
            };
        }
    }

    /// All changes are in force.
    record Committed(Run run) implements RunState {
        RollingBack rollBack(Entry.RollingBack entry) {
            return new RollingBack(run.takenBack(entry.reason(), entry.at()));
        }

        @Override
        public String label() {
            return "applied";
        }

        @Override
        public RunState next(Entry entry) {
            if (entry instanceof Entry.RollingBack e) {
                return rollBack(e);
            }
            throw illegal(this, entry);
        }
    }

    /// What was done is being taken back.
    record RollingBack(Run run) implements RunState {
        RollingBack undone(int index) {
            return new RollingBack(run.progressed(index, Progress.UNDONE));
        }

        RollingBack left(int index, String reason) {
            return new RollingBack(run.progressed(index, Progress.LEFT, reason));
        }

        /// Begins anew after the process at it died.
        RollingBack again(Entry.RollingBack entry) {
            return new RollingBack(run.takenBack(entry.reason(), entry.at()));
        }

        RolledBack finish() {
            return new RolledBack(run);
        }

        Broken giveUp() {
            return new Broken(run);
        }

        @Override
        public String label() {
            return "rolling back";
        }

        @Override
        public RunState next(Entry entry) {
            return switch (entry) {
                case Entry.Undone e -> undone(e.index());
                case Entry.Left e -> left(e.index(), e.reason());
                case Entry.RollingBack e -> again(e);
                case Entry.RolledBack _ -> finish();
                case Entry.Broken _ -> giveUp();
                case Entry.Planned _,
                        Entry.Started _,
                        Entry.Applied _,
                        Entry.Verified _,
                        Entry.Failed _,
                        Entry.Committed _ -> throw illegal(this, entry);
            };
        }
    }

    /// Nothing of the run is left on the machine. The end.
    record RolledBack(Run run) implements RunState {
        @Override
        public String label() {
            return "rolled back";
        }

        @Override
        public RunState next(Entry entry) {
            throw illegal(this, entry);
        }
    }

    /// Something of the run is left on the machine.
    record Broken(Run run) implements RunState {
        RollingBack rollBack(Entry.RollingBack entry) {
            return new RollingBack(run.takenBack(entry.reason(), entry.at()));
        }

        @Override
        public String label() {
            return "partly applied";
        }

        @Override
        public RunState next(Entry entry) {
            if (entry instanceof Entry.RollingBack e) {
                return rollBack(e);
            }
            throw illegal(this, entry);
        }
    }
}
