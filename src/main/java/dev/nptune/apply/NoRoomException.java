package dev.nptune.apply;

import java.io.IOException;

/// A disk has no room for what is to be written. It may have once other things are taken back.
final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1L;

    NoRoomException(String message, Throwable cause) {
        super(message, cause);
    }
}
