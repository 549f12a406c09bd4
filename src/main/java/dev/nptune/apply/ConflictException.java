package dev.nptune.apply;

import java.io.IOException;

/// Somebody else has changed since what was to be taken back.
final class ConflictException extends IOException {
    private static final long serialVersionUID = 1;

    private final String what;

    ConflictException(String message) {
        super(message);
        this.what = message;
    }

    /// One that force overwrites.
    ///
    /// @param what what was changed
    /// @param otherwise what a person can do who does not force it
    ConflictException(String what, String otherwise) {
        super(what + "; " + otherwise + ", or force the rollback");
        this.what = what;
    }

    /// What was changed, without what can be done about it.
    String what() {
        return what;
    }
}
