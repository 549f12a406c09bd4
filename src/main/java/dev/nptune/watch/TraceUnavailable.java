package dev.nptune.watch;

import java.io.IOException;

/// Exits by reason were asked for and cannot be counted.
public final class TraceUnavailable extends IOException {
    private static final long serialVersionUID = 1;

    private final String next;

    /// @param next what to do about it
    TraceUnavailable(String what, String next) {
        super(what);
        this.next = next;
    }

    TraceUnavailable(String what, String next, IOException cause) {
        super(what, cause);
        this.next = next;
    }

    /// What to do about it.
    public String next() {
        return next;
    }
}
