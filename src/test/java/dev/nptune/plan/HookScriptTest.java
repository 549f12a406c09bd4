package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.CpuSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script run by the machine's own shell, its paths led into a folder.
class HookScriptTest {
    @TempDir
    Path root = Path.of("");

    private void machine() throws IOException {
        write("sys/devices/system/cpu/online", "0-7\n");
        for (int cpu = 0; cpu < 8; cpu++) {
            write("sys/devices/system/cpu/cpu" + cpu + "/cpufreq/scaling_governor", "schedutil\n");
        }
        write("proc/irq/24/smp_affinity_list", "0-7\n");
        write("proc/irq/25/smp_affinity_list", "5\n");
        write("bin/systemctl", "#!/bin/sh\necho \"$@\" >> " + root + "/systemctl.log\n");
        assertThat(root.resolve("bin/systemctl").toFile().setExecutable(true)).isTrue();
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    private String read(String path) throws IOException {
        return Files.readString(root.resolve(path)).strip();
    }

    private List<String> asked() throws IOException {
        Path log = root.resolve("systemctl.log");
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        Files.deleteIfExists(log);
        return lines;
    }

    private void run(String name, CpuSet guest, String... arguments) throws Exception {
        Path script = root.resolve("hook");
        String text = HookScript.of(name, guest)
                .replace("/sys/", root + "/sys/")
                .replace("/proc/", root + "/proc/")
                .replace("state=/run", "state=" + root + "/run");
        Files.writeString(script, text);
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-u", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", root.resolve("bin") + ":" + System.getenv("PATH"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void theHostKeepsOffWhileTheVmRunsAndHasAllBackAfterwards() throws Exception {
        machine();
        CpuSet guest = CpuSet.parse("2-5");
        run("win10", guest, "win10", "prepare", "begin", "-");
        assertThat(asked())
                .containsExactly(
                        "set-property --runtime -- init.scope AllowedCPUs=0,1,6,7",
                        "set-property --runtime -- system.slice AllowedCPUs=0,1,6,7",
                        "set-property --runtime -- user.slice AllowedCPUs=0,1,6,7");
        assertThat(read("proc/irq/24/smp_affinity_list")).isEqualTo("0,1,6,7");
        assertThat(read("proc/irq/25/smp_affinity_list")).isEqualTo("0,1,6,7");
        assertThat(read("sys/devices/system/cpu/cpu2/cpufreq/scaling_governor")).isEqualTo("performance");
        assertThat(read("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor")).isEqualTo("schedutil");

        run("win10", guest, "win10", "release", "end", "-");
        assertThat(asked()).hasSize(3).allMatch(line -> line.endsWith("AllowedCPUs=0,1,2,3,4,5,6,7"));
        assertThat(read("proc/irq/24/smp_affinity_list")).isEqualTo("0-7");
        assertThat(read("proc/irq/25/smp_affinity_list")).isEqualTo("5");
        assertThat(read("sys/devices/system/cpu/cpu2/cpufreq/scaling_governor")).isEqualTo("schedutil");
        try (var left = Files.list(root.resolve("run/nptune"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void twoVmsAreBothSparedAndTheFirstToStopGivesOnlyItsOwnBack() throws Exception {
        machine();
        run("one", CpuSet.parse("2-3"), "one", "prepare", "begin", "-");
        run("two", CpuSet.parse("4,6"), "two", "prepare", "begin", "-");
        assertThat(asked().getLast()).endsWith("user.slice AllowedCPUs=0,1,5,7");
        run("one", CpuSet.parse("2-3"), "one", "release", "end", "-");
        assertThat(asked().getLast()).endsWith("user.slice AllowedCPUs=0,1,2,3,5,7");
    }

    @Test
    void aSecondPrepareKeepsWhatTheFirstRemembered() throws Exception {
        machine();
        for (int i = 0; i < 2; i++) {
            run("win10", CpuSet.parse("2-5"), "win10", "prepare", "begin", "-");
        }
        run("win10", CpuSet.parse("2-5"), "win10", "release", "end", "-");
        assertThat(read("sys/devices/system/cpu/cpu2/cpufreq/scaling_governor")).isEqualTo("schedutil");
    }

    @ParameterizedTest
    @ValueSource(strings = {"win10", "it's $(touch x) `y` \"z\"", "ä b", "-n"})
    void anotherVmAndAnotherStepAreNoneOfItsBusiness(String name) throws Exception {
        machine();
        run(name, CpuSet.parse("2-5"), "other", "prepare", "begin", "-");
        run(name, CpuSet.parse("2-5"), name, "start", "begin", "-");
        run(name, CpuSet.parse("2-5"), name, "release", "end", "-");
        assertThat(asked()).isEmpty();
        run(name, CpuSet.parse("2-5"), name, "prepare", "begin", "-");
        assertThat(asked()).hasSize(3);
    }

    @Test
    void filesOfDifferentVmsNeverMeet() {
        assertThat(HookScript.path("win10")).isEqualTo("/etc/libvirt/hooks/qemu.d/nptune-win10");
        assertThat(HookScript.path("a b")).matches(".*/nptune-a_b-[0-9a-f]{8}");
        assertThat(HookScript.path("a b")).isNotEqualTo(HookScript.path("a_b")).isNotEqualTo(HookScript.path("a/b"));
    }
}
