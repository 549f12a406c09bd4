package dev.nptune.host;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the numbered rows of `/proc/interrupts`, up to 4096 of them, and from `/proc/irq` where each goes.
///
/// Source: `show_interrupts` in the kernel's `kernel/irq/proc.c`.
final class InterruptReader {
    static final int MOST = 4096;
    private static final String FILE = "/proc/interrupts";
    private static final long MAX_COUNT = 0xffff_ffffL;
    private static final Pattern HEADING = Pattern.compile("CPU\\d{1,4}");
    private static final Pattern NUMBERED = Pattern.compile("\\s{0,20}(\\d{1,9}):(.*)");

    /// What stands between the counts and the actions: the chip's name, the chip's number for the line, how it is
    /// served. `IO-APIC   16-fasteoi`, `IR-PCI-MSI-0000:01:00.0    0-edge`, `amd_gpio    5`, `PCI-MSI-edge` of old
    /// kernels, `xen-pirq    -ioapic-edge`. A name with blanks is understood where number and word follow:
    /// `Hyper-V PCIe MSI 2164260864-edge`.
    private static final Pattern CHIP = Pattern.compile("(?:.{0,80}?\\s\\d{1,20}-(?:edge|level|fasteoi)"
            + "|\\S++(?:\\s++\\d++(?!\\S))?(?:\\s++(?:Edge|Level))?(?:\\s*+-\\S*+)?)(?:\\s+(.*))?");

    private InterruptReader() {}

    /// A row, before it is known where the interrupt goes.
    record Row(int number, List<String> actions, long count) {}

    static Fact<List<Interrupt>> read(Tree tree) {
        Fact<List<Row>> rows = tree.text(FILE).map(InterruptReader::parse);
        if (rows.get().filter(all -> all.size() > MOST).isPresent()) {
            tree.noteGap(Fact.unreadable(FILE, "only the first " + MOST + " interrupts looked at"));
        }
        return rows.map(all -> all.stream()
                .limit(MOST)
                .map(row -> new Interrupt(
                        row.number(),
                        row.actions(),
                        row.count(),
                        tree.value("/proc/irq/" + row.number() + "/effective_affinity_list")
                                .map(CpuSet::parse)))
                .toList());
    }

    /// The numbered rows, one more than [#MOST] at most.
    ///
    /// @throws IllegalArgumentException if the heading names no CPUs, or a row has fewer counts than that
    static List<Row> parse(String interrupts) {
        String heading = interrupts.lines().findFirst().orElse("").strip();
        String[] cpus = heading.split("\\s+");
        if (!Arrays.stream(cpus).allMatch(cpu -> HEADING.matcher(cpu).matches())) {
            throw new IllegalArgumentException("no heading of CPUs: '" + Values.brief(heading) + "'");
        }
        return interrupts
                .lines()
                .map(NUMBERED::matcher)
                .filter(Matcher::matches)
                .limit(MOST + 1)
                .map(m -> row(Integer.parseInt(m.group(1)), m.group(2).strip(), cpus.length))
                .toList();
    }

    private static Row row(int number, String text, int cpus) {
        String[] parts = text.split("\\s+", cpus + 1);
        if (parts.length < cpus) {
            throw new IllegalArgumentException("too few counts of interrupt " + number);
        }
        long count = 0;
        for (String part : Arrays.asList(parts).subList(0, cpus)) {
            count += count(part);
        }
        return new Row(number, parts.length > cpus ? actions(parts[cpus]) : List.of(), count);
    }

    private static long count(String text) {
        long count = Values.count(text);
        if (count > MAX_COUNT) {
            throw new IllegalArgumentException("not a count of interrupts: '" + Values.brief(text) + "'");
        }
        return count;
    }

    private static List<String> actions(String text) {
        Matcher m = CHIP.matcher(text);
        return m.matches() && m.group(1) != null
                ? Stream.of(m.group(1).split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList()
                : List.of();
    }
}
