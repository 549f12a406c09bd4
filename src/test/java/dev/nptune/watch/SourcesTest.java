package dev.nptune.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.host.CpuSet;
import dev.nptune.watch.Column.Subject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A machine that is a folder: a VM with two vCPUs that run by KVM, pinned to CPUs 2 and 3.
class SourcesTest {
    private static final int PID = 700;

    @TempDir(factory = MemoryFolder.class)
    private Path root;

    @BeforeEach
    void machine() throws IOException {
        file("proc/700/stat", stat(700, "qemu-system-x86", 'S', 30, 555));
        file("proc/700/smaps_rollup", "Rss: 100 kB\nAnonHugePages: 2048 kB\n");
        thread(700, "qemu-system-x86", "0-7");
        thread(701, "CPU 0/KVM", "2");
        thread(702, "CPU 1/KVM", "3");
        thread(703, "IO iothread1", "0-1");
        file("proc/stat", "cpu  9 9 9 9 9 9 9\ncpu2 10 0 0 90 0 0 0\ncpu3 20 0 0 80 0 0 0\n");
        file("proc/interrupts", " CPU2 CPU3\n LOC: 5 6 Local timer interrupts\n");
        file("proc/softirqs", " CPU2 CPU3\n TIMER: 1 2\n");
        file("sys/kernel/debug/kvm/700-11/exits", "1000\n");
        file("sys/kernel/debug/kvm/700-11/pages_2m", "3\n");
        file("sys/kernel/debug/kvm/700-11/guest_mode", "1\n");
        file("sys/kernel/debug/kvm/700-11/vcpu0/tsc-offset", "1\n");
        file("sys/kernel/debug/kvm/7001-11/exits", "5\n");
    }

    private void file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
    }

    private void thread(int tid, String name, String allowed) throws IOException {
        String folder = "proc/700/task/" + tid + "/";
        file(folder + "comm", name + "\n");
        file(folder + "status", "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t" + allowed + "\n");
        file(folder + "schedstat", "1000 200 3\n");
        file(folder + "sched", "se.nr_migrations : 4\nnr_involuntary_switches : 5\n");
        file(folder + "stat", stat(tid, name, 'S', 6, 777));
    }

    /// Page faults, CPU 2, and when it started.
    private static String stat(int tid, String name, char state, int faults, long started) {
        return tid + " (" + name + ") " + state + " 1 1 1 0 -1 0 " + faults + " 0 7 0 1 1 0 0 20 0 4 0 " + started
                + " 1 1 1 1 1 1 1 1 0 0 0 0 0 0 0 -1 2 0 0\n";
    }

    private VmSampler open() throws IOException {
        return VmSampler.open(root, PID, 100, 0.01, new Exits.Nobody("no"), Long.MAX_VALUE, false);
    }

    private static List<String> values(VmSampler sampler) {
        List<String> values = new ArrayList<>();
        sampler.readAll((_, table, _) -> IntStream.range(0, table.size())
                .filter(i -> !table.hasEnded(i))
                .forEach(i -> values.add(told(table.column(i)) + " " + table.value(i))));
        return values;
    }

    private static String told(Column column) {
        return column.quantity().key() + " of " + column.whose()
                + (column.subject() == Subject.THREAD || column.detail().isEmpty() ? "" : ", " + column.detail());
    }

    @Test
    void allThatIsThere() throws IOException {
        try (VmSampler sampler = open()) {
            assertThat(sampler.cpus()).isEqualTo(CpuSet.parse("2-3"));
            assertThat(sampler.sources().stream().filter(s -> !s.available()).map(Source::name))
                    .containsExactly("exits", "trace");
            assertThat(values(sampler))
                    .contains(
                            "minor-faults of the VM 30",
                            "major-faults of the VM 7",
                            "run of vCPU 0 1000",
                            "run-delay of vCPU 1 200",
                            "migrations of vCPU 0 4",
                            "involuntary-switches of thread 703 (IO iothread1) 5",
                            "last-cpu of vCPU 0 2",
                            "busy of CPU 3 200000000",
                            "interrupts of CPU 3, LOC Local timer interrupts 6",
                            "softirqs of CPU 2, TIMER 1",
                            "resident of the VM 102400",
                            "pages of the VM, transparent huge pages 2097152",
                            "exits of the VM, exits 1000",
                            "pages of the VM, pages_2m 6291456")
                    .noneMatch(v -> v.contains("guest_mode") || v.contains("tsc"));
        }
    }

    @Test
    void threadsComeAndGo() throws IOException {
        try (VmSampler sampler = open()) {
            thread(710, "worker", "0-7");
            Files.move(root.resolve("proc/700/task/703"), root.resolve("proc/700/gone"));
            file("proc/700/task/702/schedstat", "");
            assertThat(sampler.rescan(false)).isTrue();
            assertThat(values(sampler))
                    .contains("run of thread 710 (worker) 1000", "run of vCPU 0 1000")
                    .noneMatch(v -> v.contains("703") || v.startsWith("run of vCPU 1"));
        }
    }

    @Test
    void anotherProcessWithTheSameNumber() throws IOException {
        try (VmSampler sampler = open()) {
            assertThat(sampler.rescan(true)).isTrue();
            file("proc/700/stat", stat(700, "qemu-system-x86", 'S', 30, 556));
            assertThat(sampler.rescan(true)).isFalse();
        }
        try (VmSampler sampler = open()) {
            file("proc/700/stat", stat(700, "qemu-system-x86", 'Z', 30, 556));
            assertThat(sampler.rescan(false)).as("a zombie").isFalse();
        }
    }

    @Test
    void whatIsAbsentIsNamed() throws IOException {
        for (String gone : List.of("proc/700/smaps_rollup", "proc/interrupts", "proc/700/task/701/sched")) {
            Files.delete(root.resolve(gone));
        }
        Files.delete(root.resolve("proc/700/task/702/sched"));
        Files.move(root.resolve("sys/kernel/debug/kvm/700-11"), root.resolve("sys/kernel/debug/kvm/9-9"));
        file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
        file("sys/kernel/tracing/events/kvm/kvm_exit/trigger", "");
        try (VmSampler sampler = open()) {
            Map<String, String> absent = new TreeMap<>();
            sampler.sources().forEach(s -> s.absent().ifPresent(why -> absent.put(s.name(), why)));
            assertThat(absent.keySet()).containsExactly("exits", "interrupts", "kvm", "memory", "sched", "trace");
            assertThat(absent.get("sched")).isEqualTo("not there; it takes a kernel with CONFIG_SCHED_DEBUG");
            assertThat(absent.get("kvm")).contains("this kernel is locked down");
            assertThat(absent.get("trace")).isEqualTo("not asked for; --trace counts them, as root");
            assertThat(values(sampler)).contains("run of vCPU 0 1000").noneMatch(v -> v.startsWith("exits"));
        }
    }

    @Test
    void whyItIsAbsent() {
        assertThat(Sources.why(new AccessDeniedException("/x"), "y")).isEqualTo("permission denied; it takes root");
        assertThat(Sources.why(new NoSuchFileException("/x"), "y")).isEqualTo("not there; it takes y");
        assertThat(Sources.why(new IOException("no\u001b answer"), "y")).isEqualTo("no\\x1b answer; it takes y");
    }

    /// What takes long is read less often.
    @Test
    void theRateFollowsTheCost() {
        Paced paced = new Paced(new Slow(), 1_000_000, 0.5, System.nanoTime());
        for (int i = 0; i < 5; i++) {
            paced.sample(System.nanoTime(), 0.001);
        }
        assertThat(paced.hertz()).as("2 ms are half of 0.1 % of 4 s").isLessThan(1);
        assertThat(paced.samples()).isEqualTo(5);
        Paced first = new Paced(new Slow(), 3_000_000, 0, System.nanoTime());
        first.sample(System.nanoTime(), 1);
        assertThat(first.late()).isZero();
        assertThat(first.ownShare()).as("2 ms of each 3 ms").isGreaterThan(0.5);
        first.sample(System.nanoTime(), 0.01);
        assertThat(first.hertz()).as("2 ms are 1 % of 0.2 s").isLessThanOrEqualTo(5);
        assertThat(first.ownShare()).isBetween(0.009, 0.0101);
    }

    /// Exits are known after the first interval, though their source is read once a second; then they are kept.
    @Test
    void noRateIsMadeUp() throws Exception {
        try (Live live = Live.open(root, PID, "win", new Exits.Nobody("no"), false)) {
            file("sys/kernel/debug/kvm/700-11/exits", "1500\n");
            LiveView view = live.next().orElseThrow();
            assertThat(view.exits().orElseThrow())
                    .singleElement()
                    .satisfies(rate -> assertThat(rate.perSecond()).isPositive());
            assertThat(view.interrupts()).as("none came").hasValue(List.of());
            assertThat(live.next().orElseThrow().exits()).isEqualTo(view.exits());
        }
    }

    private static final class Slow extends Sampler {
        Slow() {
            super(Source.present("slow", "", "", 1000));
        }

        @Override
        boolean sample() {
            long until = System.nanoTime() + 2_000_000;
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            return true;
        }

        @Override
        public void close() {}
    }
}
