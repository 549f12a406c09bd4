package dev.nptune.watch;

import dev.nptune.internal.json.Json;
import dev.nptune.watch.VmSampler.Visitor;
import java.io.IOException;
import java.util.Arrays;

/// Writes what was sampled: of each sample the columns that have changed, and by how much.
///
/// Hot: called for each sample; allocates when a column is new.
final class RecordingWriter implements Visitor {
    /// Counters of interrupts have 32 bits.
    private static final long WRAP = 1L << 32;

    private final BlockFile file;
    private final long[][] before;
    private final int[] known;
    private final boolean[][] ended;
    private final int[] endings;
    private Block block;
    private long last;

    /// @param sources how many there are
    RecordingWriter(BlockFile file, int sources) throws InterruptedException {
        this.file = file;
        before = new long[sources][16];
        ended = new boolean[sources][16];
        known = new int[sources];
        endings = new int[sources];
        block = file.take();
        head();
    }

    private void head() {
        Clock clock = Clock.now();
        last = clock.monotonic();
        block.put(Format.DATA)
                .signed(clock.monotonic())
                .signed(clock.realtime())
                .unsigned(clock.uncertainty());
    }

    @Override
    public void sampled(int source, Table table, long time) {
        int size = table.size();
        if (size > known[source]) {
            register(source, table);
        }
        long[] previous = before[source];
        block.put(Format.SAMPLE).unsigned(source).signed(time - last);
        last = time;
        int written = -1;
        for (int i = 0; i < size; i++) {
            long value = table.value(i);
            if (value != previous[i]) {
                long delta = delta(table.column(i).quantity(), value - previous[i]);
                previous[i] = value;
                block.unsigned(i - written).signed(delta);
                written = i;
            }
        }
        block.unsigned(0);
        if (table.endings() != endings[source]) {
            endings[source] = table.endings();
            endings(source, table);
        }
    }

    private void endings(int source, Table table) {
        boolean[] gone = ended[source];
        for (int i = 0; i < table.size(); i++) {
            if (table.hasEnded(i) && !gone[i]) {
                gone[i] = true;
                block.put(Format.ENDED).unsigned(source).unsigned(i);
            }
        }
    }

    /// A counter that seems to run back has wrapped around, or begun anew: then nothing is known of the time between.
    private static long delta(Quantity quantity, long delta) {
        if (delta >= 0 || quantity.isGauge()) {
            return delta;
        }
        boolean wraps = quantity == Quantity.INTERRUPTS || quantity == Quantity.SOFTIRQS;
        return wraps && delta + WRAP < WRAP / 2 ? delta + WRAP : 0;
    }

    private void register(int source, Table table) {
        int size = table.size();
        if (before[source].length < size) {
            before[source] = Arrays.copyOf(before[source], size * 2);
            ended[source] = Arrays.copyOf(ended[source], size * 2);
        }
        for (int i = known[source]; i < size; i++) {
            Column column = table.column(i);
            before[source][i] = table.isFromZero(i) ? 0 : table.value(i);
            block.put(Format.COLUMN).unsigned(source);
            block.text(column.quantity().key()).text(column.subject().key());
            block.unsigned(column.number()).text(column.detail()).signed(before[source][i]);
        }
        known[source] = size;
    }

    /// Hands on what there is.
    void flush() throws IOException, InterruptedException {
        file.put(block);
        block = file.take();
        head();
    }

    /// The last of it.
    void end(End end) throws IOException, InterruptedException {
        file.put(block);
        Block closing = file.take();
        closing.put(Format.END).text(Json.compact(end));
        file.put(closing);
    }

    static void begin(BlockFile file, About about) throws IOException, InterruptedException {
        Block first = file.take();
        first.put(Format.ABOUT).text(Json.compact(about));
        file.put(first);
    }
}
