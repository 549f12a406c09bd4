package dev.nptune.host.source;

import java.io.IOException;

/// An archive holds what no snapshot of a machine does, or more than a bound allows.
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
