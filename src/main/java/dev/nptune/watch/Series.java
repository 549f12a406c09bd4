package dev.nptune.watch;

import java.util.Arrays;

/// How one counter went: the intervals in which it changed. Where nothing is said it was read and had not changed.
///
/// An interval begins when the source was read before and ends when it was read next; times are nanoseconds of
/// CLOCK_MONOTONIC.
public final class Series {
    private final String source;
    private final Column column;
    private final long start;
    private final LongList times;
    private final int first;
    private final IntList places = new IntList();
    private final LongList deltas = new LongList();
    private int end = -1;

    /// @param times when its source was read
    Series(String source, Column column, long start, LongList times) {
        this.source = source;
        this.column = column;
        this.start = start;
        this.times = times;
        this.first = times.size();
    }

    void add(int sample, long delta) {
        places.add(sample);
        deltas.add(delta);
    }

    void end() {
        end = times.size();
    }

    /// The name of the source it is from.
    public String source() {
        return source;
    }

    public Column column() {
        return column;
    }

    /// The counter when it was first read.
    public long start() {
        return start;
    }

    /// In how many intervals it changed.
    public int size() {
        return places.size();
    }

    /// Where an interval begins.
    public long from(int i) {
        return times.get(Math.max(0, places.get(i) - 1));
    }

    /// Where an interval ends.
    public long to(int i) {
        return times.get(places.get(i));
    }

    /// By how much it changed; of a gauge that may be less than zero.
    public long amount(int i) {
        return deltas.get(i);
    }

    /// By how much it changed in all.
    public long total() {
        long sum = 0;
        for (int i = 0; i < size(); i++) {
            sum += amount(i);
        }
        return sum;
    }

    /// When its source was read, from when on it had this counter; the last of them when the thing was gone.
    public long[] times() {
        return times.copy(Math.min(first, times.size()), end < 0 ? times.size() : end);
    }

    /// How it stood when its source was read, beside [#times].
    public long[] values() {
        int count = times().length;
        long[] values = new long[count];
        long value = start;
        int next = 0;
        for (int i = 0; i < count; i++) {
            while (next < size() && places.get(next) <= first + i) {
                value += deltas.get(next++);
            }
            values[i] = value;
        }
        return values;
    }

    /// Numbers that grow in number.
    static final class LongList {
        private long[] values = new long[8];
        private int size;

        void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        long get(int index) {
            return values[index];
        }

        int size() {
            return size;
        }

        long[] copy(int from, int to) {
            return Arrays.copyOfRange(values, from, to);
        }
    }

    /// As [LongList], in half the room.
    static final class IntList {
        private int[] values = new int[8];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        int get(int index) {
            return values[index];
        }

        int size() {
            return size;
        }
    }
}
