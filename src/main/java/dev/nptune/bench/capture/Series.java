package dev.nptune.bench.capture;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// Numbers in the order of the frames. It never changes: the array behind it is given to nobody, only copies are.
///
/// A value that the file does not have is NaN, which only the columns beside the frame times hold.
public final class Series {
    private static final Series EMPTY = new Series(new double[0]);

    private final double[] values;
    private volatile double @Nullable [] sorted;

    private Series(double[] values) {
        this.values = values;
    }

    /// A copy of these numbers.
    public static Series of(double... values) {
        return values.length == 0 ? EMPTY : new Series(values.clone());
    }

    /// These numbers without copying; who hands them over must forget them.
    static Series owning(double[] values) {
        return new Series(values);
    }

    /// How many there are.
    public int size() {
        return values.length;
    }

    /// The one at this place.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public double get(int i) {
        return values[i];
    }

    /// A copy.
    public double[] toArray() {
        return values.clone();
    }

    /// All of them, in order.
    public DoubleStream stream() {
        return Arrays.stream(values);
    }

    /// Their sum, with the error that adding in turn brings kept small (Kahan's sum, see [DoubleStream#sum]).
    public double sum() {
        return stream().sum();
    }

    /// The same numbers from the smallest to the largest, NaN last. Sorted once.
    public Series ascending() {
        double[] known = sorted;
        if (known == null) {
            known = values.clone();
            Arrays.sort(known);
            sorted = known;
        }
        return new Series(known);
    }
}
