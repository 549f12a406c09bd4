package dev.nptune.paging.tlb;

import dev.nptune.paging.space.PageMix;
import dev.nptune.paging.walk.PageSize;

/// How many bytes of data a core reaches without a walk through page tables, with the pages that are there. A model:
/// all pages are used alike, and no two fight for a place, so it is the most that can be.
///
/// @param mapped bytes mapped at all, of which none of the others is more
/// @param l1 bytes in the first level: its entries times the mean page
/// @param l2Small bytes in the second level on pages of 4 KiB
/// @param l2Large bytes in the second level on pages of 2 MiB, and of 1 GiB where those are broken into such
/// @param l2Huge bytes in the second level on pages of 1 GiB
public record TlbReach(long mapped, long l1, long l2Small, long l2Large, long l2Huge) {
    /// Works it out.
    ///
    /// @param mix the pages as the TLB keeps them, the smaller ones of both dimensions
    public static TlbReach of(TlbGeometry tlb, PageMix mix) {
        long large = mix.of(PageSize.M2) + mix.of(PageSize.M4);
        long huge = mix.of(PageSize.G1);
        boolean hasHuge = tlb.l2Data1G().isPresent();
        return new TlbReach(
                mix.total(),
                l1(tlb.l1Data(), mix),
                within(tlb.l2Data4K(), PageSize.K4, mix.of(PageSize.K4)),
                within(tlb.l2Data2M(), PageSize.M2, hasHuge ? large : large + huge),
                tlb.l2Data1G().map(array -> within(array, PageSize.G1, huge)).orElse(0L));
    }

    /// Bytes in the second level on pages of any size.
    public long l2() {
        return l2Small + l2Large + l2Huge;
    }

    private static long within(TlbArray array, PageSize size, long bytes) {
        return Math.min(bytes, array.entries() * size.bytes());
    }

    private static long l1(TlbArray array, PageMix mix) {
        long pages = 0;
        for (PageSize size : PageSize.values()) {
            pages += (mix.of(size) + size.bytes() - 1) >>> size.shift();
        }
        return pages <= array.entries() ? mix.total() : (long) (array.entries() * (mix.total() / (double) pages));
    }
}
