package dev.nptune.paging.walk;

/// What the bits of an entry mean (APM volume 2, 5.2 to 5.4), as masks that depend on the level only, so that the
/// fast loops and the plain walker judge alike.
public final class EntryFormat {
    /// Present.
    public static final long P = 1;
    /// Writable.
    public static final long W = 1 << 1;
    /// User.
    public static final long U = 1 << 2;
    /// Accessed.
    public static final long A = 1 << 5;
    /// Dirty, in the entry of a page.
    public static final long D = 1 << 6;
    /// Page size, in an entry above the last table.
    public static final long PS = 1 << 7;
    /// Global, in the entry of a page.
    public static final long G = 1 << 8;
    /// No execute.
    public static final long NX = 1L << 63;

    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final int PSE36_BITS = 40;

    /// Bits 1, 2 and 6 to 8. Bit 5 is reserved as well, but QEMU's TCG sets A there.
    private static final long PAE_TOP = 0x1c6;

    private final TableRoot root;
    private final long[] tableReserved = new long[6];
    private final long[] pageReserved = new long[6];

    /// @param root says mode, MAXPHYADDR and whether there is NX
    public EntryFormat(TableRoot root) {
        this.root = root;
        for (int level = 1; level <= root.mode().levels(); level++) {
            tableReserved[level] = reserved(level, false);
            pageReserved[level] = reserved(level, true);
        }
    }

    /// Whether an entry maps a page rather than points to a table. With PS in a level that has no large pages it does
    /// not; the bit is then reserved.
    public boolean isPage(long entry, int level) {
        return level == 1 || ((entry & PS) != 0 && hasPages(level));
    }

    /// Reserved bits that are set in a present entry; 0 if all is well.
    public long reservedBits(long entry, int level) {
        return entry & (isPage(entry, level) ? pageReserved[level] : tableReserved[level]);
    }

    /// The next table.
    public long table(long entry) {
        return root.mode() == PagingMode.LEGACY ? entry & 0xffff_f000L : entry & ADDRESS;
    }

    /// The first address of the page.
    public long page(long entry, int level) {
        long offset = (1L << root.mode().shift(level)) - 1;
        if (root.mode() == PagingMode.LEGACY) {
            long low = entry & 0xffff_f000L & ~offset;
            return level == 2 ? low | (entry >>> 13 & 0xff) << 32 : low;
        }
        return entry & ADDRESS & ~offset;
    }

    /// The entry of the PAT that a page's entry names: PAT, PCD and PWT as a number, 0 to 7.
    public static int patIndex(long entry, int level) {
        long pat = level == 1 ? entry >>> 7 & 1 : entry >>> 12 & 1;
        return (int) (pat << 2 | (entry >>> 3 & 3));
    }

    /// What an entry leaves of the rights. The top entries of PAE have no W and U.
    public Permissions permissions(long entry, int level) {
        boolean noRights = root.mode() == PagingMode.PAE && level == 3;
        return new Permissions(
                noRights || (entry & W) != 0,
                noRights || (entry & U) != 0,
                !root.noExecute() || root.mode() == PagingMode.LEGACY || (entry & NX) == 0);
    }

    private boolean hasPages(int level) {
        return switch (root.mode()) {
            case NONE -> false;
            case LEGACY -> level == 2 && root.pageSizeExtension();
            case PAE -> level == 2;
            case FOUR_LEVEL, FIVE_LEVEL -> level == 2 || level == 3;
        };
    }

    private long reserved(int level, boolean page) {
        long large = page && level > 1 ? bits(13, root.mode().shift(level) - 1) : 0;
        return switch (root.mode()) {
            case NONE -> 0;
            case LEGACY -> page && level == 2 ? legacyLarge() : 0;
            case PAE -> bits(root.physicalBits(), 62) | (level == 3 ? NX | PAE_TOP : noExecute() | large);
            case FOUR_LEVEL, FIVE_LEVEL ->
                bits(root.physicalBits(), 51) | noExecute() | large | (level >= 4 ? PS | G : 0);
        };
    }

    /// Bits 13 to 20 of a 4 MiB page's entry are bits 32 to 39 of its address, as far as the processor has them.
    private long legacyLarge() {
        return bits(13 + Math.min(root.physicalBits(), PSE36_BITS) - 32, 21);
    }

    private long noExecute() {
        return root.noExecute() ? 0 : NX;
    }

    private static long bits(int from, int to) {
        return from > to ? 0 : (-1L >>> (63 - to)) & (-1L << from);
    }
}
