package dev.nptune.kernel.module;

import dev.nptune.internal.text.UserException;
import java.io.IOException;

/// What is done with modules as soon as they are in place; if it fails, they are taken away again.
public interface ModuleUse {
    /// They only lie there.
    ModuleUse NONE = new ModuleUse() {
        @Override
        public void begin() {}

        @Override
        public void takeBack() {}
    };

    /// Begins to use them.
    ///
    /// @throws UserException if they cannot be used
    void begin() throws IOException, UserException;

    /// Goes back to what was used before beginning failed. The files from before are in place again.
    ///
    /// @throws UserException if that cannot be used either
    void takeBack() throws IOException, UserException;
}
