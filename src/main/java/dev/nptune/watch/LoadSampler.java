package dev.nptune.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nptune.host.CpuSet;
import dev.nptune.watch.Column.Subject;
import java.util.Arrays;

/// How busy each of the guest's CPUs is, from `/proc/stat`. Source: proc_stat(5).
///
/// It counts ticks of 10 ms (USER_HZ is 100 on all of Linux's x86 and Arm), so that an interval of 100 ms is right to a
/// tenth. Hot: see [Cursor].
final class LoadSampler extends Sampler {
    private static final byte[] CPU = "cpu".getBytes(US_ASCII);
    private static final long TICK = 10_000_000;

    /// Columns of one CPU.
    private static final int EACH = 2;

    private final KeptFile file;
    private final int[] cpus;
    private final Cursor cursor;

    LoadSampler(KeptFile file, Source source, CpuSet cpus, Cursor cursor) {
        super(source);
        this.file = file;
        this.cpus = cpus.stream().toArray();
        this.cursor = cursor;
        for (int cpu : this.cpus) {
            table.add(new Column(Quantity.BUSY, Subject.CPU, cpu, ""), 0);
            table.add(new Column(Quantity.IRQ_TIME, Subject.CPU, cpu, ""), 0);
        }
    }

    @Override
    boolean sample() {
        return file.read(cursor) && parse();
    }

    boolean parse() {
        boolean any = false;
        while (cursor.takes(CPU)) {
            int start = cursor.place();
            cursor.blanks();
            boolean sum = cursor.place() != start; // of all CPUs
            long cpu = cursor.number();
            int index = sum || cpu < 0 || cpu > CpuSet.MAX_CPU ? -1 : Arrays.binarySearch(cpus, (int) cpu);
            if (index >= 0) {
                any |= cpu(index);
            }
            cursor.line();
        }
        return any;
    }

    private boolean cpu(int index) {
        long busy = cursor.number() + cursor.number() + cursor.number();
        long idle = cursor.number() + cursor.number();
        long interrupts = cursor.number() + cursor.number();
        if (busy < 0 || idle < 0 || interrupts < 0) {
            return false;
        }
        table.set(index * EACH, (busy + interrupts) * TICK);
        table.set(index * EACH + 1, interrupts * TICK);
        return true;
    }

    @Override
    public void close() {
        file.close();
    }
}
