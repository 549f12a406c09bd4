package dev.nptune.apply;

import java.io.IOException;

/// The journal of a run cannot be read, so that nobody can tell what of the run is in force.
public final class UnreadableRunException extends IOException {
    private static final long serialVersionUID = 1;

    private final String nextStep;

    UnreadableRunException(Journals.Unreadable run) {
        super("the journal of run " + run.id() + " cannot be read, so that nobody can tell what of it is in force: "
                + run.reason());
        this.nextStep = run.nextStep();
    }

    /// What a person can do about it, in one line.
    public String nextStep() {
        return nextStep;
    }
}
