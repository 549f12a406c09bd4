package dev.nptune.apply;

import dev.nptune.plan.Change;
import java.io.IOException;
import java.util.List;

/// How one kind of change is made and taken back. Executors keep no state between calls.
sealed interface ChangeExecutor<C extends Change, U extends Undo>
        permits FileExecutor,
                ModuleExecutor,
                SysfsExecutor,
                DomainExecutor,
                DriverExecutor,
                CopyExecutor,
                BuildExecutor,
                BootEntryExecutor,
                GrubVariableExecutor,
                OstreeExecutor {

    /// The precondition: where the machine is not what the change was planned from. Empty if it is.
    List<String> differences(C change) throws IOException;

    /// What making it does to the machine, in order, one line each: files written, command lines run.
    List<String> steps(C change) throws IOException;

    /// What taking it back does if nobody else has changed anything since, one line each.
    List<String> stepsBack(U undo, Place place) throws IOException;

    /// Finds out and keeps safe what taking it back will need. Changes nothing outside the backup folder.
    U prepare(C change, Place place) throws IOException;

    /// Makes the change.
    ///
    /// @return what taking it back needs now
    U act(C change, U undo, Place place) throws IOException;

    /// Reads the change back.
    ///
    /// @throws IOException if it is not in force, saying what is
    void verify(C change, U undo) throws IOException;

    /// Why it is not in force any more, some time after it was made; empty if it is. Waits for nothing.
    default List<String> lapsed(C change, U undo) throws IOException {
        try {
            verify(change, undo);
            return List.of();
        } catch (IOException e) {
            return List.of(Executors.message(e));
        }
    }

    /// Whether what the change is about is as it was before it.
    boolean isAsBefore(U undo, Place place) throws IOException;

    /// Sees whether [#undo] would take the change back now. Changes nothing.
    ///
    /// @throws ConflictException if somebody else has changed it since, which force would overwrite
    /// @throws IOException if it cannot be taken back, by force neither
    default void check(U undo, Place place, UndoMode mode) throws IOException {}

    /// Takes the change back, whole, half done or not done at all; doing it twice does no harm.
    ///
    /// @return what is worth knowing, or nothing
    /// @throws ConflictException if somebody else has changed it since
    String undo(U undo, Place place, UndoMode mode) throws IOException;

    /// The commands that take it back by hand.
    String byHand(U undo, Place place);
}
