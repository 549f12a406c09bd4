package dev.nptune.paging.tlb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.paging.space.PageMix;
import dev.nptune.paging.walk.PageSize;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TlbReachTest {
    private static final long GIB = 1L << 30;

    @Test
    void smallPagesReachSixMebibytesOnZen() {
        TlbReach reach = TlbReach.of(ZenTlb.ZEN.geometry(), new PageMix(Map.of(PageSize.K4, 4 * GIB)));
        assertThat(reach.l1()).isEqualTo(64 * 4096);
        assertThat(reach.l2()).isEqualTo(1536 * 4096);
    }

    @Test
    void largePagesReachMore() {
        TlbReach reach = TlbReach.of(ZenTlb.ZEN_4.geometry(), new PageMix(Map.of(PageSize.M2, 16 * GIB)));
        assertThat(reach.l1()).isEqualTo(72L << 21);
        assertThat(reach.l2Large()).isEqualTo(3072L << 21);
        assertThat(reach.l2Small()).isZero();
    }

    @Test
    void hugePagesAreBrokenUpBeforeZen3() {
        PageMix huge = new PageMix(Map.of(PageSize.G1, 16 * GIB));
        assertThat(TlbReach.of(ZenTlb.ZEN_2.geometry(), huge).l2()).isEqualTo(2048L << 21);
        assertThat(TlbReach.of(ZenTlb.ZEN_3.geometry(), huge).l2()).isEqualTo(16 * GIB);
    }

    @Test
    void nothingReachesMoreThanThereIs() {
        PageMix little = new PageMix(Map.of(PageSize.K4, 8192L, PageSize.M2, 1L << 21));
        TlbReach reach = TlbReach.of(ZenTlb.ZEN_5.geometry(), little);
        assertThat(reach.l1()).isEqualTo(little.total());
        assertThat(reach.l2()).isEqualTo(little.total());
    }

    @Test
    void sizesInUnitsOf32() {
        TlbGeometry scaled = ZenTlb.ZEN_5.geometry().scaled();
        assertThat(scaled.l2Data4K().entries()).isEqualTo(131072);
        assertThat(scaled.l1Data()).isEqualTo(ZenTlb.ZEN_5.geometry().l1Data());
        assertThat(scaled.l1Data().isFull()).isTrue();
    }
}
