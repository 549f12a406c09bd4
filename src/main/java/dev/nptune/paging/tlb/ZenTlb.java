package dev.nptune.paging.tlb;

import dev.nptune.paging.walk.PageSize;

/// The second level of a core's TLB for data, by AMD's Zen generations, from CPUID 8000_0006 and 8000_0019 of real
/// parts
/// (dumps of InstLatx64).
public enum ZenTlb {
    /// Zen and Zen+.
    ZEN("Zen", 1536, 1536, 0),
    ZEN_2("Zen 2", 2048, 2048, 0),
    ZEN_3("Zen 3", 2048, 2048, 64),
    ZEN_4("Zen 4", 3072, 3072, 64),
    ZEN_5("Zen 5", 4096, 4096, 1024);

    private final String title;
    private final int small;
    private final int large;
    private final int huge;

    /// @param huge 0 where pages of 1 GiB are broken into such of 2 MiB
    ZenTlb(String title, int small, int large, int huge) {
        this.title = title;
        this.small = small;
        this.large = large;
        this.huge = huge;
    }

    /// As AMD writes it.
    public String title() {
        return title;
    }

    /// How many translations of pages of a size it holds.
    public int entries(PageSize size) {
        return switch (size) {
            case K4 -> small;
            case M2, M4 -> large;
            case G1 -> huge;
        };
    }
}
