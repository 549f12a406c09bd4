package dev.nptune.watch;

import dev.nptune.watch.Column.Subject;
import java.io.IOException;
import java.nio.file.Path;

/// The page faults of QEMU with all its threads, those that have ended too, and whether it still runs.
final class ProcessSampler extends Sampler {
    private final KeptFile file;
    private final Cursor cursor;
    private final long[] values = new long[3];

    /// @param folder `/proc/PID`
    ProcessSampler(Path folder, Source source, Cursor cursor) throws IOException {
        super(source);
        this.file = KeptFile.whole(folder.resolve("stat"));
        this.cursor = cursor;
        table.add(new Column(Quantity.MINOR_FAULTS, Subject.VM, 0, ""), 0);
        table.add(new Column(Quantity.MAJOR_FAULTS, Subject.VM, 0, ""), 0);
    }

    @Override
    boolean sample() {
        if (!alive() || !ThreadFile.STAT.parse(cursor, values)) {
            return false;
        }
        table.set(0, values[0]);
        table.set(1, values[1]);
        return true;
    }

    /// Whether it runs: one that has ended and was not waited for yet is still there, as a zombie.
    boolean alive() {
        if (!file.read(cursor)) {
            return false;
        }
        int start = cursor.place();
        cursor.behindLast((byte) ')');
        cursor.blanks();
        boolean ended = cursor.stands((byte) 'Z') || cursor.stands((byte) 'X');
        cursor.back(start);
        return !ended;
    }

    @Override
    public void close() {
        file.close();
    }
}
