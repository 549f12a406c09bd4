package dev.nptune.paging.walk;

/// Sizes of pages, from small to large.
public enum PageSize {
    /// 4 KiB.
    K4(12, "4K"),
    /// 2 MiB.
    M2(21, "2M"),
    /// 4 MiB, of 32-bit page tables.
    M4(22, "4M"),
    /// 1 GiB.
    G1(30, "1G");

    private final int shift;
    private final String words;

    PageSize(int shift, String words) {
        this.shift = shift;
        this.words = words;
    }

    /// The size with as many bits of an offset.
    ///
    /// @throws IllegalArgumentException if there is none
    public static PageSize ofShift(int shift) {
        return switch (shift) {
            case 12 -> K4;
            case 21 -> M2;
            case 22 -> M4;
            case 30 -> G1;
            default -> throw new IllegalArgumentException("no page has an offset of " + shift + " bits");
        };
    }

    /// Bits of an offset within it.
    public int shift() {
        return shift;
    }

    /// Its length in bytes.
    public long bytes() {
        return 1L << shift;
    }

    /// What the TLB keeps of a translation in two dimensions: the smaller one (APM volume 2, 15.25.9).
    public PageSize smaller(PageSize other) {
        return shift <= other.shift ? this : other;
    }

    /// `4K`, `2M`, `4M` or `1G`.
    @Override
    public String toString() {
        return words;
    }
}
