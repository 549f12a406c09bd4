package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.apply.ApplyListener;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import dev.nptune.vm.Libvirt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCommandTest {
    @TempDir
    private Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private LocalMachine machine;

    @BeforeEach
    void machine() {
        machine = new LocalMachine(root, new Libvirt("test:///default"), Map.of());
    }

    private List<String> run() throws IOException, UserException {
        out.reset();
        err.reset();
        assertThat(new HistoryCommand().print(machine, new PrintStream(out, true), new PrintStream(err, true), 100))
                .isZero();
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private Path apply() throws IOException {
        machine.applier().apply(Plan.of("win10", List.of()), ApplyListener.SILENT);
        return machine.journals().list().journals().getFirst().folder();
    }

    @Test
    void theLatestRunComesFirst() throws Exception {
        assertThat(run()).containsExactly("no runs yet");
        Path first = apply();
        Thread.sleep(2);
        Path second = apply();
        assertThat(run())
                .satisfiesExactly(
                        l -> assertThat(l)
                                .startsWith(second.getFileName() + "  20")
                                .endsWith("  win10  0 changes"),
                        l -> assertThat(l).isEqualTo("    applied"),
                        l -> assertThat(l).startsWith(first.getFileName() + "  20"),
                        l -> assertThat(l).isEqualTo("    applied"));
        assertThat(CliRun.of("history", "--help").out()).contains("latest first");
    }

    private List<String> one(String run, boolean diff, boolean json) throws IOException, UserException {
        out.reset();
        new HistoryCommand(run, diff, json).print(machine, new PrintStream(out, true), new PrintStream(err, true), 100);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aRunInFull() throws Exception {
        Files.createDirectories(root.resolve("sys"));
        Files.writeString(root.resolve("sys/v"), "0\n");
        Change value = new Change.WriteSysfs("Set the value", List.of(), "/sys/v", "0", "1");
        Change hook = new Change.EditFile("Make the hook", List.of(), "/etc/hook", null, "#!/bin/sh\n");
        machine.applier().apply(Plan.of("win10", List.of(value, hook)), ApplyListener.SILENT);
        Files.writeString(root.resolve("sys/v"), "7\n");
        String id = machine.journals().list().journals().getFirst().id();
        machine.applier().rollback(id, false, ApplyListener.SILENT);

        List<String> text = one(id.substring(0, 10), true, false);
        assertThat(text)
                .startsWith("run     " + id)
                .contains(
                        "VM      win10",
                        "state   rolled back in part",
                        "because asked for",
                        "next    see what is left with: nptune history " + id,
                        "folder  " + root + "/var/lib/nptune/journal/" + id,
                        "   1  Set the value: could not be taken back",
                        "      by hand: echo 0 > " + root + "/sys/v",
                        "   2  Make the hook: taken back",
                        "+#!/bin/sh",
                        "log (UTC)")
                .anyMatch(l -> l.startsWith("      why: ") && l.contains("was set to '7'"))
                .anyMatch(l -> l.endsWith("done  write " + root + "/etc/hook"))
                .anyMatch(l -> l.endsWith("done  remove " + root + "/etc/hook"));
        assertThat(String.join("\n", one(id, false, true)))
                .contains("\"schemaVersion\" : 1", "\"state\" : \"rolled back in part\"", "\"diff\" : null");
    }

    @Test
    void aNameThatIsNearlyOne() throws Exception {
        String id = String.valueOf(apply().getFileName());
        String slip = id.substring(0, id.length() - 1) + "x";
        UserException e = catchThrowableOfType(UserException.class, () -> one(slip, false, false));
        assertThat(e.exit().code()).isEqualTo(2);
        assertThat(e.nextStep()).isEqualTo("did you mean: " + id + "?");

        Thread.sleep(2);
        apply();
        UserException several = catchThrowableOfType(UserException.class, () -> one("20", false, false));
        assertThat(several).hasMessage("2 runs begin with '20'");
        assertThat(several.nextStep()).startsWith("did you mean: 20").contains(id);
    }

    @Test
    void theListAsJson() throws Exception {
        apply();
        out.reset();
        new HistoryCommand(null, false, true)
                .print(machine, new PrintStream(out, true), new PrintStream(err, true), 100);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "\"schemaVersion\" : 1",
                        "\"standing\" : \"applied\"",
                        "\"standingSince\" : null",
                        "\"state\" : \"applied\"",
                        "\"domain\" : \"win10\"");
    }

    /// A boot is told by a time that does not depend on where it is read.
    @Test
    void theTimeOfTheBootIsThatOfTheWorld() throws Exception {
        Files.createDirectories(root.resolve("boot"));
        Files.writeString(root.resolve("boot/image"), "image");
        Path bootId = root.resolve("proc/sys/kernel/random/boot_id");
        Files.createDirectories(bootId.resolveSibling("."));
        Files.writeString(bootId, "one\n");
        Change copy = new Change.KeepCopy("keep", List.of(), "/boot/image", "/boot/kept", Map.of());
        machine.applier().apply(Plan.of("win10", List.of(copy)), ApplyListener.SILENT);
        Files.writeString(bootId, "two\n");
        Path state = root.resolve("var/lib/nptune/boot-state");
        Files.writeString(state, "confirmed 2099-05-01T10:00:00Z\n");
        new HistoryCommand(null, false, true)
                .print(machine, new PrintStream(out, true), new PrintStream(err, true), 100);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("\"standing\" : \"confirmed\"", "\"standingSince\" : \"2099-05-01T10:00:00Z\"");
    }

    @Test
    void aRunThatCannotBeReadIsARun() throws Exception {
        Path folder = apply();
        Files.writeString(folder.resolve("journal.jsonl"), "nonsense\nnonsense\n");
        assertThat(run()).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith(folder.getFileName() + "  unreadable: ")
                .contains("\n  next: ", "mv " + folder);
    }

    @Test
    void theRunsAreTheMachinesWhoeverAsks() throws Exception {
        apply();
        machine = new LocalMachine(root, machine.libvirt(), Map.of("HOME", "/home/u", "XDG_STATE_HOME", "/x"));
        assertThat(run()).hasSize(2);
    }

    /// Root may read every folder, so somebody else asks.
    @Test
    void whoMayNotReadTheRunsIsNotToldThatThereAreNone() throws Exception {
        assumeTrue(LocalMachine.of(Map.of()).isRoot(), "nobody to become");
        Path setpriv = Programs.find("setpriv", System.getenv("PATH")).orElse(null);
        assumeTrue(setpriv != null, "no setpriv here");
        Path classes = Path.of("target/classes").toAbsolutePath();
        Path java = Path.of(System.getProperty("java.home"), "bin/java");
        for (Path folder = classes; folder != null; folder = folder.getParent()) {
            assumeTrue(
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))
                            .endsWith("x"),
                    "only the owner gets at the classes");
        }
        apply();
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process process = new ProcessBuilder(
                        setpriv.toString(),
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        java.toString(),
                        "-cp",
                        classes + ":" + Path.of("target/test-classes").toAbsolutePath() + ":"
                                + Path.of("target/lib").toAbsolutePath() + "/*",
                        Asking.class.getName(),
                        root.toString())
                .redirectErrorStream(true)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(told)
                .isEqualTo("'nptune history' needs root: only root may read " + root + "/var/lib/nptune/journal"
                        + " / run it again with sudo\n");
        assertThat(process.waitFor()).isEqualTo(3);
    }

    /// Another process that asks for the runs of a machine.
    static final class Asking {
        private Asking() {}

        public static void main(String[] args) throws IOException {
            LocalMachine machine = new LocalMachine(Path.of(args[0]), new Libvirt("test:///default"), Map.of());
            try {
                new HistoryCommand().print(machine, System.out, System.out, 80);
            } catch (UserException e) {
                System.out.println(e.getMessage() + " / " + e.nextStep());
                System.exit(e.exit().code());
            }
        }
    }
}
