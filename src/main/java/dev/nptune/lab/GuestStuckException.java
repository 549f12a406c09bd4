package dev.nptune.lab;

import java.io.IOException;

/// The VM in an emulated host stands still while the host runs on.
public final class GuestStuckException extends IOException {
    private static final long serialVersionUID = 1L;

    GuestStuckException(String message) {
        super(message);
    }
}
