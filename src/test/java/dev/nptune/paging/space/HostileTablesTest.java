package dev.nptune.paging.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.paging.TestMemory;
import dev.nptune.paging.TestTables;
import dev.nptune.paging.memory.Extent;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.vmcb.VmcbSearch;
import dev.nptune.paging.walk.Access;
import dev.nptune.paging.walk.NestedWalker;
import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;
import dev.nptune.paging.walk.Walker;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Tables that are none, lead in circles or are everywhere the same: every walk ends, and soon.
class HostileTablesTest {
    private static final long ALL = TestTables.W | TestTables.U;
    private static final Limits SMALL = new Limits(8, 2_000_000);

    @Test
    @Timeout(60)
    void anyBytesEnd() {
        for (int seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            PhysicalMemory memory = garbage(random);
            for (PagingMode mode : PagingMode.values()) {
                TableRoot guest = new TableRoot(
                        mode, random.nextInt(64) * 4096L, random.nextBoolean(), random.nextBoolean(), 52, false);
                TableRoot nested = TableRoot.nested(
                        mode == PagingMode.NONE ? PagingMode.FOUR_LEVEL : mode, random.nextInt(64) * 4096L, true, 52);
                Walked one = AddressSpace.of(memory, guest).within(SMALL).walk(new Recorder());
                Walked two =
                        AddressSpace.of(memory, guest, nested).within(SMALL).walk(new Recorder());
                assertThat(one.entries()).isLessThan(SMALL.entries() + 2000);
                assertThat(two.entries()).isLessThan(SMALL.entries() + 2000);
                for (int i = 0; i < 50; i++) {
                    new Walker(memory, guest).walk(random.nextLong() >> random.nextInt(64));
                    new NestedWalker(memory, guest, nested).walk(random.nextLong() >> random.nextInt(64), Access.READ);
                }
            }
            VmcbSearch.search(memory, 52);
        }
    }

    /// Entries that are present more often than not and point into the memory, of which a part is missing.
    private static PhysicalMemory garbage(SplittableRandom random) {
        MemorySegment bytes = Arena.ofAuto().allocate(64 * 4096);
        for (long at = 0; at < bytes.byteSize(); at += 8) {
            long entry = random.nextInt(3) == 0
                    ? random.nextLong()
                    : (random.nextInt(70) * 4096L) | (random.nextInt(4) == 0 ? 0xe7 : 0x67);
            bytes.set(ValueLayout.JAVA_LONG, at, random.nextInt(4) == 0 ? 0 : entry);
        }
        return PhysicalMemory.of(
                bytes, List.of(new Extent(0, 40 * 4096, 0), new Extent(50 * 4096, 14 * 4096 - 100, 40 * 4096)));
    }

    @Test
    @Timeout(20)
    void aTableFullOfItselfIsFollowedAFewTimes() {
        TestMemory memory = new TestMemory(8, 1);
        TestTables tables = new TestTables(memory, PagingMode.FOUR_LEVEL);
        for (int i = 0; i < 512; i++) {
            memory.write(tables.root() + i * 8L, 8, tables.root() | ALL | TestTables.P);
        }
        Recorder recorder = new Recorder();
        Walked walked = AddressSpace.of(memory.memory(), tables.tables(40)).walk(recorder);
        assertThat(walked.stopped()).isEmpty();
        assertThat(walked.tables()).isEqualTo(1 + 8 + 8 + 8);
        assertThat(recorder.remarks)
                .anyMatch(remark -> remark instanceof Remark.SelfMap map
                        && map.table() == tables.root()
                        && map.entryAddress() == tables.root());
        assertThat(recorder.remarks).anyMatch(Remark.Shared.class::isInstance);
    }

    @Test
    void aSelfMapIsToldAndMapsTheTables() {
        TestMemory memory = new TestMemory(16, 1);
        TestTables tables = new TestTables(memory, PagingMode.FOUR_LEVEL);
        tables.map(0x1000, 0x2000, PageSize.K4, ALL, ALL);
        memory.write(tables.root() + 0x1ed * 8, 8, tables.root() | ALL | TestTables.P);
        Recorder recorder = new Recorder();
        AddressSpace.of(memory.memory(), tables.tables(40)).walk(recorder);
        assertThat(recorder.remarks)
                .containsExactly(new Remark.SelfMap(
                        0xffff_f680_0000_0000L, 1L << 39, 4, tables.root() + 0x1ed * 8, tables.root()));
        // The page, and each of the four tables as a page.
        assertThat(recorder.runs.stream().mapToLong(Run::bytes).sum()).isEqualTo(5 * 4096);
        assertThat(recorder.runs)
                .anyMatch(run -> run.virtual() == 0xffff_f6fb_7dbe_d000L && run.physical() == tables.root());
    }

    @Test
    void tooManyEntriesEndTheWalkWithAnAddress() {
        TestMemory memory = new TestMemory(64, 1);
        TestTables tables = new TestTables(memory, PagingMode.FOUR_LEVEL);
        for (long i = 0; i < 20; i++) {
            tables.map(i << 30, 0x2000, PageSize.K4, ALL, ALL);
        }
        Walked walked = AddressSpace.of(memory.memory(), tables.tables(40))
                .within(new Limits(8, 10_000))
                .walk(new Recorder());
        assertThat(walked.stopped()).hasValueSatisfying(stopped -> {
            assertThat(stopped.virtual()).isBetween(4L << 30, 12L << 30);
            assertThat(stopped.table()).isNotZero();
        });
    }

    @Test
    void largeGuestPagesOverSharedNestedTablesEndToo() {
        TestMemory memory = new TestMemory(64, 1);
        TestTables nested = new TestTables(memory, PagingMode.FOUR_LEVEL);
        long root = nested.root();
        long pdpt = memory.page();
        long pd = memory.page();
        long pt = memory.page();
        for (int i = 0; i < 512; i++) {
            memory.write(root + i * 8L, 8, pdpt | ALL | TestTables.P);
            memory.write(pdpt + i * 8L, 8, pd | ALL | TestTables.P);
            memory.write(pd + i * 8L, 8, pt | ALL | TestTables.P);
            memory.write(pt + i * 8L, 8, i % 64 * 4096L | ALL | TestTables.P);
        }
        long guestRoot = 0x1000;
        for (int i = 0; i < 512; i++) {
            memory.write(guestRoot + i * 8L, 8, 0x2000 | ALL | TestTables.P);
            memory.write(0x2000 + i * 8L, 8, (long) i << 30 | ALL | TestTables.PS | TestTables.P);
        }
        Walked walked = AddressSpace.of(
                        memory.memory(),
                        new TableRoot(PagingMode.FOUR_LEVEL, guestRoot, true, true, 52, false),
                        TableRoot.nested(root, 52))
                .within(SMALL)
                .walk(new Recorder());
        assertThat(walked.entries()).isLessThan(SMALL.entries() + 10);
        assertThat(walked.stopped()).isPresent();
    }

    @Test
    void whatIsWrongIsToldWithItsAddress() {
        TestMemory memory = new TestMemory(16, 1);
        TestTables tables = new TestTables(memory, PagingMode.FOUR_LEVEL);
        tables.map(0x1000, 0x2000, PageSize.K4, ALL, ALL);
        memory.write(tables.root() + 8, 8, 0xfee0_0000L | TestTables.P);
        memory.write(tables.root() + 16, 8, 0x3000 | TestTables.P | TestTables.PS);
        Recorder recorder = new Recorder();
        AddressSpace.of(memory.memory(), tables.tables(40)).walk(recorder);
        assertThat(recorder.remarks)
                .containsExactly(
                        new Remark.NoTable(1L << 39, 1L << 39, 3, 0xfee0_0000L),
                        new Remark.Reserved(1L << 40, 1L << 39, 4, tables.root() + 16, 0x3081));
        assertThat(recorder.runs).hasSize(1);
    }
}
