package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabPackagesTest {
    @TempDir
    private Path temp;

    @Test
    void namesThePackagesOfWhatIsNotThere() throws IOException {
        Path file = Files.createFile(temp.resolve("there.so"));
        String list = """
                # a comment

                sh\tshell
                nptune-no-such-program\tpackage-a
                nptune-no-such-daemon\t\tpackage-a
                /no/such/file.so\tpackage-b
                %s\tpackage-c
                """.formatted(file);

        assertThat(LabPackages.missing(list, null)).containsExactly("package-a", "package-b");
    }

    @Test
    void aProgramIsLookedForOnThePath() throws IOException {
        Path program = Files.createFile(
                temp.resolve("nptune-made-up"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String list = program.getFileName() + "\tmade-up\n";

        assertThat(LabPackages.missing(list, "/nowhere:" + temp)).isEmpty();
        assertThat(LabPackages.missing(list, "/nowhere")).containsExactly("made-up");
        assertThat(LabPackages.missing(list, "relative:")).containsExactly("made-up");
    }

    @Test
    void theShippedListHasTwoColumns() throws IOException {
        Pattern row = Pattern.compile("(/\\S+|[\\w-]+)\t+[a-z0-9][a-z0-9.+-]+");

        assertThat(Resources.text("debian-packages.txt")
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).matches(row));
    }

    @Test
    void theErrorSaysHowToInstallThem() {
        UserException e = LabPackages.missingError(List.of("busybox-static", "gcc"));

        assertThat(e.exit()).isEqualTo(Exit.CANNOT);
        assertThat(e).hasMessage("the lab needs packages that are not installed: busybox-static gcc");
        assertThat(e.nextStep()).contains("apt-get install -y --no-install-recommends busybox-static gcc");
    }
}
