package dev.nptune.watch;

import java.util.Arrays;

/// The counters of one source as they stood when it was read last. Columns are added, never moved; one whose thing is
/// gone stays and has ended.
final class Table {
    /// More than any machine has; a tree that claims so is not a machine.
    static final int MOST = 1 << 20;

    private Column[] columns = new Column[16];
    private long[] values = new long[16];
    private boolean[] ended = new boolean[16];
    private boolean[] fromZero = new boolean[16];
    private int size;
    private int endings;

    int add(Column column, long value) {
        if (size == columns.length) {
            if (size == MOST) {
                throw new IllegalStateException("more than " + MOST + " counters");
            }
            columns = Arrays.copyOf(columns, size * 2);
            values = Arrays.copyOf(values, size * 2);
            ended = Arrays.copyOf(ended, size * 2);
            fromZero = Arrays.copyOf(fromZero, size * 2);
        }
        columns[size] = column;
        values[size] = value;
        return size++;
    }

    /// Adds a counter of which it is known that it stood at 0 when the source was read before.
    int addFromZero(Column column) {
        int index = add(column, 0);
        fromZero[index] = true;
        return index;
    }

    boolean isFromZero(int index) {
        return fromZero[index];
    }

    void set(int column, long value) {
        values[column] = value;
    }

    void end(int column) {
        ended[column] = true;
        endings++;
    }

    /// How many have ended.
    int endings() {
        return endings;
    }

    int size() {
        return size;
    }

    Column column(int index) {
        return columns[index];
    }

    long value(int index) {
        return values[index];
    }

    boolean hasEnded(int index) {
        return ended[index];
    }
}
