package dev.nptune.paging.memory;

/// A dump whose own headers contradict it. The message has offset or address.
final class BadDumpException extends Exception {
    private static final long serialVersionUID = 1L;

    BadDumpException(String message) {
        super(message);
    }
}
