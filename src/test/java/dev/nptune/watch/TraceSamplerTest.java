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
        TraceInstanceTest.tracing(root);
        TraceInstanceTest.runs(root, PID, 500);
        instance = TraceInstance.create(root, PID);
        Path counted = Files.createDirectories(event());
        Files.writeString(counted.resolve("trigger"), "");
        Files.writeString(counted.resolve("hist"), "");
        Source source = Source.present("trace", "", "", 1);
        sampler = new TraceSampler(instance, source, cursor);
        sampler.followOn(List.of(vcpu(0, 4711), vcpu(3, 4714)));
    }

    @AfterEach
    void ends() throws IOException {
        letGo();
        sampler.close();
        assertThat(root.resolve("sys/kernel/tracing/instances")).isEmptyDirectory();
    }

    private Path event() {
        return root.resolve("sys/kernel/tracing/instances/nptune-4000000-500/events/kvm/kvm_exit");
    }

    /// An instance can be removed as it is; a folder must be empty.
    private void letGo() throws IOException {
        if (Files.exists(event())) {
            Files.delete(event().resolve("hist"));
            Files.deleteIfExists(event().resolve("trigger"));
            for (String folder : List.of("events/kvm/kvm_exit", "events/kvm", "events")) {
                Files.delete(root.resolve("sys/kernel/tracing/instances/nptune-4000000-500")
                        .resolve(folder));
            }
        }
    }

    private static VmThread vcpu(int number, int tid) {
        return new VmThread(tid, OptionalInt.of(number), "CPU " + number + "/KVM", CpuSet.of());
    }

    private Map<String, Long> read(String text) {
        cursor.filled(text.getBytes(StandardCharsets.ISO_8859_1));
        sampler.parse();
        return counts();
    }

    private Map<String, Long> counts() {
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
        Map<String, Long> known = Map.of("0 hlt", 3L, "3 npf", 70L, "0 msr", 900L, "0 interrupt", 8200L);
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
                .isEqualTo(Map.of("0 hlt", 5L, "3 npf", 16L, "3 INVALID_STATE", 3L, "3 0x7b1", 4L));
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
                .containsEntry("0 interrupt", 8240L)
                .containsEntry("0 hlt", 3L);
        assertThat(read(AMD.replace("8200", "  60"))).containsEntry("0 interrupt", 8260L);
        assertThat(read(AMD.replace("8200", "9223372036854775807999"))).containsKey("0 interrupt");
    }

    /// One count is larger by the next reading than it was when counting began anew, the other smaller.
    @Test
    void whatWasCountedBeforeOtherThreadsCameIsKept() throws IOException {
        sampled(AMD);
        sampled(AMD);
        Files.writeString(event().resolve("hist"), AMD.replace("8200", "8300"));
        sampler.followOn(List.of(vcpu(0, 4711), vcpu(3, 4714), vcpu(4, 4720)));
        assertThat(event().resolve("trigger")).content().contains("common_pid == 4720");
        Map<String, Long> counts = sampled(AMD.replace("8200", "   7")
                + "{ common_pid:       4720, exit_reason:        120, isa:          2 } hitcount:          9\n");
        assertThat(counts)
                .isEqualTo(Map.of("0 hlt", 6L, "3 npf", 140L, "0 msr", 1800L, "0 interrupt", 8307L, "4 hlt", 9L));
    }

    @Test
    void fewerThreadsNeedNoOtherTrigger() throws IOException {
        sampled(AMD);
        Files.writeString(event().resolve("trigger"), "as it was");
        sampler.followOn(List.of(vcpu(0, 4711)));
        assertThat(event().resolve("trigger")).hasContent("as it was");
        assertThat(sampled(AMD)).containsEntry("0 hlt", 3L).containsEntry("3 npf", 70L);
    }

    @Test
    void aTriggerThatIsNotTakenIsTriedAgain() throws IOException {
        sampled(AMD);
        List<VmThread> more = List.of(vcpu(0, 4711), vcpu(3, 4714), vcpu(4, 4720));
        Files.delete(event().resolve("trigger"));
        for (int second = 0; second < 2; second++) {
            sampler.followOn(more);
            assertThat(sampler.isCounting()).isFalse();
            assertThat(sampler.sample()).as("there is nothing new").isFalse();
        }
        Files.writeString(event().resolve("trigger"), "");
        sampler.followOn(more);
        assertThat(sampler.isCounting()).isTrue();
        assertThat(event().resolve("trigger")).content().contains("common_pid == 4720");
        assertThat(sampled(AMD)).isEqualTo(Map.of("0 hlt", 6L, "3 npf", 140L, "0 msr", 1800L, "0 interrupt", 16400L));
    }

    private Map<String, Long> sampled(String text) throws IOException {
        Files.writeString(event().resolve("hist"), text);
        assertThat(sampler.sample()).isTrue();
        return counts();
    }

    /// A reason that comes later was not there before, which the first ones may have been.
    @Test
    void whatComesLaterBeganAtZero() {
        read(AMD);
        read(AMD);
        read(AMD + "{ common_pid:       4714, exit_reason:        123, isa:          2 } hitcount:          9\n");
        Table table = sampler.table();
        for (int i = 0; i < table.size(); i++) {
            assertThat(table.isFromZero(i)).isEqualTo(table.column(i).detail().equals("io"));
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
                .containsExactlyInAnyOrder("exits of vCPU 0 for interrupt 15 2", "exits of vCPU 3 for io 9 1");
    }

    @Test
    void mutatedTextIsReadAsPlainStringsAre() {
        SplittableRandom random = new SplittableRandom(7);
        long entries = 0;
        long compared = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] text = AMD.getBytes(StandardCharsets.ISO_8859_1);
            boolean known = true;
            for (int k = 0; k < 1 + i % 8; k++) {
                byte sign = (byte) (i % 2 == 0 ? random.nextInt(256) : random.nextInt('0', ':'));
                text[random.nextInt(text.length)] = sign;
                known &= sign != '[' && sign != 'x';
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
            if (known) { // what stands behind a name in brackets, or in hexadecimal digits, the pattern does not know
                assertThat(read).isEqualTo(plain);
                compared++;
            }
            entries += plain.size();
        }
        assertThat(entries).as("most lines are whole").isGreaterThan(6000);
        assertThat(compared).as("most know neither").isGreaterThan(2800);
    }

    /// Behind a number anything may stand up to the next field.
    private static final Pattern ENTRY = Pattern.compile("\\{[ \t]*common_pid:[ \t]*(\\d++)[^,]*,"
            + "[ \t]*exit_reason:[ \t]*(\\d++)[^,]*,[ \t]*isa:[ \t]*(\\d++)[^}]*}[ \t]*hitcount:[ \t]*(\\d++)");

    private static Map<String, Long> plain(String text) {
        Map<String, Long> counts = new HashMap<>();
        for (String line : text.split("\n")) {
            Matcher m = ENTRY.matcher(line);
            if (m.lookingAt() && List.of(4711L, 4714L).contains(Long.parseLong(m.group(1)))) {
                String reason = ExitReasons.name(Long.parseLong(m.group(3)), Long.parseLong(m.group(2)));
                counts.merge(
                        (Long.parseLong(m.group(1)) == 4711 ? "0 " : "3 ") + reason,
                        Long.parseLong(m.group(4)),
                        Long::sum);
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
    void whyItCannotBe() throws IOException {
        letGo();
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
}
