package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Disks that are full or read-only, as real file systems in a mount namespace of their own, and files that are denied.
class DiskTroubleTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    private Path root;

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.createDirectories(root.resolve("boot"));
        Files.createDirectories(root.resolve("var/lib/nptune"));
        Files.writeString(root.resolve("boot/image"), "image");
    }

    /// Applies a plan after something was mounted.
    ///
    /// @return the message and the next step
    private List<String> apply(String mount, String plan) throws IOException {
        List<String> unshare = List.of("unshare", "-m", "sh", "-c");
        assumeTrue(
                Exec.run(
                                LIMIT,
                                List.of(
                                        "unshare",
                                        "-m",
                                        "mount",
                                        "-t",
                                        "tmpfs",
                                        "tmpfs",
                                        root.resolve("etc").toString()))
                        .ok(),
                "nothing can be mounted here");
        Exec.Result result = Exec.run(
                LIMIT,
                Stream.concat(
                                unshare.stream(),
                                List.of(
                                        "cd \"$1\" && " + mount + " && shift && exec \"$@\"",
                                        "sh",
                                        root.toString(),
                                        System.getProperty("java.home") + "/bin/java",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Applying.class.getName(),
                                        root.toString(),
                                        plan)
                                        .stream())
                        .toList());
        assertThat(result.err()).isEmpty();
        return result.out().lines().toList();
    }

    @Test
    void aFullDiskWhereAFileIsToGo() throws IOException {
        assertThat(apply("mount -t tmpfs -o size=64k tmpfs etc", "file"))
                .satisfiesExactly(
                        l -> assertThat(l)
                                .isEqualTo("Make a file: cannot write " + root
                                        + "/etc/large: the disk is full; everything was rolled back"),
                        l -> assertThat(l).startsWith("see what was done with: nptune history "),
                        l -> assertThat(l).isEqualTo("left in etc: []"));
    }

    @Test
    void aFullDiskWhereTheJournalIsToGo() throws IOException {
        assertThat(apply("mount -t tmpfs -o size=64k tmpfs var/lib/nptune", "file"))
                .satisfiesExactly(
                        l -> assertThat(l)
                                .startsWith("no journal can be kept, and without one nothing is changed:"
                                        + " cannot write the journal " + root)
                                .endsWith("journal.jsonl: the disk is full"),
                        l -> assertThat(l)
                                .isEqualTo("nothing was changed; make room or see to the permissions in"
                                        + " /var/lib/nptune, then apply again"),
                        l -> assertThat(l).isEqualTo("left in etc: []"));
    }

    @Test
    void aJournalFolderThatCannotBeWritten() throws IOException {
        assertThat(apply("mount -t tmpfs -o ro tmpfs var/lib/nptune", "file").getFirst())
                .startsWith("no journal can be kept, and without one nothing is changed: ")
                .contains("read-only");
    }

    @Test
    void aReadOnlyBoot() throws IOException {
        assertThat(apply("mount --bind boot boot && mount -o remount,bind,ro boot", "copy"))
                .satisfiesExactly(
                        l -> assertThat(l).isEqualTo("the plan does not fit the machine as it is now"),
                        l -> assertThat(l)
                                .isEqualTo("    1. Keep the image: cannot write in " + root
                                        + "/boot; run as root, or make the file system writable"),
                        l -> assertThat(l).startsWith("nothing was changed; see to what is said above"),
                        l -> assertThat(l).isEqualTo("left in etc: []"));
    }

    @Test
    void aBootThatHasRoomForEachCopyButNotForAll() throws IOException {
        assertThat(apply("mount -t tmpfs -o size=3m tmpfs boot && head -c 600000 /dev/zero > boot/image", "copies"))
                .satisfiesExactly(
                        l -> assertThat(l).isEqualTo("the plan does not fit the machine as it is now"),
                        l -> assertThat(l)
                                .matches("    3\\. Keep the image: too little space in " + root
                                        + "/boot: 2781 KiB are needed, 24[0-9]{2} KiB are free"),
                        l -> assertThat(l).startsWith("nothing was changed; see to what is said above"),
                        l -> assertThat(l).isEqualTo("left in etc: []"));
    }

    /// Root may read and write everything, so somebody else applies it.
    ///
    /// @return what that prints
    private List<String> applyAsNobody(String plan) throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "nobody to become");
        assumeTrue(Programs.find("setpriv", System.getenv("PATH")).isPresent(), "no setpriv here");
        List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        Path target = Path.of("target").toAbsolutePath();
        String classes =
                target.resolve("classes") + ":" + target.resolve("test-classes") + ":" + target.resolve("lib") + "/*";
        for (Path path : List.of(Path.of(System.getProperty("java.home"), "bin/java"), target.resolve("lib"))) {
            assumeTrue(
                    Exec.run(LIMIT, append(nobody, "test", "-r", path.toString()))
                            .ok(),
                    "only the owner gets at " + path);
        }
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String own : List.of("var/lib/nptune", "boot", "boot/image", "etc")) {
            Files.setAttribute(root.resolve(own), "unix:uid", 65534);
        }
        Exec.Result result = Exec.run(
                LIMIT,
                append(
                        nobody,
                        System.getProperty("java.home") + "/bin/java",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classes,
                        Applying.class.getName(),
                        root.toString(),
                        plan));
        assertThat(result.err()).isEmpty();
        return result.out().lines().toList();
    }

    private static List<String> append(List<String> first, String... then) {
        return Stream.concat(first.stream(), Stream.of(then)).toList();
    }

    @Test
    void aFileThatMayNotBeRead() throws IOException {
        Files.writeString(root.resolve("etc/secret"), "old\n");
        Files.setPosixFilePermissions(root.resolve("etc/secret"), PosixFilePermissions.fromString("rw-------"));
        assertThat(applyAsNobody("secret"))
                .satisfiesExactly(
                        l -> assertThat(l).isEqualTo("the plan does not fit the machine as it is now"),
                        l -> assertThat(l)
                                .isEqualTo("    2. Edit it: no permission for " + root + "/etc/secret; run as root"),
                        l -> assertThat(l).startsWith("nothing was changed; see to what is said above"),
                        l -> assertThat(l).isEqualTo("left in etc: [" + root + "/etc/secret]"));
    }

    /// What is denied only when it is done: the folder's owner may write in it, the file is another's.
    @Test
    void anOwnerThatMayNotBeKept() throws IOException {
        Files.writeString(root.resolve("etc/secret"), "old\n");
        assertThat(applyAsNobody("secret"))
                .satisfiesExactly(
                        l -> assertThat(l)
                                .isEqualTo("Edit it: cannot keep the owner and mode of " + root
                                        + "/etc/secret; run as root; everything was rolled back"),
                        l -> assertThat(l).startsWith("see what was done with: nptune history "),
                        l -> assertThat(l).isEqualTo("left in etc: [" + root + "/etc/secret]"));
        assertThat(root.resolve("etc/secret")).hasContent("old\n");
        assertThat(root.resolve("boot/kept")).doesNotExist();
    }

    @Test
    void aFolderThatMayNotBeWritten() throws IOException {
        Files.createDirectories(root.resolve("etc/root"));
        assertThat(applyAsNobody("denied"))
                .contains("    2. Make a file: cannot write in " + root
                        + "/etc/root; run as root, or make the file system writable")
                .endsWith("left in etc: [" + root + "/etc/root]");
        assertThat(root.resolve("boot/kept")).doesNotExist();
    }

    /// A process in that namespace.
    static final class Applying {
        private Applying() {}

        private static Change copy(String to) {
            return new Change.KeepCopy("Keep the image", List.of(), "/boot/image", to, Map.of());
        }

        public static void main(String[] args) throws IOException {
            Path root = Path.of(args[0]);
            LocalMachine machine = new LocalMachine(root, new Libvirt("test:///default"), Map.of());
            List<Change> changes = switch (args[1]) {
                case "file" ->
                    List.of(new Change.EditFile("Make a file", List.of(), "/etc/large", null, "x".repeat(80 << 10)));
                case "copies" -> List.of(copy("/boot/1"), copy("/boot/2"), copy("/boot/3"));
                case "secret" ->
                    List.of(
                            copy("/boot/kept"),
                            new Change.EditFile("Edit it", List.of(), "/etc/secret", "old\n", "new\n"));
                case "denied" ->
                    List.of(
                            copy("/boot/kept"),
                            new Change.EditFile("Make a file", List.of(), "/etc/root/new", null, "new\n"));
                default -> List.of(copy("/boot/kept"));
            };
            try {
                ApplyOutcome.journalOrFailure(
                        LocalTune.carryOut(machine.applier(), Plan.of("win10", changes), Progress.SILENT));
                System.out.println("applied");
            } catch (UserException e) {
                System.out.println(e.getMessage());
                System.out.println(e.nextStep());
            }
            try (var files = Files.list(root.resolve("etc"))) {
                System.out.println("left in etc: " + files.toList());
            }
        }
    }
}
