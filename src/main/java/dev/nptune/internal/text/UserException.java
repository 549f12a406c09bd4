package dev.nptune.internal.text;

import org.jspecify.annotations.Nullable;

/// A failure that a person can act on: one line that says what, where and why, and one that says what to do next.
public final class UserException extends Exception {
    private static final long serialVersionUID = 1L;

    /// What the program ends with.
    public enum Exit {
        OK(0),
        FINDINGS_LEFT(1),
        WRONG_USE(2),
        CANNOT(3),
        ROLLED_BACK(4),
        PARTLY_APPLIED(5),
        INTERRUPTED(130);

        private final int code;

        Exit(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    private final Exit exit;
    private final String nextStep;

    /// @param exit what the program ends with
    /// @param what what went wrong, where and why, in one line
    /// @param nextStep what the person can do, in one line
    public UserException(Exit exit, String what, String nextStep) {
        this(exit, what, nextStep, null);
    }

    /// As above, with the exception behind it, which `--debug` shows.
    public UserException(Exit exit, String what, String nextStep, @Nullable Throwable cause) {
        super(what, cause);
        this.exit = exit;
        this.nextStep = nextStep;
    }

    public Exit exit() {
        return exit;
    }

    public String nextStep() {
        return nextStep;
    }
}
