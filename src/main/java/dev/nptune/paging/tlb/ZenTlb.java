package dev.nptune.paging.tlb;

import static dev.nptune.paging.tlb.TlbArray.full;
import static dev.nptune.paging.tlb.TlbArray.ways;

import java.util.Optional;

/// The TLBs of AMD's Zen generations, from CPUID 8000_0005, 8000_0006 and 8000_0019 of real parts (dumps of
/// InstLatx64).
public enum ZenTlb {
    /// Zen and Zen+.
    ZEN(new TlbGeometry(
            full(64),
            ways(1536, 8, 15),
            ways(1536, 2, 2),
            Optional.empty(),
            full(64),
            ways(1024, 8, 15),
            ways(1024, 8, 15))),
    /// Zen 2. 7-cpu.com has 512 entries of 8 ways for code on pages of 4 KiB.
    ZEN_2(new TlbGeometry(
            full(64),
            ways(2048, 8, 15),
            ways(2048, 4, 5),
            Optional.empty(),
            full(64),
            ways(1024, 8, 15),
            ways(1024, 8, 15))),
    /// Zen 3.
    ZEN_3(new TlbGeometry(
            full(64),
            ways(2048, 8, 15),
            ways(2048, 4, 5),
            Optional.of(full(64)),
            full(64),
            ways(512, 4, 5),
            ways(512, 2, 2))),
    /// Zen 4.
    ZEN_4(new TlbGeometry(
            full(72),
            ways(3072, 8, 15),
            ways(3072, 6, 7),
            Optional.of(full(64)),
            full(64),
            ways(512, 4, 5),
            ways(512, 2, 2))),
    /// Zen 5.
    ZEN_5(new TlbGeometry(
            full(96),
            ways(4096, 8, 15),
            ways(4096, 4, 5),
            Optional.of(ways(1024, 4, 5)),
            full(64),
            ways(2048, 4, 5),
            ways(2048, 2, 2)));

    @SuppressWarnings("ImmutableEnumChecker") // A record of records and numbers.
    private final TlbGeometry geometry;

    ZenTlb(TlbGeometry geometry) {
        this.geometry = geometry;
    }

    /// Its sizes.
    public TlbGeometry geometry() {
        return geometry;
    }
}
