package dev.nptune.paging.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MtrrsTest {
    private static final String PROC = """
            reg00: base=0x000000000 (    0MB), size= 2048MB, count=1: write-back
            reg01: base=0x080000000 ( 2048MB), size= 1024MB, count=1: write-back
            reg02: base=0x0bf000000 ( 3056MB), size=   16MB, count=1: uncachable
            reg03: base=0x0000a0000 (    0MB), size=   64KB, count=2: write-combining
            reg04: base=0x0c0000000 ( 3072MB), size=  256MB, count=1: write-combining
            nonsense
            reg05: base=0x000000001 (    0MB), size=   64KB, count=2: write-back
            """;

    @Test
    void procNamesRangesAndTypes() {
        Mtrrs mtrrs = Mtrrs.ofProc(PROC, 0x1_4000_0000L);
        assertThat(mtrrs.variable()).hasSize(5);
        assertThat(mtrrs.type(0x1000)).isEqualTo(MemoryType.WB);
        assertThat(mtrrs.type(0x8000_0000L)).isEqualTo(MemoryType.WB);
        assertThat(mtrrs.type(0xbf00_0000L)).isEqualTo(MemoryType.UC);
        assertThat(mtrrs.type(0xc123_4567L)).isEqualTo(MemoryType.WC);
        assertThat(mtrrs.type(0xfee0_0000L)).isEqualTo(MemoryType.UC);
        assertThat(mtrrs.type(0x1_0000_0000L)).isEqualTo(MemoryType.WB);
        assertThat(mtrrs.type(0x1_4000_0000L)).isEqualTo(MemoryType.UC);
    }

    @Test
    void overlapsAreAsTheManualSays() {
        assertThat(overlap(MemoryType.UC, MemoryType.WB)).isEqualTo(MemoryType.UC);
        assertThat(overlap(MemoryType.WB, MemoryType.WT)).isEqualTo(MemoryType.WT);
        assertThat(overlap(MemoryType.WT, MemoryType.WB)).isEqualTo(MemoryType.WT);
        assertThat(overlap(MemoryType.WC, MemoryType.WC)).isEqualTo(MemoryType.WC);
        assertThat(overlap(MemoryType.WC, MemoryType.WB)).isEqualTo(MemoryType.UC);
    }

    private static MemoryType overlap(MemoryType one, MemoryType other) {
        return new Mtrrs(
                        MemoryType.WB,
                        List.of(),
                        List.of(Mtrr.range(0, 1 << 20, one), Mtrr.range(0, 1 << 21, other)),
                        0)
                .type(0x5000);
    }

    @Test
    void fixedRangesComeFirstBelowOneMebibyte() {
        List<MemoryType> fixed = new java.util.ArrayList<>(Collections.nCopies(88, MemoryType.WB));
        fixed.set(7, MemoryType.WT);
        fixed.set(8, MemoryType.WP);
        fixed.set(23, MemoryType.WC);
        fixed.set(24, MemoryType.UC);
        fixed.set(87, MemoryType.WC);
        Mtrrs mtrrs = new Mtrrs(MemoryType.UC, fixed, List.of(Mtrr.range(0, 1L << 31, MemoryType.WB)), 0);
        assertThat(mtrrs.type(0x7_ffff)).isEqualTo(MemoryType.WT);
        assertThat(mtrrs.type(0x8_0000)).isEqualTo(MemoryType.WP);
        assertThat(mtrrs.type(0x8_4000)).isEqualTo(MemoryType.WB);
        assertThat(mtrrs.type(0xb_ffff)).isEqualTo(MemoryType.WC);
        assertThat(mtrrs.type(0xc_0000)).isEqualTo(MemoryType.UC);
        assertThat(mtrrs.type(0xf_ffff)).isEqualTo(MemoryType.WC);
        assertThat(mtrrs.type(0x10_0000)).isEqualTo(MemoryType.WB);
        assertThat(mtrrs.until(0x7_ffff)).isEqualTo(0x8_0000);
        assertThat(mtrrs.until(0x8_0000)).isEqualTo(0x8_4000);
        assertThat(mtrrs.until(0xf_f123)).isEqualTo(0x10_0000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Mtrrs(MemoryType.UC, List.of(MemoryType.WB), List.of(), 0));
    }

    @Test
    void typesAreTheSameUpToTheNextBoundary() {
        Mtrrs mtrrs = Mtrrs.ofProc(PROC, 0x1_4000_0000L);
        long at = 0;
        List<Long> boundaries = new java.util.ArrayList<>();
        while (at != Long.MAX_VALUE) {
            boundaries.add(at);
            long next = mtrrs.until(at);
            assertThat(next).isGreaterThan(at);
            assertThat(mtrrs.type(next - 1)).isEqualTo(mtrrs.type(at));
            at = next;
        }
        assertThat(boundaries)
                .containsExactly(
                        0L,
                        0xa_0000L,
                        0xb_0000L,
                        0x8000_0000L,
                        0xbf00_0000L,
                        0xc000_0000L,
                        0xd000_0000L,
                        0x1_0000_0000L,
                        0x1_4000_0000L);
    }
}
