package dev.nptune.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.MemoryFolder;
import dev.nptune.internal.text.UserException;
import dev.nptune.watch.Column.Subject;
import dev.nptune.watch.Quantity.Unit;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records a QEMU that emulates.
class RecorderTest {
    private static final Path ROOT = Path.of("/");
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    private static Recorder.Request request(RunningQemu qemu, Exits exits) {
        return new Recorder.Request(ROOT, qemu.pid(), "win", 100, Recorder.BUDGET, exits, false);
    }

    private static Exits nobody() {
        return new Exits.Nobody("nobody was named");
    }

    private Path record(RunningQemu qemu, Exits exits, Duration limit) throws IOException, InterruptedException {
        Path file = folder.resolve("vm.rec");
        try (Recorder recorder = Recorder.open(request(qemu, exits), file)) {
            recorder.run(limit, _ -> {});
        }
        return file;
    }

    @Test
    void whatHappensToAVm() throws Exception {
        try (RunningQemu qemu = RunningQemu.start(folder, "win", 4)) {
            List<Recorder.Progress> told = new ArrayList<>();
            Path file = folder.resolve("vm.rec");
            try (Recorder recorder = Recorder.open(request(qemu, nobody()), file)) {
                End end = recorder.run(Duration.ofMillis(2500), told::add);
                assertThat(end.reason()).isEqualTo("the time was over");
                assertThatThrownBy(() -> Recorder.open(request(qemu, nobody()), file))
                        .isInstanceOf(FileAlreadyExistsException.class);
            }
            assertThat(told).hasSizeBetween(1, 2);
            Recording recording = Recording.read(file);
            assertThat(recording.torn()).isEmpty();
            assertThat(recording.end().orElseThrow().seconds()).isBetween(2.4, 6.0);
            assertThat(recording.about().vm()).isEqualTo("win");
            assertThat(recording.about().pid()).isEqualTo(qemu.pid());
            assertThat(recording.about().threads().stream().filter(VmThread::isVcpu))
                    .extracting(VmThread::name)
                    .containsExactlyInAnyOrder("CPU 0/TCG", "CPU 1/TCG", "CPU 2/TCG", "CPU 3/TCG");
            clocks(recording);
            counters(recording);
            causes(recording);
            sources(recording);
        }
    }

    private static void clocks(Recording recording) {
        assertThat(recording.clocks()).hasSizeBetween(2, 4);
        long[] span = recording.span();
        assertThat(span[1] - span[0]).isBetween(900_000_000L, 6_000_000_000L);
        long realtime = recording.realtime(span[0] + 5);
        assertThat(recording.monotonic(realtime)).isEqualTo(span[0] + 5);
        assertThat(Math.abs(realtime / 1_000_000 - System.currentTimeMillis())).isLessThan(60_000);
    }

    private static void counters(Recording recording) {
        Series first = recording.series().stream()
                .filter(s -> s.column().equals(new Column(Quantity.RUN, Subject.VCPU, 0, "")))
                .findFirst()
                .orElseThrow();
        long[] times = first.times();
        assertThat(times.length).as("100 a second").isBetween(60, 260);
        assertThat(times).isSorted();
        long[] values = first.values();
        assertThat(values).isSorted().hasSameSizeAs(times);
        assertThat(values[0]).isEqualTo(first.start());
        assertThat(values[values.length - 1]).isEqualTo(first.start() + first.total());
        // It cannot have run longer than there was time; the kernel counts to its tick.
        assertThat(first.total()).isBetween(0L, times[times.length - 1] - times[0] + 20_000_000);
        for (int i = 0; i < first.size(); i++) {
            assertThat(first.from(i)).isLessThan(first.to(i));
        }
        assertThat(recording.series())
                .anyMatch(s -> s.column().quantity() == Quantity.INTERRUPTS
                        && s.column().detail().equals("LOC Local timer interrupts")
                        && s.total() > 0);
    }

    private static void causes(Recording recording) {
        List<Cause> causes = recording.causes();
        assertThat(causes).extracting(Cause::name).doesNotHaveDuplicates().contains("softirqs on CPU 0: TIMER");
        assertThat(causes).allSatisfy(cause -> {
            assertThat(cause.amount().length).isPositive();
            assertThat(Arrays.stream(cause.amount())).allMatch(a -> a > 0);
            assertThat(cause.from()).isSorted();
            assertThat(cause.isTime()).isEqualTo(cause.unit() == Unit.NANOSECONDS);
        });
    }

    private static void sources(Recording recording) {
        assertThat(recording.about().sources())
                .filteredOn(Source::available)
                .extracting(Source::name)
                .contains("process", "schedstat", "sched", "stat", "load", "interrupts", "softirqs", "memory");
        assertThat(recording.about().sources())
                .filteredOn(s -> !s.available())
                .extracting(Source::name)
                .containsExactly("kvm", "exits", "trace");
        assertThat(recording.about().sources().stream().flatMap(s -> s.absent().stream()))
                .contains("nobody was named")
                .anyMatch(why -> why.contains("debugfs mounted, a VM that runs by KVM, and root"));
    }

    @Test
    void aVmThatEnds() throws Exception {
        Path file = folder.resolve("vm.rec");
        try (RunningQemu qemu = RunningQemu.start(folder, "win", 1);
                Recorder recorder = Recorder.open(request(qemu, nobody()), file)) {
            List<Recorder.Progress> seconds = new ArrayList<>();
            End end = recorder.run(LONG, progress -> {
                seconds.add(progress);
                qemu.end();
            });
            assertThat(end.reason()).isEqualTo("the VM ended");
            assertThat(seconds).hasSizeBetween(2, 3);
        }
        assertThat(Recording.read(file).end().orElseThrow().reason()).isEqualTo("the VM ended");
    }

    @Test
    void stoppedFromOutside() throws Exception {
        try (RunningQemu qemu = RunningQemu.start(folder, "win", 1);
                Recorder recorder = Recorder.open(request(qemu, nobody()), folder.resolve("vm.rec"))) {
            assertThat(recorder.run(LONG, _ -> recorder.stop()).reason()).isEqualTo("stopped");
        }
    }

    /// QEMU without KVM answers, and has none of KVM's counters.
    @Test
    void qemuIsAsked() throws Exception {
        try (RunningQemu qemu = RunningQemu.start(folder, "win", 2, "-name", "win")) {
            Recording recording =
                    Recording.read(record(qemu, new Exits.Monitor(qemu.socket()), Duration.ofMillis(300)));
            assertThat(recording.about().sources())
                    .filteredOn(s -> s.name().equals("exits"))
                    .singleElement()
                    .satisfies(s -> assertThat(s.absent().orElseThrow()).contains("no counters of KVM's"));
            assertThat(recording.about().threads().stream().filter(VmThread::isVcpu))
                    .hasSize(2);
            assertThatThrownBy(() -> Recorder.open(
                            request(qemu, new Exits.Monitor(folder.resolve("nothing"))), folder.resolve("b.rec")))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void noSuchProcess() {
        assertThatThrownBy(() -> Recorder.open(
                        new Recorder.Request(ROOT, 999_999_999, "x", 100, Recorder.BUDGET, nobody(), false),
                        folder.resolve("vm.rec")))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(folder.resolve("vm.rec")).doesNotExist();
    }

    /// A recording cut anywhere gives all blocks before the cut, and says that there is a cut.
    @Test
    void cutAnywhere() throws Exception {
        byte[] whole;
        try (RunningQemu qemu = RunningQemu.start(folder, "win", 2)) {
            whole = Files.readAllBytes(record(qemu, nobody(), Duration.ofMillis(2200)));
        }
        Recording all = read(whole);
        long values = count(all);
        int blocks = 0;
        long least = 0;
        for (int length = 0; length < whole.length; length += 1 + whole.length / 400) {
            byte[] cut = Arrays.copyOf(whole, length);
            try {
                Recording some = read(cut);
                assertThat(some.torn())
                        .as("%d of %d bytes", length, whole.length)
                        .isPresent();
                assertThat(some.end()).isEmpty();
                assertThat(count(some)).isBetween(least, values);
                least = count(some);
                blocks = Math.max(blocks, some.clocks().size());
            } catch (UserException e) {
                assertThat(blocks)
                        .as("after the first block all can be read: " + e.getMessage())
                        .isZero();
            }
        }
        assertThat(blocks).isGreaterThanOrEqualTo(2);
        mutated(whole, all);
    }

    /// With bytes changed it ends, within its bounds, in one of two ways.
    private void mutated(byte[] whole, Recording all) throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        int refused = 0;
        for (int round = 0; round < 600; round++) {
            byte[] bytes = whole.clone();
            for (int i = 0; i <= round % 4; i++) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            }
            try {
                assertThat(read(bytes).torn()).isPresent();
            } catch (UserException _) {
                refused++;
            }
        }
        assertThat(refused).isLessThan(600);
        RecordingForger forger = new RecordingForger(whole);
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = forger.withRightSums(random);
            try {
                Recording read = read(bytes);
                assertThat(read.series().size()).isLessThanOrEqualTo(Table.MOST);
                read.causes();
                read.series().forEach(s -> assertThat(s.values()).hasSameSizeAs(s.times()));
            } catch (UserException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(count(all)).isPositive();
    }

    private Recording read(byte[] bytes) throws Exception {
        Path file = folder.resolve("other.rec");
        Files.write(file, bytes);
        return Recording.read(file);
    }

    private static long count(Recording recording) {
        return recording.series().stream().collect(Collectors.summingInt(Series::size));
    }

    @Test
    void whatIsNoRecording() {
        assertThatThrownBy(() -> read(new byte[0])).hasMessageEndingWith("is no recording");
        assertThatThrownBy(() -> read("NPTREC02".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .hasMessageEndingWith("is a recording of another version, 3032");
        assertThatThrownBy(() -> read(Format.MAGIC)).hasMessageContaining("it has no blocks");
    }
}
