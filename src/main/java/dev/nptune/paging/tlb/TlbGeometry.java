package dev.nptune.paging.tlb;

import java.util.Optional;

/// The TLBs of a core.
///
/// @param l1Data for data, pages of all sizes
/// @param l2Data4K behind it, pages of 4 KiB
/// @param l2Data2M behind it, pages of 2 MiB
/// @param l2Data1G behind it, pages of 1 GiB; empty where those are broken into pages of 2 MiB
/// @param l1Code for instructions, pages of all sizes
/// @param l2Code4K behind it, pages of 4 KiB
/// @param l2Code2M behind it, pages of 2 MiB
public record TlbGeometry(
        TlbArray l1Data,
        TlbArray l2Data4K,
        TlbArray l2Data2M,
        Optional<TlbArray> l2Data1G,
        TlbArray l1Code,
        TlbArray l2Code4K,
        TlbArray l2Code2M) {
    private static final int SCALE = 32;

    /// What they are if CPUID 8000_0021 EAX bit 14 is set: sizes of the second level are then told in units of 32.
    public TlbGeometry scaled() {
        return new TlbGeometry(
                l1Data,
                l2Data4K.times(SCALE),
                l2Data2M.times(SCALE),
                l2Data1G.map(array -> array.times(SCALE)),
                l1Code,
                l2Code4K.times(SCALE),
                l2Code2M.times(SCALE));
    }
}
