package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabDirectoriesTest {
    private static final Path HOME = Path.of("/home/anna");

    @TempDir
    private Path temp;

    @Test
    void withoutVariablesTheyAreAtHome() {
        assertThat(LabDirectories.of(Map.of(), HOME))
                .isEqualTo(new LabDirectories(
                        Path.of("/home/anna/.cache/nptune"), Path.of("/home/anna/.local/state/nptune")));
    }

    @Test
    void theVariablesNameThem() {
        assertThat(LabDirectories.of(Map.of("XDG_CACHE_HOME", "/big/c", "XDG_STATE_HOME", "/big/s"), HOME))
                .isEqualTo(new LabDirectories(Path.of("/big/c/nptune"), Path.of("/big/s/nptune")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cache", "./cache", "~/cache"})
    void aPathThatIsNotAbsoluteIsIgnored(String relative) {
        assertThat(LabDirectories.of(Map.of("XDG_CACHE_HOME", relative, "XDG_STATE_HOME", relative), HOME))
                .isEqualTo(LabDirectories.of(Map.of(), HOME));
    }

    @Test
    void preparingMakesBothAndLeavesThemEmpty() throws UserException {
        LabDirectories directories = new LabDirectories(temp.resolve("a/b/nptune"), temp.resolve("c/nptune"));

        directories.prepare(true);
        directories.prepare(true);

        assertThat(directories.cache()).isEmptyDirectory();
        assertThat(directories.state()).isEmptyDirectory();
    }

    @Test
    void aFileWhereTheFolderShouldBe() throws IOException {
        Path file = Files.createFile(temp.resolve("nptune"));

        UserException e = failure(new LabDirectories(file, temp.resolve("state")));

        assertThat(e).hasMessage("cannot write to " + file + ": a file is in the way");
        assertThat(e.nextStep()).isEqualTo("make it writable, or point XDG_CACHE_HOME at a folder that is");
    }

    @Test
    void aFileOnTheWay() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));

        UserException e = failure(new LabDirectories(temp.resolve("cache"), file.resolve("deeper/nptune")));

        assertThat(e).hasMessage("cannot write to " + file + "/deeper/nptune: Not a directory");
        assertThat(e.nextStep()).contains("XDG_STATE_HOME");
    }

    @Test
    void whereNoFolderCanBeMade() {
        UserException e = failure(new LabDirectories(Path.of("/proc/nptune"), temp.resolve("state")));

        assertThat(e).hasMessage("cannot write to /proc/nptune: no folder can be made there");
    }

    private static UserException failure(LabDirectories directories) {
        UserException e = catchThrowableOfType(UserException.class, () -> directories.prepare(true));
        assertThat(e.exit()).isEqualTo(Exit.CANNOT);
        assertThat(e.getMessage() + e.nextStep()).doesNotContain("\n");
        return e;
    }
}
