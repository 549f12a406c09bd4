package dev.nptune.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nptune.watch.Column.Subject;

/// What QEMU's memory is made of, from `/proc/PID/smaps_rollup`. Source: proc_pid_smaps(5).
///
/// The kernel walks all page tables of the process for it and keeps them from changing meanwhile: seldom, then.
final class MemorySampler extends Sampler {
    static final String TRANSPARENT = "transparent huge pages";
    static final String POOL = "huge page pool";

    /// Of each line the column it goes to.
    private static final byte[][] LABELS = {
        "Rss:".getBytes(US_ASCII),
        "AnonHugePages:".getBytes(US_ASCII),
        "ShmemPmdMapped:".getBytes(US_ASCII),
        "FilePmdMapped:".getBytes(US_ASCII),
        "Shared_Hugetlb:".getBytes(US_ASCII),
        "Private_Hugetlb:".getBytes(US_ASCII)
    };

    private static final int[] COLUMNS = {0, 1, 1, 1, 2, 2};

    private final KeptFile file;
    private final Cursor cursor;
    private final long[] sums = new long[3];

    MemorySampler(KeptFile file, Source source, Cursor cursor) {
        super(source);
        this.file = file;
        this.cursor = cursor;
        table.add(new Column(Quantity.RESIDENT, Subject.VM, 0, ""), 0);
        table.add(new Column(Quantity.PAGES, Subject.VM, 0, TRANSPARENT), 0);
        table.add(new Column(Quantity.PAGES, Subject.VM, 0, POOL), 0);
    }

    @Override
    boolean sample() {
        return file.read(cursor) && parse();
    }

    boolean parse() {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = 0;
        }
        boolean any = false;
        while (!cursor.atEnd()) {
            for (int i = 0; i < LABELS.length; i++) {
                if (cursor.takes(LABELS[i])) {
                    sums[COLUMNS[i]] += Math.max(0, cursor.number()) << 10;
                    any = true;
                }
            }
            cursor.line();
        }
        for (int i = 0; any && i < sums.length; i++) {
            table.set(i, sums[i]);
        }
        return any;
    }

    @Override
    public void close() {
        file.close();
    }
}
