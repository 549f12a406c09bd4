package dev.nptune.host;

import dev.nptune.host.QemuMemory.GuestPages;
import dev.nptune.host.QemuMemory.Mapping;
import dev.nptune.internal.text.Printable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what a QEMU's memory is made of. Both places are for root: KVM's statistics in debugfs, of up to 16 VMs of one
/// process, and `/proc/PID/smaps` of up to 4 MiB.
final class QemuMemoryReader {
    static final String STATISTICS = "/sys/kernel/debug/kvm";

    private static final int MAX_SMAPS = 4 << 20;
    private static final int MAX_VMS = 16;
    private static final int MAX_MAPPINGS = 16;
    /// No guest has less, and hardly anything else of QEMU has more.
    private static final long LEAST = 64L << 20;

    private static final Pattern HEAD =
            Pattern.compile("([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([r-][w-][x-][ps]) \\S+ \\S+ \\S+ *(.*)");
    private static final Pattern FIELD = Pattern.compile("(\\w+): +(\\d{1,15}) kB");
    /// Windows into devices.
    private static final Pattern DEVICE = Pattern.compile("anon_inode:.*|/dev/(?!shm/|hugepages).*|\\[.*]");

    private QemuMemoryReader() {}

    static QemuMemory read(Tree tree, int pid) {
        return new QemuMemory(
                pages(tree, pid),
                tree.bytes("/proc/" + pid + "/smaps", MAX_SMAPS)
                        .map(bytes -> mappings(new String(bytes, StandardCharsets.UTF_8))));
    }

    /// The folders of a process's VMs, `PID-FD`.
    static Fact<List<String>> folders(Tree tree, int pid) {
        return tree.names(STATISTICS)
                .map(names -> names.stream()
                        .filter(name -> name.matches(pid + "-[0-9]{1,9}"))
                        .limit(MAX_VMS)
                        .map(name -> STATISTICS + "/" + name)
                        .toList());
    }

    private static Fact<GuestPages> pages(Tree tree, int pid) {
        Fact<List<String>> folders = folders(tree, pid);
        if (folders.get().isEmpty()) {
            return Values.unknown(folders);
        }
        List<String> all = folders.get().orElseThrow();
        if (all.isEmpty()) {
            return Fact.absent(STATISTICS);
        }
        long[] sums = new long[3];
        for (String folder : all) {
            List<String> names = List.of("pages_4k", "pages_2m", "pages_1g");
            for (int i = 0; i < sums.length; i++) {
                Fact<Long> count = tree.value(folder + "/" + names.get(i)).map(Values::count);
                if (count.get().isEmpty()) {
                    return Values.unknown(count);
                }
                sums[i] += count.get().orElseThrow();
            }
        }
        return Fact.known(new GuestPages(sums[0], sums[1], sums[2]), all.getFirst());
    }

    /// The largest mappings that can be the guest's.
    ///
    /// @throws IllegalArgumentException if it is no such file
    static List<Mapping> mappings(String smaps) {
        List<Mapping> all = new ArrayList<>();
        @Nullable Matcher head = null;
        Map<String, Long> fields = new HashMap<>();
        boolean advised = false;
        for (String line : (Iterable<String>) smaps.lines()::iterator) {
            Matcher next = HEAD.matcher(line);
            Matcher field = FIELD.matcher(line);
            if (next.matches()) {
                add(all, head, fields, advised);
                head = next;
                fields = new HashMap<>();
                advised = false;
            } else if (field.matches()) {
                fields.put(field.group(1), Long.parseLong(field.group(2)) << 10);
            } else if (line.startsWith("VmFlags:")) {
                advised = (line + " ").contains(" hg ");
            }
        }
        if (head == null && !smaps.isBlank()) {
            throw new IllegalArgumentException("no mappings: '" + Values.brief(smaps) + "'");
        }
        add(all, head, fields, advised);
        return all.stream()
                .sorted(Comparator.comparingLong(Mapping::size).reversed().thenComparingLong(Mapping::start))
                .limit(MAX_MAPPINGS)
                .toList();
    }

    private static void add(List<Mapping> all, @Nullable Matcher head, Map<String, Long> fields, boolean advised) {
        if (head == null
                || !head.group(3).contains("w")
                || DEVICE.matcher(head.group(4)).matches()) {
            return;
        }
        long size = fields.getOrDefault("Size", 0L);
        long pool = fields.getOrDefault("Shared_Hugetlb", 0L) + fields.getOrDefault("Private_Hugetlb", 0L);
        long resident = fields.getOrDefault("Rss", 0L);
        if (size < LEAST || resident + pool == 0) {
            return;
        }
        all.add(new Mapping(
                Printable.line(head.group(4)),
                Long.parseUnsignedLong(head.group(1), 16),
                size,
                resident,
                fields.getOrDefault("KernelPageSize", 0L),
                fields.getOrDefault("AnonHugePages", 0L)
                        + fields.getOrDefault("ShmemPmdMapped", 0L)
                        + fields.getOrDefault("FilePmdMapped", 0L),
                pool,
                advised));
    }
}
