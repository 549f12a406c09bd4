package dev.nptune.paging.tlb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.paging.space.PageMix;
import dev.nptune.paging.walk.PageSize;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TlbReachTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private static TlbReach reach(ZenTlb core, Map<PageSize, Long> bytes) {
        return TlbReach.of(core, new PageMix(bytes));
    }

    @Test
    void smallPagesReachSixMebibytesOnZen() {
        assertThat(reach(ZenTlb.ZEN, Map.of(PageSize.K4, 4 * GIB))).isEqualTo(new TlbReach(ZenTlb.ZEN, 6 * MIB, 0, 0));
    }

    @Test
    void largePagesReachMore() {
        assertThat(reach(ZenTlb.ZEN_4, Map.of(PageSize.M2, 16 * GIB)))
                .isEqualTo(new TlbReach(ZenTlb.ZEN_4, 0, 6 * GIB, 0));
    }

    @Test
    void hugePagesAreBrokenUpBeforeZen3() {
        Map<PageSize, Long> huge = Map.of(PageSize.G1, 16 * GIB);
        assertThat(reach(ZenTlb.ZEN_2, huge)).isEqualTo(new TlbReach(ZenTlb.ZEN_2, 0, 4 * GIB, 0));
        assertThat(reach(ZenTlb.ZEN_3, huge)).isEqualTo(new TlbReach(ZenTlb.ZEN_3, 0, 0, 16 * GIB));
    }

    @Test
    void nothingReachesMoreThanThereIs() {
        assertThat(reach(ZenTlb.ZEN_5, Map.of(PageSize.K4, 8192L, PageSize.M2, 2 * MIB)))
                .isEqualTo(new TlbReach(ZenTlb.ZEN_5, 8192, 2 * MIB, 0));
    }
}
