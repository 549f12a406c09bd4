package dev.nptune.kernel.module;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// What takes back the steps that were done, last first.
final class Rollback {
    /// One of them.
    @FunctionalInterface
    interface Step {
        void run() throws IOException, UserException;
    }

    private final Deque<Step> steps = new ArrayDeque<>();
    private final Deque<Step> ends = new ArrayDeque<>();

    void add(Step step) {
        steps.push(step);
    }

    /// What is to be done once all others are taken back, and after those that were given here before.
    void addLast(Step step) {
        steps.addLast(step);
    }

    /// What is to be tidied up when all went well.
    void atEnd(Step step) {
        ends.add(step);
    }

    /// All went well. What cannot be tidied up harms nobody.
    void keep() {
        for (Step step : ends) {
            try {
                step.run();
            } catch (IOException | UserException | RuntimeException _) {
                // taking the module away tidies up too
            }
        }
    }

    /// Takes all back; one step that fails does not keep the others from it.
    ///
    /// @param cause what went wrong
    /// @throws UserException if something is left, with both reasons
    void run(Exception cause) throws UserException {
        Exception first = null;
        for (Step step : steps) {
            try {
                step.run();
            } catch (IOException | UserException | RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            cause.addSuppressed(first);
            throw new UserException(
                    Exit.PARTLY_APPLIED,
                    reason(cause) + "; and not all that was done could be taken back: " + reason(first),
                    "once that is mended: nptune patch remove takes away all that is ours",
                    cause);
        }
    }

    private static @Nullable String reason(Exception e) {
        return switch (e) {
            case IOException io -> IoReason.withFile(io);
            case UncheckedIOException io when io.getCause() != null -> IoReason.withFile(io.getCause());
            case RuntimeException _ when e.getMessage() == null -> e.toString();
            default -> e.getMessage();
        };
    }
}
