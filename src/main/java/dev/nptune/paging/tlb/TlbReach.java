package dev.nptune.paging.tlb;

import dev.nptune.paging.space.PageMix;
import dev.nptune.paging.walk.PageSize;

/// How many bytes of data a core reaches at once without a walk through page tables, with the pages that are there: its
/// entries times the page size. No two pages fight for a place here, and the sizes for each other's neither, so each is
/// the most that can be; they are not to be added up.
///
/// @param core whose TLB
/// @param small bytes on pages of 4 KiB
/// @param large bytes on pages of 2 MiB, or of 4 MiB and 1 GiB, which are kept as such of 2 MiB where there is no place
///     for them
/// @param huge bytes on pages of 1 GiB
public record TlbReach(ZenTlb core, long small, long large, long huge) {
    /// Works it out.
    ///
    /// @param mix the pages as the TLB keeps them, the smaller ones of both dimensions
    public static TlbReach of(ZenTlb core, PageMix mix) {
        boolean broken = core.entries(PageSize.G1) == 0;
        long large = mix.of(PageSize.M2) + mix.of(PageSize.M4) + (broken ? mix.of(PageSize.G1) : 0);
        return new TlbReach(
                core,
                within(core, PageSize.K4, mix.of(PageSize.K4)),
                within(core, PageSize.M2, large),
                broken ? 0 : within(core, PageSize.G1, mix.of(PageSize.G1)));
    }

    private static long within(ZenTlb core, PageSize size, long bytes) {
        return Math.min(bytes, core.entries(size) * size.bytes());
    }
}
