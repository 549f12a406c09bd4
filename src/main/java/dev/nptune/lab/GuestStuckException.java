package dev.nptune.lab;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;

/// The VM in an emulated host stands still while the host runs on.
public final class GuestStuckException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Console console;

    GuestStuckException(String message, Console console) {
        super(message);
        this.console = console;
    }

    /// The same as an end, with the last lines of the VM's console.
    public UserException asEnd() throws IOException {
        return new UserException(
                Exit.ROLLED_BACK,
                getMessage() + console.ending(),
                "the whole console is in " + console.file() + "; nothing outside the lab was changed",
                this);
    }
}
