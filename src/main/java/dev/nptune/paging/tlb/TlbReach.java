package dev.nptune.paging.tlb;

import dev.nptune.paging.space.PageMix;
import dev.nptune.paging.walk.PageSize;

/// How many bytes of data the second level of a core's TLB holds translations for at most, with the pages that are
/// there: its entries times the page size, as if no two pages fought for a place. The sizes share places, so they are
/// not to be added up. The first level is left out: it keeps some pages beside these, on Zen and Zen 2 those of 1 GiB
/// whole.
///
/// @param core whose TLB
/// @param small bytes on pages of 4 KiB
/// @param large bytes on pages of 2 MiB, or of 4 MiB and 1 GiB, which the second level keeps as such of 2 MiB where
///     it has no place for them
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
