package dev.nptune.paging.type;

import dev.nptune.internal.text.Hex;

/// A range of physical addresses with a memory type.
///
/// @param base first address; for a variable range, PhysBase without its type
/// @param mask PhysMask without its valid bit: an address lies within if its bits under the mask are those of the
///     base
/// @param type of UC, WC, WP, WT, WB
public record Mtrr(long base, long mask, MemoryType type) {
    /// @throws IllegalArgumentException for a type that no MTRR has
    public Mtrr {
        switch (type) {
            case UC, WC, WP, WT, WB -> {}
            case UC_MINUS, WC_PLUS, CD -> throw new IllegalArgumentException("no MTRR is " + type);
        }
    }

    /// A range of a power of two bytes, on a boundary of its own size.
    public static Mtrr range(long base, long bytes, MemoryType type) {
        if (bytes <= 0 || Long.bitCount(bytes) != 1 || (base & (bytes - 1)) != 0) {
            throw new IllegalArgumentException("an MTRR of " + bytes + " bytes at " + Hex.of(base));
        }
        return new Mtrr(base, -bytes, type);
    }

    /// Whether an address lies within.
    public boolean contains(long address) {
        return (address & mask) == (base & mask);
    }
}
