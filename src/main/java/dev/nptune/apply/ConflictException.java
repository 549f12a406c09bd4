package dev.nptune.apply;

import java.io.IOException;

/// Somebody else has changed since what was to be taken back.
final class ConflictException extends IOException {
    private static final long serialVersionUID = 1;

    ConflictException(String message) {
        super(message);
    }
}
