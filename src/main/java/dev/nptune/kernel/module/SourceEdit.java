package dev.nptune.kernel.module;

import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What is done to a source tree before it is built.
public interface SourceEdit {
    /// A name for people and for the manifest, such as a patch's file name.
    String name();

    /// SHA-256 of what says what to do, in hexadecimal.
    String digest();

    /// What says what to do, as it was read; kept beside the modules.
    byte[] content();

    /// The files it touches, by their names from the tree's top; those it creates and deletes too.
    List<String> files();

    /// Does it.
    ///
    /// @throws UserException if it does not fit the tree, which may then be half changed
    void apply(Path tree) throws IOException, UserException;
}
