package dev.nptune.watch;

import dev.nptune.watch.Column.Subject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Exits of each vCPU by reason, as a histogram of the trace point `kvm_exit` counts them. Source of its form: the
/// kernel's `Documentation/trace/histogram.rst`.
///
/// All VMs share the trace point, so the kernel is told to count those of our vCPUs' threads only. A vCPU is known by
/// its thread and not by the trace point's `vcpu_id`, which is the vCPU's APIC id and not QEMU's number of it.
final class TraceSampler extends Sampler {
    /// More vCPUs than QEMU has, times more reasons than are seen of one.
    private static final int MOST = 1 << 16;

    /// A trigger is written in one piece of less than a page.
    private static final int LONGEST_FILTER = 3500;

    private static final int FEWEST_ENTRIES = 1 << 10;
    private static final int MOST_ENTRIES = 1 << 17;

    /// Entries that are made ready for each vCPU.
    private static final int REASONS = 64;

    private static final byte[] PID = bytes("common_pid:");
    private static final byte[] REASON = bytes("exit_reason:");
    private static final byte[] ISA = bytes("isa:");
    private static final byte[] HITS = bytes("hitcount:");

    private final TraceInstance instance;
    private final Cursor cursor;
    /// By vCPU.
    private final Map<Key, Integer> columns = new HashMap<>();

    /// vCPUs by thread, of those that are counted.
    private Map<Integer, Integer> threads = Map.of();

    /// Whether the kernel counts; it does not from a trigger that it did not take to the next that it takes.
    private boolean counting;

    /// Of each row of the histogram its key and its column; -1 for one of no vCPU.
    private Key[] keys = new Key[0];

    private int[] places = {};

    /// Of each column what the histogram says now and what it said before, and what it had said when it began anew.
    private long[] sums = new long[64];

    private long[] lasts = new long[64];
    private long[] bases = new long[64];
    private int samples;

    /// @param whose the thread's number or the vCPU's
    private record Key(long whose, long isa, long reason) {
        boolean is(long other, long otherIsa, long otherReason) {
            return whose == other && isa == otherIsa && reason == otherReason;
        }
    }

    TraceSampler(TraceInstance instance, Source source, Cursor cursor) {
        super(source);
        this.instance = instance;
        this.cursor = cursor;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Counts these and no others from now on; if there are the same threads as before it goes on.
    ///
    /// @throws TraceUnavailable if the kernel does not take that; it counts nothing then, and may be asked again
    void follow(List<VmThread> vcpus) throws TraceUnavailable {
        Map<Integer, Integer> now = new HashMap<>();
        vcpus.forEach(thread -> now.put(thread.tid(), thread.vcpu().orElseThrow()));
        if (counting ? now.equals(threads) : now.isEmpty()) {
            return;
        }
        if (!counting || !threads.keySet().containsAll(now.keySet())) {
            settle();
            counting = false; // the kernel forgets the trigger before it looks at the next
            instance.count(trigger(
                    now.keySet().stream().mapToInt(Integer::intValue).sorted().toArray()));
            counting = true;
        }
        threads = now;
        keys = new Key[0]; // a row that was of no vCPU may be of one now
    }

    /// As [#follow]; if the kernel does not take that, it is to be called again.
    void followOn(List<VmThread> vcpus) {
        try {
            follow(vcpus);
        } catch (TraceUnavailable _) {
            // There is nothing new until it does.
        }
    }

    /// Whether the kernel counts what was asked for last.
    boolean isCounting() {
        return counting;
    }

    /// Reads what has been counted so far, before counting begins anew.
    private void settle() {
        if (counting && instance.read(cursor)) {
            if (samples > 1) {
                parse();
            } else {
                take();
            }
        }
        for (int i = 0; i < table.size(); i++) {
            bases[i] += lasts[i];
            lasts[i] = 0;
        }
    }

    /// What the kernel is told.
    ///
    /// @param sorted threads
    static String trigger(int[] sorted) {
        int entries = FEWEST_ENTRIES;
        while (entries < MOST_ENTRIES && entries < sorted.length * REASONS) {
            entries *= 2;
        }
        return "hist:keys=common_pid,exit_reason,isa:size=" + entries + " if " + filter(sorted);
    }

    /// Threads in a row are one range; if there are too many of these, the range from the first to the last thread.
    private static String filter(int[] sorted) {
        StringBuilder filter = new StringBuilder();
        int first = 0;
        for (int i = 1; i <= sorted.length; i++) {
            if (i == sorted.length || sorted[i] != sorted[i - 1] + 1) {
                filter.append(filter.isEmpty() ? "" : " || ").append(range(sorted[first], sorted[i - 1]));
                first = i;
            }
        }
        return filter.length() <= LONGEST_FILTER ? filter.toString() : range(sorted[0], sorted[sorted.length - 1]);
    }

    private static String range(int from, int to) {
        return from == to ? "common_pid == " + from : "(common_pid >= " + from + " && common_pid <= " + to + ")";
    }

    @Override
    boolean sample() {
        if (!counting || !instance.read(cursor)) {
            return false;
        }
        parse();
        return true;
    }

    /// Takes what the cursor stands at.
    void parse() {
        samples++;
        take();
    }

    private void take() {
        Arrays.fill(sums, 0);
        int row = 0;
        while (!cursor.atEnd()) {
            if (cursor.stands((byte) '{')) {
                entry(row++);
            }
            cursor.line();
        }
        for (int i = 0; i < table.size(); i++) {
            if (sums[i] < lasts[i]) {
                bases[i] += lasts[i]; // somebody else had counting begin anew
            }
            lasts[i] = sums[i];
            table.set(i, bases[i] + sums[i]);
        }
    }

    /// `{ common_pid:       4711, exit_reason:        120, isa:          2 } hitcount:       8200`.
    private void entry(int row) {
        cursor.behind((byte) '{');
        long thread = field(PID);
        cursor.behind((byte) ',');
        long reason = field(REASON);
        cursor.behind((byte) ',');
        long isa = field(ISA);
        cursor.behind((byte) '}');
        long hits = field(HITS);
        if (thread < 0 || reason < 0 || isa < 0 || hits < 0) {
            return;
        }
        int column = column(row, thread, isa, ExitReasons.basic(isa, reason));
        if (column >= 0) {
            sums[column] += hits;
        }
    }

    /// A field's number, whether it stands by itself (`120`, `0x78`) or behind a name (`hlt [120]`); -1 if this is
    /// another field, or has none.
    private long field(byte[] name) {
        cursor.blanks();
        if (!cursor.takes(name)) {
            return -1;
        }
        long number = cursor.anyNumber();
        if (number < 0 && cursor.seeks((byte) '[', (byte) ',')) {
            number = cursor.anyNumber();
        }
        return number;
    }

    private int column(int row, long thread, long isa, long reason) {
        if (row < keys.length && keys[row] != null && keys[row].is(thread, isa, reason)) {
            return places[row];
        }
        Integer vcpu = thread <= Integer.MAX_VALUE ? threads.get((int) thread) : null;
        int place = vcpu == null ? -1 : columns.computeIfAbsent(new Key(vcpu, isa, reason), this::add);
        if (row >= keys.length && row < MOST) {
            keys = Arrays.copyOf(keys, Math.max(64, row * 2));
            places = Arrays.copyOf(places, keys.length);
        }
        if (row < keys.length) {
            keys[row] = new Key(thread, isa, reason);
            places[row] = place;
        }
        return place;
    }

    /// One that comes later began at 0 when the source was read before; of the first it is not known.
    private int add(Key key) {
        if (table.size() == MOST) {
            return -1;
        }
        Column column = new Column(
                Quantity.EXITS_BY_REASON, Subject.VCPU, (int) key.whose(), ExitReasons.name(key.isa(), key.reason()));
        int place = samples <= 2 ? table.add(column, 0) : table.addFromZero(column);
        if (place == sums.length) {
            sums = Arrays.copyOf(sums, place * 2);
            lasts = Arrays.copyOf(lasts, place * 2);
            bases = Arrays.copyOf(bases, place * 2);
        }
        return place;
    }

    @Override
    public void close() {
        instance.close();
    }
}
