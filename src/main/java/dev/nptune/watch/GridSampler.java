package dev.nptune.watch;

import dev.nptune.host.CpuSet;
import dev.nptune.internal.text.Printable;
import dev.nptune.watch.Column.Subject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// `/proc/interrupts` and `/proc/softirqs`: rows of counts, one for each CPU that is online, of which only the guest's
/// are kept. Sources: the kernel's `kernel/irq/proc.c`, `fs/proc/softirqs.c`.
///
/// Hot: see [Cursor]. Rows and CPUs come and go; a row is known by its label and what stands behind its counts.
final class GridSampler extends Sampler {
    private static final int LONGEST_NAME = 80;

    private final KeptFile file;
    private final Quantity quantity;
    private final int[] cpus;
    private final Cursor cursor;
    private final Map<Long, Integer> firstColumns = new HashMap<>();

    /// What the heading was, and for each of its CPUs which of the guest's it is; -1 for others.
    private long heading;

    private int[] slots = {};

    /// Of each row what it was, and the first of its columns.
    private long[] rows = new long[64];

    private int[] firsts = new int[64];
    private long[] counts;

    /// @param cpus the guest's
    GridSampler(KeptFile file, Quantity quantity, Source source, CpuSet cpus, Cursor cursor) {
        super(source);
        this.file = file;
        this.quantity = quantity;
        this.cpus = cpus.stream().toArray();
        this.cursor = cursor;
        this.counts = new long[this.cpus.length];
    }

    @Override
    boolean sample() {
        if (!file.read(cursor)) {
            return false;
        }
        return parse();
    }

    /// Takes what the cursor stands at.
    boolean parse() {
        if (cursor.restHash() != heading) {
            head();
        }
        cursor.line();
        for (int row = 0; !cursor.atEnd(); row++) {
            row(row);
            cursor.line();
        }
        return true;
    }

    private void row(int row) {
        cursor.blanks();
        int start = cursor.place();
        long signature = cursor.hashBehind((byte) ':');
        int label = cursor.place();
        for (int i = 0; i < slots.length; i++) {
            long count = cursor.number();
            if (count < 0) {
                return; // one count for all CPUs, such as ERR
            }
            if (slots[i] >= 0) {
                counts[slots[i]] = count;
            }
        }
        cursor.blanks();
        signature = signature * 31 + cursor.restHash();
        if (row >= rows.length || rows[row] != signature) {
            place(row, signature, start, label);
        }
        int first = firsts[row];
        for (int i = 0; i < counts.length; i++) {
            table.set(first + i, counts[i]);
        }
    }

    /// A row that stood elsewhere or was not there before.
    private void place(int row, long signature, int start, int label) {
        if (row >= rows.length) {
            rows = Arrays.copyOf(rows, row * 2);
            firsts = Arrays.copyOf(firsts, row * 2);
        }
        String tail = cursor.rest();
        cursor.back(label);
        String name = cursor.since(start);
        String detail = Printable.brief(name(name.substring(0, Math.max(0, name.length() - 1)), tail), LONGEST_NAME);
        rows[row] = signature;
        firsts[row] = firstColumns.computeIfAbsent(signature, _ -> {
            int first = table.size();
            for (int i = 0; i < cpus.length; i++) {
                table.add(new Column(quantity, Subject.CPU, cpus[i], detail), counts[i]);
            }
            return first;
        });
    }

    /// `36 nvme0q1`, `LOC Local timer interrupts`, `NET_RX`: of a device's line what follows the chip and how it is
    /// served.
    private static String name(String label, String tail) {
        if (tail.isEmpty()) {
            return label;
        }
        boolean line = !label.isEmpty() && label.chars().allMatch(c -> c >= '0' && c <= '9');
        String[] words = tail.strip().split("\\s{2,}|(?<=-edge|-fasteoi|-level)\\s+");
        return label + " " + (line ? words[words.length - 1] : tail.strip()).strip();
    }

    private void head() {
        heading = cursor.restHash();
        String[] names = cursor.rest().strip().split("\\s+");
        slots = new int[names.length];
        for (int i = 0; i < names.length; i++) {
            int cpu = names[i].matches("CPU\\d{1,4}") ? Integer.parseInt(names[i].substring(3)) : -1;
            slots[i] = Math.max(-1, Arrays.binarySearch(cpus, cpu));
        }
        Arrays.fill(counts, 0);
    }

    @Override
    public void close() {
        file.close();
    }
}
