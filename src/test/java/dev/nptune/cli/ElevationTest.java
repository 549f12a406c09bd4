package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ElevationTest {
    /// Tells what it was asked for, and ends as no other program here does.
    private static final String SUDO = "#!/bin/sh\necho \"sudo: $*\"\nexit 42\n";

    @TempDir
    private Path folder;

    private Path bin;
    private Path launcher;
    private Path plan;

    @BeforeEach
    void programs() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        bin = Files.createDirectory(folder.resolve("bin"));
        launcher = script(folder.resolve("nptune"), "#!/bin/sh\nexit 1\n");
        Change change = new Change.EditFile("Make a file", List.of(), "/etc/nptune-test", null, "text\n");
        plan = Files.writeString(folder.resolve("plan.json"), Json.pretty(Plan.of("win10", List.of(change, change))));
    }

    private static Path script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> argv(Map<String, String> environment) throws UserException {
        return Elevation.argv(environment, List.of("rollback", "--yes"));
    }

    @Test
    void theLauncherIsToldOfTheJdkIfItWouldNotFindIt() throws Exception {
        String sudo = script(bin.resolve("sudo"), SUDO).toString();
        String home = System.getProperty("java.home");
        String run = launcher.toString();
        assertThat(argv(Map.of("PATH", bin.toString(), "NPTUNE_LAUNCHER", run, "JAVA_HOME", home)))
                .containsExactly(sudo, "--", "/usr/bin/env", "NPTUNE_JAVA_HOME=" + home, run, "rollback", "--yes");
        assumeTrue(home.startsWith("/usr/lib/jvm/"), "another JDK runs this");
        assertThat(argv(Map.of("PATH", bin.toString(), "NPTUNE_LAUNCHER", run)))
                .containsExactly(sudo, "--", run, "rollback", "--yes");
    }

    @Test
    void withoutALauncherItIsThisProgramByAbsolutePaths() throws Exception {
        script(bin.resolve("sudo"), SUDO);
        assertThat(argv(Map.of("PATH", bin.toString(), "NPTUNE_LAUNCHER", "nptune")))
                .contains(System.getProperty("java.home") + "/bin/java", "dev.nptune.cli.Main")
                .endsWith("rollback", "--yes");
    }

    @Test
    void withoutSudoASessionThatCanAskDoes() throws Exception {
        assumeTrue(
                Programs.find("sudo", null).isEmpty()
                        && Programs.find("pkexec", null).isEmpty(),
                "installed here");
        UserException e = catchThrowableOfType(UserException.class, () -> argv(Map.of("PATH", bin.toString())));
        assertThat(e.exit().code()).isEqualTo(3);
        assertThat(e).hasMessage("'nptune rollback' needs root: it changes the system; there is no sudo here");
        String pkexec = script(bin.resolve("pkexec"), SUDO).toString();
        assertThat(catchThrowableOfType(UserException.class, () -> argv(Map.of("PATH", bin.toString()))))
                .as("nobody to ask")
                .isNotNull();
        assertThat(argv(Map.of("PATH", bin.toString(), "WAYLAND_DISPLAY", "wayland-0")))
                .startsWith(pkexec);
    }

    /// @param exit the exit status
    /// @param told what was on the terminal
    private record Sitting(int exit, String told) {}

    /// Somebody who is not root, at a terminal, who types something.
    private Sitting sit(String typed, String... arguments) throws Exception {
        script(bin.resolve("sudo"), SUDO);
        return sitAtProgram(typed, arguments);
    }

    private Sitting sitAtProgram(String typed, String... arguments) throws Exception {
        assumeTrue(LocalMachine.of(Map.of()).isRoot(), "nobody to become");
        for (String program : List.of("setpriv", "script")) {
            assumeTrue(Programs.find(program, System.getenv("PATH")).isPresent(), "no " + program + " here");
        }
        Path classes = Path.of("target/classes").toAbsolutePath();
        for (Path f = classes; f != null; f = f.getParent()) {
            assumeTrue(
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(f))
                            .endsWith("x"),
                    "only the owner gets at the classes");
        }
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes + ":" + Path.of("target/lib").toAbsolutePath() + "/*",
                Main.class.getName()));
        command.addAll(List.of(arguments));
        String line = String.join(" ", command.stream().map(w -> "'" + w + "'").toList());
        ProcessBuilder builder = new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "script",
                        "-qec",
                        line,
                        "/dev/null")
                .redirectErrorStream(true);
        builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
        builder.environment().put("NPTUNE_LAUNCHER", launcher.toString());
        builder.environment().put("TERM", "xterm");
        builder.environment().put("SHELL", "/bin/sh");
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(typed.getBytes(StandardCharsets.UTF_8));
        }
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).replace("\r", "");
        return new Sitting(process.waitFor(), told);
    }

    @Test
    @Timeout(120)
    void whoAgreesBecomesRootForThisPlanAlone() throws Exception {
        Sitting agreed = sit("y\n", "apply", plan.toString());
        String digest = PlanFile.read(plan).digest();
        assertThat(agreed.told())
                .contains(
                        "Plan for win10: 2 changes\n",
                        "   1  Make a file\n    > make /etc/nptune-test\n",
                        "--diff shows what is written.\n",
                        "Apply these 2 changes as root? [y/N] ",
                        "nptune apply --digest " + digest + " --yes " + plan + "\n");
        assertThat(agreed.exit()).isEqualTo(42);
    }

    /// What the one that runs as root ends with says whether something is left changed; the signal does not.
    @Test
    @Timeout(120)
    void whoIsInterruptedEndsAsTheRootProcessDoes() throws Exception {
        script(bin.resolve("sudo"), "#!/bin/sh\nkill -TERM $PPID\nsleep 1\nexit 5\n");
        assertThat(sitAtProgram("y\n", "apply", plan.toString()).exit()).isEqualTo(5);
    }

    /// Only root sees which run it is, so that the question is asked there. A sudo that makes nobody root must not be
    /// asked again and again.
    @Test
    @Timeout(120)
    void aRollbackAsksForRootOnceAndRootAsksForTheRest() throws Exception {
        Sitting asked = sit("", "rollback", "20260501", "--force");
        assertThat(asked.told())
                .contains(
                        "Only root can see the runs; you are asked before one is taken back.\n",
                        "nptune rollback --elevated --force -- 20260501\n")
                .doesNotContain("[y/N]");
        assertThat(asked.exit()).isEqualTo(42);
        assertThat(sit("", "rollback", "-y").told())
                .contains("nptune rollback --elevated --yes\n")
                .doesNotContain("asked");
        Sitting again = sit("y\n", "rollback", "--elevated", "--yes");
        assertThat(again.told())
                .contains("nptune: 'nptune rollback' needs root: it changes the system")
                .doesNotContain("sudo:");
        assertThat(again.exit()).isEqualTo(3);
    }

    @Test
    @Timeout(120)
    void whoDoesNotChangesNothing() throws Exception {
        Sitting declined = sit("\n", "apply", plan.toString());
        assertThat(declined.told())
                .contains("Apply these 2 changes as root? [y/N] ", "Nothing was changed.\n")
                .doesNotContain("sudo:");
        assertThat(declined.exit()).isEqualTo(1);
    }
}
