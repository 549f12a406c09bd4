package dev.nptune.host;

import dev.nptune.MemoryFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A folder for the files of one of the [Machines], whose links may be absolute, as those of a machine are.
public abstract class MachineFolder {
    Path root = Path.of("");

    /// The folder.
    protected Path root() {
        return root;
    }

    @BeforeEach
    void create() throws IOException {
        root = MemoryFolder.create();
    }

    @AfterEach
    void delete() throws IOException {
        Machines.delete(root);
    }
}
