package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.host.CpuSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The script run by the machine's own shell and by busybox's, its paths led into a folder. `systemctl` is a script
/// that
/// keeps each unit's CPUs in a file.
@ParameterizedClass
@ValueSource(strings = {"/bin/sh", "/bin/busybox sh"})
class HookScriptTest {
    private static final String GOVERNOR = "sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor";
    private static final List<String> UNITS = List.of("init.scope", "system.slice", "user.slice");

    /// Says so in a file where two run at once.
    private static final String SYSTEMCTL = """
            #!/bin/sh
            cd 'ROOT' || exit 1
            mkdir busy 2>/dev/null || echo "two at once" >> overlap
            sleep 0.02
            rmdir busy
            case $1 in
            show) cat "units/$6" ;;
            set-property)
                echo "$4 $5" >> systemctl.log
                echo "${5#AllowedCPUs=}" > "units/$4"
                ;;
            esac
            """;

    @Parameter
    String shell = "";

    @TempDir
    Path root = Path.of("");

    private void machine(int cpus, String mask) throws IOException {
        write("sys/devices/system/cpu/online", "0-" + (cpus - 1) + "\n");
        for (int cpu = 0; cpu < cpus; cpu++) {
            write(GOVERNOR.formatted(cpu), "schedutil\n");
        }
        write("proc/irq/default_smp_affinity", mask + "\n");
        write("proc/irq/24/smp_affinity_list", "0-" + (cpus - 1) + "\n");
        write("proc/irq/25/smp_affinity_list", "5\n");
        for (String unit : UNITS) {
            write("units/" + unit, "\n");
        }
        write("bin/systemctl", SYSTEMCTL.replace("ROOT", root.toString()));
        assertThat(root.resolve("bin/systemctl").toFile().setExecutable(true)).isTrue();
    }

    private void machine() throws IOException {
        machine(8, "ff");
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    private String read(String path) throws IOException {
        return Files.readString(root.resolve(path)).strip();
    }

    private String irq(int number) throws IOException {
        return read("proc/irq/" + number + "/smp_affinity_list");
    }

    private String mask() throws IOException {
        return read("proc/irq/default_smp_affinity");
    }

    private String unit(String name) throws IOException {
        return read("units/" + name);
    }

    private String governor(int cpu) throws IOException {
        return read(GOVERNOR.formatted(cpu));
    }

    private List<String> asked() throws IOException {
        Path log = root.resolve("systemctl.log");
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        Files.deleteIfExists(log);
        return lines;
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(root.resolve("run/nptune"))) {
            assertThat(left).isEmpty();
        }
    }

    private Process started(String name, CpuSet guest, String search, String... arguments) throws IOException {
        Path script = Files.createTempFile(root, "hook", "");
        String text = HookScript.of(name, guest)
                .replace("/sys/", root + "/sys/")
                .replace("/proc/", root + "/proc/")
                .replace("state=/run", "state=" + root + "/run");
        Files.writeString(script, text);
        List<String> command = new ArrayList<>(List.of(shell.split(" ")));
        assumeTrue(Files.isExecutable(Path.of(command.getFirst())), command.getFirst() + " is not installed");
        command.addAll(List.of("-u", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", search);
        return builder.start();
    }

    private static void await(Process process) throws Exception {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(process.exitValue()).isZero();
    }

    private String search() {
        return root.resolve("bin") + ":" + System.getenv("PATH");
    }

    private void run(String name, CpuSet guest, String... arguments) throws Exception {
        await(started(name, guest, search(), arguments));
    }

    private void start(String name, String guest) throws Exception {
        run(name, CpuSet.parse(guest), name, "prepare", "begin", "-");
    }

    private void stop(String name, String guest) throws Exception {
        run(name, CpuSet.parse(guest), name, "release", "end", "-");
    }

    @Test
    void theHostKeepsOffWhileTheVmRunsAndHasAllBackAfterwards() throws Exception {
        machine();
        start("win10", "2-5");
        assertThat(asked())
                .containsExactlyElementsOf(
                        UNITS.stream().map(u -> u + " AllowedCPUs=0,1,6,7").toList());
        assertThat(irq(24)).isEqualTo("0,1,6,7");
        assertThat(irq(25)).isEqualTo("0,1,6,7");
        assertThat(mask()).isEqualTo("c3");
        assertThat(governor(2)).isEqualTo("performance");
        assertThat(governor(1)).isEqualTo("schedutil");

        stop("win10", "2-5");
        assertThat(irq(24)).isEqualTo("0-7");
        assertThat(irq(25)).isEqualTo("5");
        assertThat(mask()).isEqualTo("ff");
        assertThat(governor(2)).isEqualTo("schedutil");
        assertNothingLeft();
    }

    @Test
    void whateverTheVmIsCalledItGivesBackWhenAskedByOurOwnWords() throws Exception {
        machine();
        start("it's \"a\"", "2-5");
        run("it's \"a\"", CpuSet.parse("2-5"), "nptune", "release");
        assertThat(irq(24)).isEqualTo("0-7");
        assertThat(governor(2)).isEqualTo("schedutil");
        assertNothingLeft();
    }

    @Test
    void aVmCalledNptuneIsNotMistakenForThem() throws Exception {
        machine();
        start("nptune", "2-5");
        run("other", CpuSet.parse("2-5"), "nptune", "release", "end", "-");
        assertThat(irq(24)).isEqualTo("0,1,6,7");
        stop("nptune", "2-5");
        assertNothingLeft();
    }

    /// An emptied `AllowedCPUs=` alone would leave the CPUs as they are (systemd issue 43846).
    @Test
    void aUnitWithoutCpusOfItsOwnGetsAllBeforeItIsEmptied() throws Exception {
        machine();
        start("win10", "2-5");
        asked();
        stop("win10", "2-5");
        assertThat(asked())
                .filteredOn(line -> line.startsWith("user.slice "))
                .containsExactly("user.slice AllowedCPUs=0,1,2,3,4,5,6,7", "user.slice AllowedCPUs=");
    }

    @Test
    void interruptsAndUnitsKeepOffTheVmsThatRunAndAreAsBeforeAfterTheLast() throws Exception {
        machine(24, "ffffff");
        write("proc/irq/26/smp_affinity_list", "9,20\n");
        start("one", "0-7");
        assertThat(irq(24)).isEqualTo(list(8, 23));
        assertThat(mask()).isEqualTo("ffff00");
        write("proc/irq/90/smp_affinity_list", "8-23\n");

        start("two", "8-15");
        assertThat(irq(24)).isEqualTo(list(16, 23));
        assertThat(irq(90)).isEqualTo(list(16, 23));
        assertThat(irq(26)).isEqualTo("20");
        assertThat(mask()).isEqualTo("ff0000");
        assertThat(unit("user.slice")).isEqualTo(list(16, 23));

        stop("one", "0-7");
        assertThat(irq(24)).isEqualTo(list(0, 7) + "," + list(16, 23));
        assertThat(irq(90)).isEqualTo(list(0, 7) + "," + list(16, 23));
        assertThat(irq(25)).isEqualTo("5");
        assertThat(mask()).isEqualTo("ff00ff");
        assertThat(unit("user.slice")).isEqualTo(list(0, 7) + "," + list(16, 23));
        assertThat(governor(7)).isEqualTo("schedutil");
        assertThat(governor(8)).isEqualTo("performance");

        stop("two", "8-15");
        assertThat(irq(24)).isEqualTo("0-23");
        assertThat(irq(25)).isEqualTo("5");
        assertThat(irq(26)).isEqualTo("9,20");
        assertThat(irq(90)).isEqualTo(list(0, 23));
        assertThat(mask()).isEqualTo("ffffff");
        assertThat(unit("user.slice")).isEmpty();
        assertThat(governor(8)).isEqualTo("schedutil");
        assertNothingLeft();
    }

    private static String list(int first, int last) {
        return String.join(
                ",",
                IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList());
    }

    @Test
    void cpusThatTheOwnerGaveToAUnitStayItsOwn() throws Exception {
        machine();
        write("units/system.slice", "0-2 7\n");
        write("units/user.slice", "3-4\n");
        start("win10", "2-5");
        assertThat(unit("system.slice")).isEqualTo("0,1,7");
        assertThat(unit("user.slice")).isEqualTo("0,1,6,7");
        start("other", "7");
        assertThat(unit("system.slice")).isEqualTo("0,1");
        stop("win10", "2-5");
        assertThat(unit("user.slice")).isEqualTo("3,4");
        stop("other", "7");
        assertThat(unit("system.slice")).isEqualTo("0-2 7");
        assertThat(unit("user.slice")).isEqualTo("3-4");
        assertThat(unit("init.scope")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"72,'ff,ffffffff,ffffffff',2-5,'ff,ffffffff,ffffffc3'", "64,'ffffffff,ffffffff',32-63,ffffffff"})
    void manyCpusMakeAMaskOfSeveralWords(int cpus, String before, String guest, String meanwhile) throws Exception {
        machine(cpus, before);
        start("win10", guest);
        assertThat(mask()).isEqualTo(meanwhile);
        stop("win10", guest);
        assertThat(mask()).isEqualTo(before);
    }

    @Test
    void aGovernorThatTwoVmsShareStaysUntilBothHaveStopped() throws Exception {
        machine();
        Path own = root.resolve("sys/devices/system/cpu/cpu3/cpufreq");
        Files.delete(own.resolve("scaling_governor"));
        Files.delete(own);
        Files.createSymbolicLink(own, root.resolve("sys/devices/system/cpu/cpu2/cpufreq"));
        start("one", "1,2");
        start("two", "3,4");
        stop("one", "1,2");
        assertThat(governor(1)).isEqualTo("schedutil");
        assertThat(governor(2)).isEqualTo("performance");
        stop("two", "3,4");
        assertThat(governor(2)).isEqualTo("schedutil");
        assertNothingLeft();
    }

    @Test
    void aVmThatNeverCameToItsReleaseGivesBackWhatItHadAtItsNextStart() throws Exception {
        machine();
        start("win10", "2-5");
        start("win10", "6-7");
        assertThat(irq(24)).isEqualTo("0,1,2,3,4,5");
        assertThat(governor(2)).isEqualTo("schedutil");
        assertThat(governor(6)).isEqualTo("performance");
        stop("win10", "6-7");
        assertThat(governor(6)).isEqualTo("schedutil");
        assertThat(irq(24)).isEqualTo("0-7");
        assertNothingLeft();
    }

    @Test
    void vmsThatTakeAllCpusLeaveTheHostAll() throws Exception {
        machine();
        start("one", "0-3");
        start("two", "4-7");
        assertThat(irq(24)).isEqualTo("0,1,2,3,4,5,6,7");
        assertThat(unit("user.slice")).isEqualTo("0,1,2,3,4,5,6,7");
        assertThat(mask()).isEqualTo("ff");
    }

    @Test
    void ofTwoVmsThatStartAtOnceOneWaits() throws Exception {
        assumeTrue(Stream.of("/bin/flock", "/usr/bin/flock").anyMatch(f -> Files.exists(Path.of(f))), "no flock here");
        machine();
        Process one = started("one", CpuSet.parse("2-3"), search(), "one", "prepare", "begin", "-");
        Process two = started("two", CpuSet.parse("4-5"), search(), "two", "prepare", "begin", "-");
        await(one);
        await(two);
        assertThat(root.resolve("overlap")).doesNotExist();
        assertThat(irq(24)).isEqualTo("0,1,6,7");
        stop("one", "2-3");
        stop("two", "4-5");
        assertThat(irq(24)).isEqualTo("0-7");
        assertNothingLeft();
    }

    /// A machine with the least that there is: no systemd, flock, seq or paste.
    private String poor() throws IOException {
        Path tools = Files.createDirectories(root.resolve("tools"));
        for (String tool : List.of("cat", "mkdir", "mv", "rm", "grep")) {
            Path real = Stream.of("/bin", "/usr/bin")
                    .map(folder -> Path.of(folder, tool))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            Files.createSymbolicLink(tools.resolve(tool), real);
        }
        return tools.toString();
    }

    @Test
    void withoutSystemdAndOtherToolsTheRestIsDone() throws Exception {
        machine();
        String tools = poor();
        CpuSet guest = CpuSet.parse("2-5");
        await(started("win10", guest, tools, "win10", "prepare", "begin", "-"));
        assertThat(irq(24)).isEqualTo("0,1,6,7");
        assertThat(governor(2)).isEqualTo("performance");
        await(started("win10", guest, tools, "win10", "release", "end", "-"));
        assertThat(irq(24)).isEqualTo("0-7");
        assertThat(asked()).isEmpty();
        assertNothingLeft();
    }

    /// systemctl there, but no systemd that answers; interrupts and governors that cannot be read or written.
    @Test
    void whatCannotBeChangedIsPassedOver() throws Exception {
        machine();
        write("bin/systemctl", "#!/bin/sh\necho 'System has not been booted with systemd' >&2\nexit 1\n");
        Files.createDirectories(root.resolve("proc/irq/30/smp_affinity_list"));
        Files.delete(root.resolve(GOVERNOR.formatted(3)));
        start("win10", "2-5");
        assertThat(irq(24)).isEqualTo("0,1,6,7");
        assertThat(governor(4)).isEqualTo("performance");
        assertThat(root.resolve(GOVERNOR.formatted(3))).doesNotExist();
        stop("win10", "2-5");
        assertThat(irq(24)).isEqualTo("0-7");
        assertThat(governor(4)).isEqualTo("schedutil");
        assertThat(root.resolve(GOVERNOR.formatted(3))).doesNotExist();
        assertNothingLeft();
    }

    @Test
    void whereNothingCanBeRememberedNothingIsChanged() throws Exception {
        machine();
        write("run", "no folder\n");
        start("win10", "2-5");
        stop("win10", "2-5");
        assertThat(asked()).isEmpty();
        assertThat(irq(24)).isEqualTo("0-7");
        assertThat(mask()).isEqualTo("ff");
        assertThat(governor(2)).isEqualTo("schedutil");
    }

    @Test
    void aVmWhoseCpusCannotBeRememberedLeavesNothing() throws Exception {
        machine();
        Files.createDirectories(root.resolve("run/nptune"));
        Files.createSymbolicLink(root.resolve("run/nptune/nptune-win10.cpus"), root.resolve("none/none"));
        start("win10", "2-5");
        assertThat(irq(24)).isEqualTo("0-7");
        assertThat(governor(2)).isEqualTo("schedutil");
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"win10", "it's $(touch x) `y` \"z\"", "ä b", "-n"})
    void anotherVmAndAnotherStepAreNoneOfItsBusiness(String name) throws Exception {
        machine();
        run(name, CpuSet.parse("2-5"), "other", "prepare", "begin", "-");
        run(name, CpuSet.parse("2-5"), name, "start", "begin", "-");
        run(name, CpuSet.parse("2-5"), name, "release", "end", "-");
        run(name, CpuSet.parse("2-5"));
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
