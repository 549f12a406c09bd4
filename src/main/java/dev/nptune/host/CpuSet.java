package dev.nptune.host;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/// A set of CPU numbers in the kernel's list notation, `0-3,8,10-11`.
///
/// libvirt's `^N` (all but N) is understood too: exclusions apply to what stands before them.
/// Bounds: numbers up to 4095 and text up to 4096 characters, so that a hostile list costs nothing.
public final class CpuSet {
    /// The largest CPU number accepted.
    public static final int MAX_CPU = 4095;

    private static final int MAX_TEXT = 4096;

    private final BitSet bits;

    private CpuSet(BitSet bits) {
        this.bits = bits;
    }

    /// Parses list notation; blank text is the empty set.
    ///
    /// @throws IllegalArgumentException if the text is not such a list or is out of bounds
    @JsonCreator
    public static CpuSet parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException("CPU list of " + text.length() + " characters");
        }
        BitSet bits = new BitSet();
        for (String part : text.strip().split("[,\\s]+")) {
            if (part.startsWith("^")) {
                bits.clear(number(part.substring(1), text));
            } else if (!part.isEmpty()) {
                int dash = part.indexOf('-');
                int first = number(dash < 0 ? part : part.substring(0, dash), text);
                int last = dash < 0 ? first : number(part.substring(dash + 1), text);
                if (last < first) {
                    throw new IllegalArgumentException("backward range '" + part + "' in CPU list");
                }
                bits.set(first, last + 1);
            }
        }
        return new CpuSet(bits);
    }

    private static int number(String digits, String text) {
        if (!digits.matches("[0-9]{1,4}") || Integer.parseInt(digits) > MAX_CPU) {
            throw new IllegalArgumentException("not a CPU list: '" + text + "'");
        }
        return Integer.parseInt(digits);
    }

    public static CpuSet of(int... cpus) {
        BitSet bits = new BitSet();
        for (int cpu : cpus) {
            bits.set(cpu);
        }
        return new CpuSet(bits);
    }

    public static CpuSet range(int firstInclusive, int lastInclusive) {
        BitSet bits = new BitSet();
        bits.set(firstInclusive, lastInclusive + 1);
        return new CpuSet(bits);
    }

    public boolean contains(int cpu) {
        return bits.get(cpu);
    }

    public boolean isEmpty() {
        return bits.isEmpty();
    }

    public int size() {
        return bits.cardinality();
    }

    public IntStream stream() {
        return bits.stream();
    }

    public CpuSet and(CpuSet other) {
        BitSet result = (BitSet) bits.clone();
        result.and(other.bits);
        return new CpuSet(result);
    }

    public CpuSet or(CpuSet other) {
        BitSet result = (BitSet) bits.clone();
        result.or(other.bits);
        return new CpuSet(result);
    }

    public CpuSet minus(CpuSet other) {
        BitSet result = (BitSet) bits.clone();
        result.andNot(other.bits);
        return new CpuSet(result);
    }

    public boolean intersects(CpuSet other) {
        return bits.intersects(other.bits);
    }

    /// The canonical list: ascending, ranges of two or more joined.
    @Override
    @JsonValue
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int end = bits.nextClearBit(first);
            parts.add(end - first == 1 ? Integer.toString(first) : first + "-" + (end - 1));
            first = bits.nextSetBit(end);
        }
        return String.join(",", parts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuSet set && bits.equals(set.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }
}
