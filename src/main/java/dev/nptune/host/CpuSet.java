package dev.nptune.host;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// A set of CPU numbers in the kernel's list notation, `0-3,8,10-11`.
///
/// libvirt's `^N` (all but N) is understood too: exclusions apply to what stands before them.
/// Bounds: numbers up to 4095 and text up to 16 384 characters, so that a hostile list costs nothing; the longest
/// canonical list fits.
public final class CpuSet {
    /// The largest CPU number accepted.
    public static final int MAX_CPU = 4095;

    private static final int MAX_TEXT = 16_384;

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
                    throw new IllegalArgumentException("backward range '" + Values.brief(part) + "' in CPU list");
                }
                bits.set(first, last + 1);
            }
        }
        return new CpuSet(bits);
    }

    private static int number(String digits, String text) {
        if (!digits.matches("[0-9]{1,4}") || Integer.parseInt(digits) > MAX_CPU) {
            throw new IllegalArgumentException("not a CPU list: '" + Values.brief(text) + "'");
        }
        return Integer.parseInt(digits);
    }

    /// Parses the kernel's mask notation, 32-bit words in hex, the highest first: `ff,ffffffff` is CPUs 0 to 39.
    ///
    /// @throws IllegalArgumentException if the text is not such a mask or names a CPU above [#MAX_CPU]
    public static CpuSet parseMask(String text) {
        String[] words = text.strip().split(",", -1);
        if (words.length > (MAX_CPU + 1) / 32) {
            throw new IllegalArgumentException("CPU mask of " + words.length + " words");
        }
        long[] bits = new long[(words.length + 1) / 2];
        for (int i = 0; i < words.length; i++) {
            String word = words[words.length - 1 - i];
            if (!word.matches("[0-9a-fA-F]{1,8}")) {
                throw new IllegalArgumentException("not a CPU mask: '" + Values.brief(text) + "'");
            }
            bits[i / 2] |= Long.parseLong(word, 16) << (i % 2 * 32);
        }
        return new CpuSet(BitSet.valueOf(bits));
    }

    /// The set of these CPUs.
    ///
    /// @throws IllegalArgumentException if a number is not from 0 to [#MAX_CPU]
    public static CpuSet of(int... cpus) {
        BitSet bits = new BitSet();
        for (int cpu : cpus) {
            bits.set(checked(cpu));
        }
        return new CpuSet(bits);
    }

    /// All CPUs from the first to the last, both included.
    ///
    /// @throws IllegalArgumentException if a number is not from 0 to [#MAX_CPU] or the last is below the first
    public static CpuSet range(int firstInclusive, int lastInclusive) {
        if (checked(lastInclusive) < checked(firstInclusive)) {
            throw new IllegalArgumentException("backward range " + firstInclusive + "-" + lastInclusive);
        }
        BitSet bits = new BitSet();
        bits.set(firstInclusive, lastInclusive + 1);
        return new CpuSet(bits);
    }

    private static int checked(int cpu) {
        if (cpu < 0 || cpu > MAX_CPU) {
            throw new IllegalArgumentException("CPU number " + cpu + " is not from 0 to " + MAX_CPU);
        }
        return cpu;
    }

    public boolean contains(int cpu) {
        return cpu >= 0 && bits.get(cpu);
    }

    /// Whether all CPUs of another set are in this one.
    public boolean containsAll(CpuSet other) {
        return other.minus(this).isEmpty();
    }

    /// The lowest number.
    public OptionalInt first() {
        return bits.isEmpty() ? OptionalInt.empty() : OptionalInt.of(bits.nextSetBit(0));
    }

    public boolean isEmpty() {
        return bits.isEmpty();
    }

    public int size() {
        return bits.cardinality();
    }

    /// The numbers, ascending.
    public IntStream stream() {
        return bits.stream();
    }

    /// Those in both sets.
    public CpuSet and(CpuSet other) {
        BitSet result = (BitSet) bits.clone();
        result.and(other.bits);
        return new CpuSet(result);
    }

    /// Those in either set.
    public CpuSet or(CpuSet other) {
        BitSet result = (BitSet) bits.clone();
        result.or(other.bits);
        return new CpuSet(result);
    }

    /// Those of this set that are not in the other.
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
