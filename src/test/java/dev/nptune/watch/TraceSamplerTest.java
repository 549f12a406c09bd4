package dev.nptune.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.MemoryFolder;
import dev.nptune.host.CpuSet;
import dev.nptune.watch.Column.Subject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A kernel's tracing that is a folder: it takes instances, and counts nothing.
class TraceSamplerTest {
    private static final long PID = 4_000_000;
    private static final String HEAD = """
            # event histogram
            #
            # trigger info: hist:keys=common_pid,exit_reason,isa:vals=hitcount:sort=hitcount:size=1024 \
            if common_pid == 4711 || common_pid == 4714 [active]
            #

            """;
    private static final String TOTALS = """

            Totals:
                Hits: 9173
                Entries: 4
                Dropped: 0
            """;
    private static final String AMD = HEAD + """
            { common_pid:       4711, exit_reason:        120, isa:          2 } hitcount:          3
            { common_pid:       4714, exit_reason:       1024, isa:          2 } hitcount:         70
            { common_pid:       4711, exit_reason:        124, isa:          2 } hitcount:        900
            { common_pid:       4711, exit_reason:         96, isa:          2 } hitcount:       8200
            """ + TOTALS;

    @TempDir(factory = MemoryFolder.class)
    private Path root;

    private final Cursor cursor = new Cursor();
    private TraceInstance instance;
    private TraceSampler sampler;

    @BeforeEach
    void counting() throws IOException {
        Path event = Files.createDirectories(root.resolve("sys/kernel/tracing/events/kvm/kvm_exit"));
        Files.createDirectories(root.resolve("sys/kernel/tracing/instances"));
        Files.writeString(event.resolve("format"), "\tfield:unsigned int exit_reason;\n\tfield:u32 isa;\n");
        Files.writeString(event.resolve("hist"), "");
        instance = TraceInstance.create(root, PID);
        Source source = Source.present("trace", "", "", 1);
        sampler = new TraceSampler(instance, source, cursor);
        sampler.followOn(List.of(vcpu(0, 4711), vcpu(3, 4714)));
    }

    @AfterEach
    void ends() {
        sampler.close();
        assertThat(root.resolve("sys/kernel/tracing/instances")).isEmptyDirectory();
    }

    private static VmThread vcpu(int number, int tid) {
        return new VmThread(tid, OptionalInt.of(number), "CPU " + number + "/KVM", CpuSet.of());
    }

    private Map<String, Long> read(String text) {
        cursor.filled(text.getBytes(StandardCharsets.ISO_8859_1));
        sampler.parse();
        Table table = sampler.table();
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < table.size(); i++) {
            assertThat(table.column(i).quantity()).isEqualTo(Quantity.EXITS_BY_REASON);
            assertThat(table.column(i).subject()).isEqualTo(Subject.VCPU);
            counts.merge(table.column(i).number() + " " + table.column(i).detail(), table.value(i), Long::sum);
        }
        return counts;
    }

    @Test
    void reasonsOfEachVcpu() {
        Map<String, Long> known = Map.of("0 HLT", 3L, "3 NPF", 70L, "0 MSR", 900L, "0 INTR", 8200L);
        assertThat(read(AMD)).isEqualTo(known);
        assertThat(read(AMD)).as("read again").isEqualTo(known);
        List<String> lines = AMD.lines().toList();
        String turned = String.join("\n", lines.reversed()) + "\n";
        assertThat(read(turned)).as("in another order").isEqualTo(known);
        assertThat(read(HEAD + TOTALS)).as("nothing is taken back").isEqualTo(known);
    }

    /// What `.hex`, `.syscall` and other modifiers of the kernel's make of a field, and a failed entry's flags.
    @Test
    void otherFormsOfNumbers() {
        assertThat(read(HEAD + """
                { common_pid: CPU 0/KVM       [      4711], exit_reason: hlt                           [120], isa:  2 } hitcount: 5
                { common_pid:       4714, exit_reason: 0x400, isa: 0x2 } hitcount: 0x10
                { common_pid:       4714, exit_reason: 2147483681, isa:          1 } hitcount:          2
                { common_pid:       4714, exit_reason:         33, isa:          1 } hitcount:          1
                { common_pid:       4714, exit_reason:       1969, isa:          2 } hitcount:          4
                """ + TOTALS))
                .isEqualTo(Map.of("0 HLT", 5L, "3 NPF", 16L, "3 INVALID_GUEST_STATE", 3L, "3 0x7b1", 4L));
    }

    @Test
    void othersAreNotCounted() {
        assertThat(read("""
                { common_pid:       4712, exit_reason:        120, isa:          2 } hitcount:          3
                { common_pid: 4294971392, exit_reason:        120, isa:          2 } hitcount:          3
                { vcpu_id:             0, exit_reason:        120, isa:          2 } hitcount:          3
                { common_pid:       4711, exit_reason:        120 } hitcount:          3
                { common_pid:       4711, exit_reason:        hlt, isa:          2 } hitcount:          3
                { common_pid:       4711, exit_reason:         -1, isa:          2 } hitcount:          3
                { common_pid:       4711, exit_reason:        120, isa:          2 } hits:          3
                { common_pid:       4711, exit_reason:        120, isa:          2 } hitcount:
                { common_pid:
                {""")).isEmpty();
    }

    @Test
    void countsThatBeginAnewGoOn() {
        read(AMD);
        assertThat(read(AMD.replace("8200", "  40")))
                .containsEntry("0 INTR", 8240L)
                .containsEntry("0 HLT", 3L);
        assertThat(read(AMD.replace("8200", "  60"))).containsEntry("0 INTR", 8260L);
        assertThat(read(AMD.replace("8200", "9223372036854775807999"))).containsKey("0 INTR");
    }

    /// A reason that comes later was not there before, which the first ones may have been.
    @Test
    void whatComesLaterBeganAtZero() {
        read(AMD);
        read(AMD);
        read(AMD + "{ common_pid:       4714, exit_reason:        123, isa:          2 } hitcount:          9\n");
        Table table = sampler.table();
        for (int i = 0; i < table.size(); i++) {
            assertThat(table.isFromZero(i)).isEqualTo(table.column(i).detail().equals("IOIO"));
        }
    }

    /// As a recording has it: all of what came later, and as a cause.
    @Test
    void aRecordingHasAllOfThem() throws Exception {
        Path file = root.resolve("vm.rec");
        Source source = sampler.source();
        try (BlockFile blocks = BlockFile.create(file)) {
            RecordingWriter.begin(
                    blocks,
                    new About(Format.VERSION, "win", 7, 8, "6.1", 100, List.of(), CpuSet.of(), List.of(source)));
            RecordingWriter writer = new RecordingWriter(blocks, 1);
            read(AMD);
            long now = System.nanoTime();
            String later =
                    AMD + "{ common_pid:       4714, exit_reason:        123, isa:          2 } hitcount:     9\n";
            for (String text : List.of(AMD, AMD.replace("8200", "8205"), later.replace("8200", "8215"))) {
                read(text);
                writer.sampled(0, sampler.table(), now += 1_000_000_000);
            }
            writer.end(new End("stopped", 3, List.of()));
        }
        List<Cause> causes = Recording.read(file).causes();
        assertThat(causes.stream()
                        .filter(c -> c.total() > 0)
                        .map(c -> c.name() + " " + c.total() + " " + c.from().length))
                .containsExactlyInAnyOrder("exits of vCPU 0 for INTR 15 2", "exits of vCPU 3 for IOIO 9 1");
    }

    @Test
    void mutatedTextIsReadAsPlainStringsAre() {
        SplittableRandom random = new SplittableRandom(7);
        long entries = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] text = AMD.getBytes(StandardCharsets.ISO_8859_1);
            for (int k = 0; k < 1 + i % 8; k++) {
                text[random.nextInt(text.length)] =
                        (byte) (i % 2 == 0 ? random.nextInt(256) : random.nextInt('0', ':'));
            }
            TraceSampler fresh = new TraceSampler(instance, sampler.source(), cursor);
            fresh.followOn(List.of(vcpu(0, 4711), vcpu(3, 4714)));
            cursor.filled(text);
            fresh.parse();
            Map<String, Long> plain = plain(new String(text, StandardCharsets.ISO_8859_1));
            Map<String, Long> read = new HashMap<>();
            for (int c = 0; c < fresh.table().size(); c++) {
                Column column = fresh.table().column(c);
                read.merge(
                        column.number() + " " + column.detail(), fresh.table().value(c), Long::sum);
            }
            // What stands behind a name in brackets, or in hexadecimal digits, the pattern does not know.
            plain.forEach((name, count) -> assertThat(read)
                    .hasEntrySatisfying(name, value -> assertThat(value).isGreaterThanOrEqualTo(count)));
            entries += plain.size();
        }
        assertThat(entries).as("most lines are whole").isGreaterThan(6000);
    }

    private static final Pattern ENTRY = Pattern.compile(
            "\\{ *common_pid: *(4711|4714), *exit_reason: *(\\d{1,10}), *isa: *(\\d{1,10}) *\\} *hitcount: *(\\d{1,15})");

    private static Map<String, Long> plain(String text) {
        Map<String, Long> counts = new HashMap<>();
        for (String line : text.split("\n")) {
            Matcher m = ENTRY.matcher(line);
            if (m.lookingAt()) {
                String reason = ExitReasons.name(Long.parseLong(m.group(3)), Long.parseLong(m.group(2)));
                counts.merge((m.group(1).equals("4711") ? "0 " : "3 ") + reason, Long.parseLong(m.group(4)), Long::sum);
            }
        }
        return counts;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '%',
            value = {
                "4711 % 1024 % common_pid == 4711",
                "4711 4712 4713 % 1024 % (common_pid >= 4711 && common_pid <= 4713)",
                "9 4711 4712 4714 % 1024 % common_pid == 9 || (common_pid >= 4711 && common_pid <= 4712) || common_pid == 4714"
            })
    void theTrigger(String threads, int size, String filter) {
        int[] sorted =
                Arrays.stream(threads.split(" ")).mapToInt(Integer::parseInt).toArray();
        assertThat(TraceSampler.trigger(sorted))
                .isEqualTo("hist:keys=common_pid,exit_reason,isa:size=" + size + " if " + filter);
    }

    /// The kernel takes less than a page at a time.
    @Test
    void theTriggerOfManyThreads() {
        int[] apart = IntStream.range(0, 512).map(i -> 1_000_000 + 2 * i).toArray();
        assertThat(TraceSampler.trigger(apart))
                .isEqualTo("hist:keys=common_pid,exit_reason,isa:size=32768 if (common_pid >= 1000000 && common_pid <="
                        + " 1001022)");
        int[] some = IntStream.range(0, 60).map(i -> 1_000_000 + 2 * i).toArray();
        assertThat(TraceSampler.trigger(some)).hasSizeBetween(1000, 4000).contains(" == 1000118");
    }

    @Test
    void leftOverInstancesGoAndOthersStay() throws IOException {
        Path instances = root.resolve("sys/kernel/tracing/instances");
        Files.createDirectories(root.resolve("proc/77"));
        for (String name :
                List.of("nptune-77", "nptune-78", "nptune-" + (PID + 1), "nptune-x", "other", "nptune-078")) {
            Files.createDirectory(instances.resolve(name));
        }
        TraceInstance next = TraceInstance.create(root, PID + 1);
        Files.createDirectories(root.resolve("proc/" + PID));
        assertThat(names(instances)).containsExactly("nptune-078", "nptune-4000001", "nptune-77", "nptune-x", "other");
        next.close();
        assertThat(names(instances)).containsExactly("nptune-078", "nptune-77", "nptune-x", "other");
        for (String name : names(instances)) {
            Files.delete(instances.resolve(name));
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whyItCannotBe() throws IOException {
        assertThatThrownBy(() -> instance.count("hist:keys=none"))
                .isInstanceOf(TraceUnavailable.class)
                .hasMessageContaining("does not take the trigger 'hist:keys=none'");
        Path tracing = root.resolve("sys/kernel/tracing");
        Path event = tracing.resolve("events/kvm/kvm_exit");
        Files.delete(event.resolve("hist"));
        assertWhy("CONFIG_HIST_TRIGGERS");
        Files.writeString(event.resolve("format"), "\tfield:unsigned int ret;\n");
        assertWhy("not that of an x86 kernel");
        Files.delete(event.resolve("format"));
        assertWhy("KVM has no trace points here");
        sampler.close();
        Files.move(tracing, root.resolve("gone"));
        assertWhy("tracefs is not mounted");
        Files.createDirectories(tracing);
        assertWhy("tracefs is not mounted");
        Files.move(root.resolve("gone"), root.resolve("sys/kernel/debug-tracing"));
        Files.createDirectories(root.resolve("sys/kernel/debug"));
        Files.move(root.resolve("sys/kernel/debug-tracing"), root.resolve("sys/kernel/debug/tracing"));
        assertWhy("KVM has no trace points here");
        Files.createDirectories(tracing.resolve("instances"));
    }

    private void assertWhy(String what) {
        assertThatThrownBy(() -> TraceInstance.create(root, PID + 5))
                .isInstanceOf(TraceUnavailable.class)
                .hasMessageContaining(what)
                .satisfies(e -> assertThat(((TraceUnavailable) e).next()).isNotBlank());
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, EXCEPTION_NMI",
        "1, 10, CPUID",
        "1, 12, HLT",
        "1, 30, IO_INSTRUCTION",
        "1, 32, WRMSR",
        "1, 40, PAUSE",
        "1, 48, EPT_VIOLATION",
        "1, 52, PREEMPTION_TIMER",
        "1, 56, APIC_WRITE",
        "1, 62, PML_FULL",
        "1, 74, BUS_LOCK",
        "1, 77, TDCALL",
        "1, 35, 0x23",
        "1, 1000, 0x3e8",
        "1, 2147483682, MSR_LOADING",
        "2, 0, CR0_READ",
        "2, 24, CR8_WRITE",
        "2, 55, DR7_WRITE",
        "2, 78, EXCP14",
        "2, 96, INTR",
        "2, 100, VINTR",
        "2, 114, CPUID",
        "2, 119, PAUSE",
        "2, 123, IOIO",
        "2, 129, VMMCALL",
        "2, 141, XSETBV",
        "2, 143, EFER_WRITE_TRAP",
        "2, 148, CR4_WRITE_TRAP",
        "2, 162, INVPCID",
        "2, 165, BUSLOCK",
        "2, 1025, AVIC_INCOMPLETE_IPI",
        "2, 4294967295, INVALID",
        "2, 2147483649, 0x80000001",
        "7, 120, 0x78"
    })
    void namesOfReasons(int isa, long reason, String name) {
        assertThat(ExitReasons.name(isa, reason)).isEqualTo(name);
    }
}
