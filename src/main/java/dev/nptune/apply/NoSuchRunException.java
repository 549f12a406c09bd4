package dev.nptune.apply;

import java.io.IOException;

/// There is no run of a name.
public final class NoSuchRunException extends IOException {
    private static final long serialVersionUID = 1;

    NoSuchRunException(String message) {
        super(message);
    }
}
