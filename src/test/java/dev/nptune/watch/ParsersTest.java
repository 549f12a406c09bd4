package dev.nptune.watch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.host.CpuSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the samplers read, byte by byte, is what plain string handling reads.
class ParsersTest {
    private static final Source ANY = Source.present("any", "any", "any", 1);

    private static final String SCHED = """
            CPU 0/KVM (4711, #threads: 40)
            -------------------------------------------------------------------
            se.exec_start                                :      38450931.557053
            se.vruntime                                  :           -67.316432
            se.nr_migrations                             :                   12
            nr_switches                                  :                99999
            nr_voluntary_switches                        :                99000
            nr_involuntary_switches                      :                  999
            se.load.weight                               :              1048576
            """;

    private static final String STAT =
            "4711 (CPU 0/KVM) x) (y) S 1 4710 4710 0 -1 4194624 1234 0 56 0 7 8 0 0 20 0 40 0"
                    + " 3845 1000 200 18446744073709551615 1 1 0 0 0 0 268444224 4096 17642 0 0 0 -1 11 0 0 0 0 0 0 0 0 0 0 0 0\n";

    private static final String INTERRUPTS = """
                       CPU0       CPU1       CPU4
              0:         45          0          7   IO-APIC    2-edge      timer
             36:          0    2958710          3  IR-PCI-MSIX-0000:00:02.0    1-edge      nvme0q1
             37:          1          2          3  PCI-MSI 1048576-edge      vfio-msi[0](0000:01:00.0), other
            NMI:          4          5          6   Non-maskable interrupts
            LOC:   11280783   11445230          1   Local timer interrupts
            ERR:          9
            MIS:          0
            """;

    private static final String SOFTIRQS = """
                                CPU0       CPU1       CPU4
                      HI:          0          1          2
                  NET_TX:       4228       4368          9
                  NET_RX:      31838      40275         10
            """;

    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    private static List<Long> parsed(ThreadFile kind, String text) {
        long[] values = new long[3];
        Cursor cursor = new Cursor();
        cursor.filled(text.getBytes(ISO_8859_1));
        if (!kind.parse(cursor, values)) {
            return List.of();
        }
        return Arrays.stream(values).boxed().limit(kind.quantities().size()).toList();
    }

    @Test
    void filesOfThreads() {
        assertThat(parsed(ThreadFile.SCHEDSTAT, "12345 678 90\n"))
                .isEqualTo(ReferenceParser.schedstat("12345 678 90"))
                .containsExactly(12345L, 678L, 90L);
        assertThat(parsed(ThreadFile.SCHED, SCHED))
                .isEqualTo(ReferenceParser.sched(SCHED))
                .containsExactly(12L, 999L);
        assertThat(parsed(ThreadFile.STAT, STAT))
                .isEqualTo(ReferenceParser.stat(STAT))
                .containsExactly(1234L, 56L, 11L);
    }

    @Test
    void whatIsNoSuchFile() {
        for (ThreadFile kind : ThreadFile.values()) {
            for (String text : List.of("", "\n", "x", "1 2", "1 (x) S 1", "nr_involuntary_switches : 3\n", "a b c d")) {
                assertThat(parsed(kind, text)).as(kind + " " + text).isEmpty();
            }
        }
    }

    /// Whatever bytes there are, reading ends and throws nothing.
    @Test
    void anyBytes() {
        SplittableRandom random = new SplittableRandom(3);
        List<String> texts = List.of(SCHED, STAT, INTERRUPTS, SOFTIRQS, "cpu  1 2 3\ncpu0 1 2 3 4 5 6 7 8\n");
        for (int round = 0; round < 3000; round++) {
            byte[] text = texts.get(round % texts.size()).getBytes(ISO_8859_1);
            for (int i = 0; i < 8; i++) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            byte[] cut = Arrays.copyOf(text, random.nextInt(text.length + 1));
            for (ThreadFile kind : ThreadFile.values()) {
                Cursor cursor = new Cursor();
                cursor.filled(cut);
                long[] values = new long[3];
                if (kind.parse(cursor, values)) {
                    assertThat(Arrays.stream(values).limit(kind.quantities().size()))
                            .allMatch(v -> v >= 0);
                }
            }
            grid(new String(cut, ISO_8859_1), CpuSet.of(0, 4));
            load(new String(cut, ISO_8859_1), CpuSet.of(0));
        }
    }

    private Table grid(String text, CpuSet cpus) {
        Cursor cursor = new Cursor();
        try (GridSampler sampler = new GridSampler(empty(), Quantity.INTERRUPTS, ANY, cpus, cursor)) {
            cursor.filled(text.getBytes(ISO_8859_1));
            sampler.parse();
            return sampler.table();
        }
    }

    private KeptFile empty() {
        try {
            return KeptFile.whole(Path.of("/dev/null"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Table load(String text, CpuSet cpus) {
        Cursor cursor = new Cursor();
        try (LoadSampler sampler = new LoadSampler(empty(), ANY, cpus, cursor)) {
            cursor.filled(text.getBytes(ISO_8859_1));
            sampler.parse();
            return sampler.table();
        }
    }

    /// By the first word of the name, as the reference has it.
    private static Map<String, Map<Integer, Long>> rows(Table table) {
        Map<String, Map<Integer, Long>> rows = new TreeMap<>();
        for (int i = 0; i < table.size(); i++) {
            Column column = table.column(i);
            rows.computeIfAbsent(column.detail().split(" ")[0], _ -> new TreeMap<>())
                    .put(column.number(), table.value(i));
        }
        return rows;
    }

    @Test
    void countsByCpu() {
        for (String text : List.of(INTERRUPTS, SOFTIRQS)) {
            assertThat(rows(grid(text, CpuSet.of(0, 1, 4)))).isEqualTo(ReferenceParser.grid(text));
        }
        Table some = grid(INTERRUPTS, CpuSet.of(4, 7));
        assertThat(IntStream.range(0, some.size())
                        .filter(i -> some.column(i).number() == 4)
                        .mapToObj(i -> some.column(i).detail() + " " + some.value(i)))
                .containsExactly(
                        "0 timer 7",
                        "36 nvme0q1 3",
                        "37 vfio-msi[0](0000:01:00.0), other 3",
                        "NMI Non-maskable interrupts 6",
                        "LOC Local timer interrupts 1");
    }

    @Test
    void rowsAndCpusComeAndGo() throws IOException {
        Path file = folder.resolve("interrupts");
        Files.writeString(file, INTERRUPTS);
        try (GridSampler sampler =
                new GridSampler(KeptFile.paged(file), Quantity.INTERRUPTS, ANY, CpuSet.of(0, 4), new Cursor())) {
            assertThat(sampler.sample()).isTrue();
            int size = sampler.table().size();
            // CPU 1 goes, a line comes before the others, and number 36 is another's now.
            String changed = INTERRUPTS
                    .replace("       CPU1", "")
                    .replace(
                            "          0    2958710          3  IR-PCI-MSIX-0000:00:02.0    1-edge      nvme0q1",
                            "11 13 IR-PCI-MSIX-0000:00:02.0    1-edge      eth0")
                    .replace("45          0", "46")
                    .replace("1          2          3", "1 3")
                    .replace("4          5          6", "4 8")
                    .replace("11280783   11445230          1", "11280783 2");
            Files.writeString(file, changed.replaceFirst("\n", "\n  5: 70 71 IO-APIC 5-edge new\n"));
            assertThat(sampler.sample()).isTrue();
            Table table = sampler.table();
            assertThat(table.size()).isEqualTo(size + 4);
            assertThat(rows(table))
                    .containsEntry("0", Map.of(0, 46L, 4, 7L))
                    .containsEntry("5", Map.of(0, 70L, 4, 71L))
                    .containsEntry("NMI", Map.of(0, 4L, 4, 8L))
                    .containsEntry("LOC", Map.of(0, 11280783L, 4, 2L));
            assertThat(IntStream.range(0, table.size())
                            .mapToObj(i -> table.column(i).detail() + " " + table.value(i)))
                    .contains("36 nvme0q1 3", "36 eth0 13");
        }
    }

    @Test
    void loadOfCpus() {
        String text = "cpu  3 2 1 9 9 9 9 0 0 0\ncpu0 1 1 0 9 9 2 3 0 0 0\ncpu13 2 1 1 9 9 7 6 0 0 0\nintr 5 5\n";
        Table table = load(text, CpuSet.of(0, 3, 13));
        assertThat(List.of(table.value(0), table.value(1))).isEqualTo(ReferenceParser.load(text, 0));
        assertThat(List.of(table.value(2), table.value(3))).containsExactly(0L, 0L);
        assertThat(List.of(table.value(4), table.value(5))).isEqualTo(ReferenceParser.load(text, 13));
    }

    @Test
    void memory() throws IOException {
        Path file = folder.resolve("smaps_rollup");
        Files.writeString(file, """
                5594e93d6000-7fffcc25f000 ---p 00000000 00:00 0                          [rollup]
                Rss:                1640 kB
                Pss:                 321 kB
                AnonHugePages:      2048 kB
                ShmemPmdMapped:     4096 kB
                FilePmdMapped:         1 kB
                Shared_Hugetlb:   1048576 kB
                Private_Hugetlb:    2048 kB
                """);
        try (MemorySampler sampler = new MemorySampler(KeptFile.whole(file), ANY, new Cursor())) {
            assertThat(sampler.sample()).isTrue();
            Table table = sampler.table();
            assertThat(List.of(table.value(0), table.value(1), table.value(2)))
                    .containsExactly(1640L << 10, (2048L + 4096 + 1) << 10, (1048576L + 2048) << 10);
        }
    }

    /// This machine's own files. Counters grow between two readings, so what was read lies between them.
    @Test
    void filesOfThisMachine() throws IOException {
        Path root = Path.of("/");
        CpuSet cpus = CpuSet.range(0, CpuSet.MAX_CPU);
        for (String name : List.of("interrupts", "softirqs")) {
            Path file = root.resolve("proc").resolve(name);
            Map<String, Map<Integer, Long>> before = ReferenceParser.grid(Files.readString(file));
            CpuSet there = CpuSet.of(before.values().iterator().next().keySet().stream()
                    .mapToInt(i -> i)
                    .toArray());
            try (GridSampler sampler =
                    new GridSampler(KeptFile.paged(file), Quantity.INTERRUPTS, ANY, there, new Cursor())) {
                assertThat(sampler.sample()).isTrue();
                Map<String, Map<Integer, Long>> after = ReferenceParser.grid(Files.readString(file));
                Map<String, Map<Integer, Long>> read = rows(sampler.table());
                assertThat(read.keySet()).isEqualTo(before.keySet());
                read.forEach((row, counts) -> counts.forEach((cpu, count) -> assertThat(count)
                        .as(row + " on " + cpu)
                        .isBetween(count(before, row, cpu), count(after, row, cpu))));
            }
        }
        String before = Files.readString(root.resolve("proc/stat"));
        try (LoadSampler sampler =
                new LoadSampler(KeptFile.whole(root.resolve("proc/stat")), ANY, cpus, new Cursor())) {
            assertThat(sampler.sample()).isTrue();
            String after = Files.readString(root.resolve("proc/stat"));
            assertThat(sampler.table().value(0))
                    .isBetween(
                            ReferenceParser.load(before, 0).getFirst(),
                            ReferenceParser.load(after, 0).getFirst());
        }
    }

    private static Long count(Map<String, Map<Integer, Long>> rows, String row, Integer cpu) {
        return rows.getOrDefault(row, Map.of()).getOrDefault(cpu, -1L);
    }

    @Test
    void filesOfThisThread() throws IOException {
        Path task = Path.of("/proc/thread-self").toRealPath();
        for (ThreadFile kind : ThreadFile.values()) {
            String before = Files.readString(task.resolve(kind.file()));
            long[] values = new long[3];
            Cursor cursor = new Cursor();
            try (KeptFile file = KeptFile.whole(task.resolve(kind.file()))) {
                for (int i = 0; i < 3; i++) {
                    assertThat(file.read(cursor)).isTrue();
                    assertThat(kind.parse(cursor, values)).isTrue();
                }
            }
            List<Long> first = reference(kind, before);
            List<Long> last = reference(kind, Files.readString(task.resolve(kind.file())));
            for (int i = 0; i < first.size(); i++) {
                if (!kind.quantities().get(i).isGauge()) {
                    assertThat(values[i]).isBetween(first.get(i), last.get(i));
                }
            }
        }
    }

    private static List<Long> reference(ThreadFile kind, String text) {
        return switch (kind) {
            case SCHEDSTAT -> ReferenceParser.schedstat(text);
            case SCHED -> ReferenceParser.sched(text);
            case STAT -> ReferenceParser.stat(text);
        };
    }
}
