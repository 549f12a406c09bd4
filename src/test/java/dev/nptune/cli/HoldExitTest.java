package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.apply.Applier;
import dev.nptune.apply.ApplyListener;
import dev.nptune.apply.ApplyResult;
import dev.nptune.apply.Journal;
import dev.nptune.apply.Journals;
import dev.nptune.apply.Modules;
import dev.nptune.apply.Preview;
import dev.nptune.apply.Standing;
import dev.nptune.apply.Tools;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Progress;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What Ctrl-C at a terminal does to a run: the signal goes to the program and to all programs it runs. Here it is
/// SIGTERM, since a shell may have SIGINT ignored for what it runs in the background. What the program ends with says
/// how
/// the run ended, not that there was a signal.
class HoldExitTest {
    private static final String PARAMETER = "sys/module/kvm_amd/parameters/npt";

    /// Takes its time while `slow` is there, and says in `at` that it is at work.
    private static final String MODPROBE = """
            #!/bin/sh
            [ "$1" = -n ] && exit
            cd ROOT
            if [ -f slow ]; then : > at; sleep 1; fi
            if [ "$1" = -r ]; then rm -r sys/module/kvm_amd; exit; fi
            mkdir -p sys/module/kvm_amd/parameters
            echo 0 > sys/module/kvm_amd/refcnt
            value=${2#npt=}
            echo "${value:-1}" > sys/module/kvm_amd/parameters/npt
            """;

    @TempDir
    private Path root;

    private void machine() throws IOException {
        Path modprobe = Files.writeString(root.resolve("modprobe"), MODPROBE.replace("ROOT", root.toString()));
        Files.setPosixFilePermissions(modprobe, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(root.resolve(PARAMETER).resolveSibling("."));
        Files.writeString(root.resolve(PARAMETER), "0\n");
        Files.writeString(root.resolve("sys/module/kvm_amd/refcnt"), "0\n");
        Files.writeString(root.resolve("sys/value"), "0\n");
    }

    private static Applier applier(Path root) {
        return new Applier(
                root,
                new Libvirt("test:///default"),
                new Modules(root.resolve("modprobe").toString()),
                new Tools(null),
                new Journals(root.resolve("state")));
    }

    /// Has another process do something with the machine, which is told to end while it is at it.
    ///
    /// @param program its class
    /// @param meanwhile done before it is told
    private Process ended(Class<?> program, Meanwhile meanwhile, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                root.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        while (!Files.exists(root.resolve("at")) && process.isAlive()) {
            Thread.sleep(20);
        }
        meanwhile.run();
        Exec.run(Duration.ofSeconds(5), List.of("kill", "-TERM", "--", "-" + process.pid()));
        return process;
    }

    /// What somebody else does.
    @FunctionalInterface
    private interface Meanwhile {
        void run() throws IOException;
    }

    @Test
    @Timeout(60)
    void aRollbackGoesOnToItsEnd() throws Exception {
        assumeTrue(Programs.find("setsid", System.getenv("PATH")).isPresent(), "no setsid here");
        machine();
        Plan plan = Plan.of(
                "win10",
                List.of(
                        new Change.WriteSysfs("write", List.of("rule"), "/sys/value", "0", "1"),
                        new Change.ReloadModule("reload", List.of("rule"), "kvm_amd", "npt", "0", "1")));
        ApplyResult.Committed done = (ApplyResult.Committed) applier(root).apply(plan, ApplyListener.SILENT);
        Files.createFile(root.resolve("slow"));

        Process process = ended(TakingBack.class, () -> {}, done.journal());

        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        assertThat(told).as("what it says in the end").startsWith("RolledBack[");
        assertThat(root.resolve(PARAMETER)).hasContent("0");
        assertThat(root.resolve("sys/value")).hasContent("0");
        Journals journals = new Journals(root.resolve("state"));
        assertThat(journals.open(done.journal()).state().label()).as(told).isEqualTo("rolled back");
    }

    /// While one process applies a plan, another one is told who does, and changes nothing.
    @Test
    @Timeout(60)
    void anotherProcessWaits() throws Exception {
        machine();
        Files.createFile(root.resolve("slow"));
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Applying.class.getName(),
                        root.toString())
                .redirectErrorStream(true)
                .start();
        while (!Files.exists(root.resolve("at")) && process.isAlive()) {
            Thread.sleep(20);
        }
        Journals journals = new Journals(root.resolve("state"));
        assertThat(journals.holding())
                .hasValueSatisfying(h -> assertThat(h.process()).isEqualTo(process.pid()));
        Applier applier = applier(root);
        List<Journal> all = journals.list().journals();
        assertThat(applier.standings(all).of(all.getFirst())).isInstanceOfSatisfying(Standing.GoingOn.class, going -> {
            assertThat(going.process()).isEqualTo(process.pid());
            assertThat(HistoryText.words(going, "1").state()).startsWith("going on: process " + process.pid());
        });
        Plan plan = Plan.of("win10", List.of(new Change.EditFile("make", List.of(), "/etc/new", null, "text\n")));
        Preview preview = applier.preview(plan, true);
        assertThat(preview.obstacle()).startsWith("another nptune is changing this machine: process " + process.pid());
        ApplyResult result = applier(root).apply(plan, ApplyListener.SILENT);
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(result)
                .as(told)
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class,
                        r -> assertThat(r.reason())
                                .startsWith("another nptune is changing this machine: process " + process.pid()
                                        + ", since "));
        assertThat(root.resolve("etc/new")).doesNotExist();
        assertThat(process.waitFor()).as(told).isZero();
        assertThat(journals.holding()).isEmpty();
        assertThat(applier(root).apply(plan, ApplyListener.SILENT)).isInstanceOf(ApplyResult.Committed.class);
    }

    /// Ctrl-C in the middle of applying: the change at hand is finished, then all is taken back.
    @Test
    @Timeout(60)
    void applyingTakesBackWhatItDid() throws Exception {
        assumeTrue(Programs.find("setsid", System.getenv("PATH")).isPresent(), "no setsid here");
        machine();
        Files.createFile(root.resolve("slow"));

        Process process = ended(Applying.class, () -> {});

        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isEqualTo(130);
        assertThat(told).as("what it says in the end").startsWith("RolledBack[");
        assertThat(root.resolve(PARAMETER)).hasContent("0");
        assertThat(root.resolve("sys/value")).hasContent("0");
        assertThat(new Journals(root.resolve("state"))
                        .list()
                        .journals()
                        .getFirst()
                        .state()
                        .label())
                .as(told)
                .isEqualTo("rolled back");
    }

    /// Ctrl-C in the middle of applying, after somebody else has set what is to be taken back.
    @Test
    @Timeout(60)
    void whatIsLeftCountsForMoreThanTheSignal() throws Exception {
        assumeTrue(Programs.find("setsid", System.getenv("PATH")).isPresent(), "no setsid here");
        machine();
        Files.createFile(root.resolve("slow"));
        Process process = ended(Applying.class, () -> Files.writeString(root.resolve("sys/value"), "7\n"));

        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isEqualTo(5);
        assertThat(told).startsWith("Partial[").contains("was set to '7' after the change was made");
    }

    /// Another process that applies a plan.
    static final class Applying {
        private Applying() {}

        public static void main(String[] args) throws Exception {
            Plan plan = Plan.of(
                    "win10",
                    List.of(
                            new Change.WriteSysfs("write", List.of("rule"), "/sys/value", "0", "1"),
                            new Change.ReloadModule("reload", List.of("rule"), "kvm_amd", "npt", "0", "1"),
                            new Change.WriteSysfs("write again", List.of("rule"), "/sys/value", "1", "2")));
            System.out.println(LocalTune.carryOut(applier(Path.of(args[0])), plan, Progress.SILENT));
            HoldExit.said();
        }
    }

    /// Another process that takes a run back.
    static final class TakingBack {
        private TakingBack() {}

        public static void main(String[] args) throws IOException {
            System.out.println(LocalTune.rollback(applier(Path.of(args[0])), args[1], false, Progress.SILENT));
            HoldExit.said();
        }
    }
}
