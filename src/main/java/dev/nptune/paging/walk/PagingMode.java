package dev.nptune.paging.walk;

/// How a processor reads its page tables. Levels are counted from 1, the last one read.
public enum PagingMode {
    /// CR0.PG is clear: addresses are physical ones.
    NONE(0, 8, 32),
    /// Entries of 32 bits, pages of 4 KiB and with CR4.PSE 4 MiB.
    LEGACY(2, 4, 32),
    /// Entries of 64 bits below a top table of four.
    PAE(3, 8, 32),
    /// Long mode.
    FOUR_LEVEL(4, 8, 48),
    /// Long mode with CR4.LA57.
    FIVE_LEVEL(5, 8, 57);

    private static final long PE = 1;
    private static final long PG = 1L << 31;
    private static final long PAE_BIT = 1L << 5;
    private static final long LA57 = 1L << 12;
    private static final long LMA = 1L << 10;

    private final int levels;
    private final int entryBytes;
    private final int virtualBits;

    PagingMode(int levels, int entryBytes, int virtualBits) {
        this.levels = levels;
        this.entryBytes = entryBytes;
        this.virtualBits = virtualBits;
    }

    /// The mode that control registers ask for.
    ///
    /// @param efer EFER, of which LMA counts
    public static PagingMode of(long cr0, long cr4, long efer) {
        if ((cr0 & PG) == 0 || (cr0 & PE) == 0) {
            return NONE;
        }
        if ((efer & LMA) != 0) {
            return (cr4 & LA57) != 0 ? FIVE_LEVEL : FOUR_LEVEL;
        }
        return (cr4 & PAE_BIT) != 0 ? PAE : LEGACY;
    }

    /// Tables read for a page of the smallest size.
    public int levels() {
        return levels;
    }

    /// Bytes of an entry, 4 or 8.
    public int entryBytes() {
        return entryBytes;
    }

    /// Bits of a virtual address that are translated.
    public int virtualBits() {
        return virtualBits;
    }

    /// Whether virtual addresses are sign-extended to 64 bits.
    public boolean isLong() {
        return this == FOUR_LEVEL || this == FIVE_LEVEL;
    }

    /// Entries of the table at a level.
    public int entries(int level) {
        if (this == PAE && level == 3) {
            return 4;
        }
        return this == LEGACY ? 1024 : 512;
    }

    /// The lowest bit of an address that indexes the table at a level; also log₂ of the bytes one entry there maps.
    public int shift(int level) {
        return 12 + (this == LEGACY ? 10 : 9) * (level - 1);
    }
}
