package dev.nptune.bench.capture;

import java.util.Arrays;

/// An array of numbers that grows.
final class Doubles {
    private static final int FIRST = 1024;

    private double[] values = new double[FIRST];
    private int size;

    void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size + (size >> 1));
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    double get(int i) {
        return values[i];
    }

    void divide(double by) {
        for (int i = 0; i < size; i++) {
            values[i] /= by;
        }
    }

    /// The numbers; nothing may be added after that.
    Series finish() {
        double[] all = size == values.length ? values : Arrays.copyOf(values, size);
        values = all;
        return Series.owning(all);
    }
}
