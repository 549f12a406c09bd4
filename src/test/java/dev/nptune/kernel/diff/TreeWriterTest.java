package dev.nptune.kernel.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeWriterTest {
    private static final String PATCH = """
            diff --git a/changed b/changed
            --- a/changed
            +++ b/changed
            @@ -1 +1 @@
            -old
            +new
            diff --git a/deep/er/gone b/deep/er/gone
            deleted file mode 100644
            --- a/deep/er/gone
            +++ /dev/null
            @@ -1 +0,0 @@
            -x
            diff --git a/moved b/to/here
            rename from moved
            rename to to/here
            diff --git a/made/new b/made/new
            new file mode 100755
            --- /dev/null
            +++ b/made/new
            @@ -0,0 +1 @@
            +fresh
            diff --git a/tool b/tool
            old mode 100644
            new mode 100755
            """;

    @TempDir
    private Path tree;

    @BeforeEach
    void build() throws IOException {
        Files.createDirectories(tree.resolve("deep/er"));
        Files.writeString(tree.resolve("changed"), "old\n");
        Files.writeString(tree.resolve("deep/er/gone"), "x\n");
        Files.writeString(tree.resolve("moved"), "same\n");
        Files.writeString(tree.resolve("tool"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(tree.resolve("changed"), PosixFilePermissions.fromString("rw-r-----"));
        Files.setPosixFilePermissions(tree.resolve("moved"), PosixFilePermissions.fromString("rwxr-x---"));
    }

    /// All files and folders with modes and texts.
    private Map<String, String> state() throws IOException {
        Map<String, String> state = new TreeMap<>();
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.toList()) {
                state.put(
                        tree.relativize(path).toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(path)) + " "
                                + (Files.isDirectory(path) ? "folder" : Files.readString(path)));
            }
        }
        return state;
    }

    private Series series() throws UserException {
        Series series = Series.of(SourceTree.of(tree), List.of(PatchReader.parse("x", PATCH)), Series.Options.USUAL);
        assertThat(series.applies()).isTrue();
        return series;
    }

    @Test
    void everythingIsWrittenAndNothingElseIsLeft() throws IOException, UserException {
        Series series = series();
        assertThat(series.changedFiles()).isEqualTo(6);
        TreeWriter.write(series);

        Map<String, String> state = state();
        assertThat(state.keySet()).containsExactly("", "changed", "made", "made/new", "to", "to/here", "tool");
        assertThat(state.get("changed")).isEqualTo("rw-r----- new\n");
        assertThat(state.get("made/new")).isEqualTo("rwxr-xr-x fresh\n");
        assertThat(state.get("to/here")).isEqualTo("rwxr-x--- same\n");
        assertThat(state.get("tool")).isEqualTo("rwxr-xr-x #!/bin/sh\n");
    }

    @Test
    void whereverItFailsAllIsPutBack() throws IOException, UserException {
        Map<String, String> before = state();
        for (int failing = 0; failing < 6; failing++) {
            int[] left = {failing};
            UserException e = catchThrowableOfType(
                    UserException.class,
                    () -> TreeWriter.write(series(), file -> {
                        if (left[0]-- == 0) {
                            throw new IOException("no power");
                        }
                    }));

            assertThat(e.exit()).isEqualTo(Exit.ROLLED_BACK);
            assertThat(e.getMessage()).contains("no power");
            assertThat(state()).as("failed at step " + failing).isEqualTo(before);
        }
    }

    @Test
    void aFileThatHasChangedSinceIsNotOverwritten() throws IOException, UserException {
        Series series = series();
        Files.writeString(tree.resolve("changed"), "old\nand more\n");
        Map<String, String> before = state();
        UserException e = catchThrowableOfType(UserException.class, () -> TreeWriter.write(series));

        assertThat(e.exit()).isEqualTo(Exit.CANNOT);
        assertThat(e.getMessage())
                .contains("somebody has changed " + tree.toRealPath().resolve("changed"));
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aFileThatHasAppearedSinceIsNotOverwritten() throws IOException, UserException {
        Series series = series();
        Files.createDirectory(tree.resolve("made"));
        Files.writeString(tree.resolve("made/new"), "somebody else's\n");
        Map<String, String> before = state();

        assertThat(catchThrowableOfType(UserException.class, () -> TreeWriter.write(series))
                        .exit())
                .isEqualTo(Exit.CANNOT);
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void hardLinksElsewhereKeepTheOldText() throws IOException, UserException {
        Path other = tree.resolve("other name");
        Files.createLink(other, tree.resolve("changed"));

        TreeWriter.write(series());

        assertThat(Files.readString(other)).isEqualTo("old\n");
    }
}
