package dev.nptune.paging.vmcb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.paging.TestMemory;
import dev.nptune.paging.TestTables;
import dev.nptune.paging.memory.Extent;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.type.Pat;
import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.PagingMode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is a VMCB and what only looks like one.
class VmcbSearchTest {
    private static final long ALL = TestTables.W | TestTables.U;

    private final TestMemory memory = new TestMemory(256, 5);
    private final TestTables tables = new TestTables(memory, PagingMode.FOUR_LEVEL);
    private final long page = memory.page();

    VmcbSearchTest() {
        tables.map(0x1000, 0x2000, PageSize.K4, ALL, ALL);
        write(0x010, 0x1f);
        write(0x058, 7);
        write(0x070, 0x400);
        write(0x078, 0x1_0000_0004L);
        write(0x080, 0xfee0_0000L);
        write(0x090, 1);
        write(0x0b0, tables.root());
        write(0x0c0, 0x10);
        memory.bytes().set(ValueLayout.JAVA_BYTE, page + 0x4cb, (byte) 3);
        write(0x4d0, 0x1d01);
        write(0x548, 0x6f0);
        write(0x550, 0x1234_5000L);
        write(0x558, 0x8005_0033L);
        write(0x560, 0x400);
        write(0x568, 0xffff_0ff0L);
        write(0x570, 0x246);
        write(0x578, 0xffff_ffff_8100_0000L);
        write(0x640, 0x7f00_0000_1000L);
        write(0x668, Pat.LINUX.value());
    }

    @Test
    void oneWithNestedPagingIsRead() {
        assertThat(search())
                .containsExactly(new Vmcb(
                        page,
                        7,
                        0,
                        0x400,
                        0x1_0000_0004L,
                        0xfee0_0000L,
                        1,
                        tables.root(),
                        0x10,
                        3,
                        0x1d01,
                        0x8005_0033L,
                        0x7f00_0000_1000L,
                        0x1234_5000L,
                        0x6f0,
                        0xffff_ffff_8100_0000L,
                        Pat.LINUX,
                        Vmcb.Root.LIVE));
        assertThat(search().getFirst().guestMode()).isEqualTo(PagingMode.FOUR_LEVEL);
        assertThat(search().getFirst().nestedTables(48).table()).isEqualTo(tables.root());
    }

    @Test
    void oneWithoutNestedPagingHasTheShadowTablesInCr3() {
        write(0x090, 0);
        write(0x0b0, 0);
        write(0x668, 0);
        write(0x550, tables.root());
        assertThat(search()).singleElement().satisfies(vmcb -> {
            assertThat(vmcb.nested()).isFalse();
            assertThat(vmcb.root()).isEqualTo(Vmcb.Root.LIVE);
            assertThat(vmcb.guestTables(48).table()).isEqualTo(tables.root());
        });
    }

    @Test
    void oneOfAGuestThatHasNotBootedYet() {
        write(0x4d0, 0x1000);
        write(0x548, 0);
        write(0x550, 0);
        write(0x558, 0x10);
        write(0x570, 2);
        assertThat(search()).hasSize(1);
    }

    /// Each is a reason for which VMRUN would refuse it or which no hypervisor writes.
    @ParameterizedTest
    @CsvSource({
        "0x010, 0x1e",
        "0x058, 0",
        "0x058, 0x10000",
        "0x058, 0x800000007",
        "0x090, 0x8001",
        "0x0b0, 0x1000000",
        "0x0b0, 0",
        "0x4d0, 0x0d01",
        "0x4d0, 0x1d03",
        "0x4d0, 0x1101",
        "0x548, 0x10006f0",
        "0x548, 0x6d0",
        "0x550, 0x8000000000000000",
        "0x558, 0x180050033",
        "0x558, 0xa0050033",
        "0x558, 0x80050032",
        "0x560, 0x100000400",
        "0x568, 0x1ffff0ff0",
        "0x570, 0x244",
        "0x570, 0x20246",
        "0x570, 0x400000246",
        "0x668, 0x0207010600070106"
    })
    void whatVmrunWouldRefuseIsNone(String offset, String value) {
        write(Integer.decode(offset), Long.parseUnsignedLong(value.substring(value.startsWith("0x") ? 2 : 0), 16));
        if (offset.equals("0x570") && value.equals("0x20246")) {
            // Virtual-8086 mode is legal.
            assertThat(search()).hasSize(1);
        } else {
            assertThat(search()).isEmpty();
        }
    }

    @Test
    void theRootOfAStalePageIsTold() {
        write(0x0b0, memory.page());
        assertThat(search()).extracting(Vmcb::root).containsExactly(Vmcb.Root.EMPTY);
        long text = memory.page();
        for (int i = 0; i < 512; i++) {
            memory.write(text + i * 8L, 8, 0x6f6f_6f6f_6f6f_6f6fL);
        }
        write(0x0b0, text);
        assertThat(search()).extracting(Vmcb::root).containsExactly(Vmcb.Root.NO_TABLE);
        long circle = memory.page();
        for (int i = 0; i < 512; i++) {
            memory.write(circle + i * 8L, 8, circle | ALL | TestTables.P);
        }
        write(0x0b0, circle);
        // As a table of last level it maps itself.
        assertThat(search()).extracting(Vmcb::root).containsExactly(Vmcb.Root.LIVE);
    }

    @Test
    void otherPagesAreNone() {
        SplittableRandom random = new SplittableRandom(3);
        MemorySegment bytes = Arena.ofAuto().allocate(64L << 20);
        for (long at = 0; at < bytes.byteSize(); at += 8) {
            bytes.set(ValueLayout.JAVA_LONG, at, random.nextLong() >>> random.nextInt(64));
        }
        PhysicalMemory other = PhysicalMemory.of(bytes, List.of(new Extent(0, bytes.byteSize(), 0)));
        assertThat(VmcbSearch.search(other, 48).vmcbs()).isEmpty();
    }

    @Test
    void addressesArePhysicalOnes() {
        PhysicalMemory shifted = PhysicalMemory.of(
                memory.bytes(),
                List.of(new Extent(0, page, 0), new Extent(page + 0x1_0000_0000L, 256 * 4096 - page, page)));
        boolean rootIsThere = shifted.contains(tables.root(), 4096);
        assertThat(VmcbSearch.search(shifted, 48).vmcbs())
                .extracting(Vmcb::address)
                .isEqualTo(rootIsThere ? List.of(page + 0x1_0000_0000L) : List.of());
    }

    @Test
    void tooManyAreCutOff() {
        int pages = VmcbSearch.MOST_FOUND + 300;
        MemorySegment bytes = Arena.ofAuto().allocate(pages * 4096L);
        for (long at = 0; at < bytes.byteSize(); at += 4096) {
            MemorySegment.copy(memory.bytes(), page, bytes, at, 4096);
        }
        bytes.asSlice(tables.root(), 4096).fill((byte) 0);
        VmcbSearch.Found found =
                VmcbSearch.search(PhysicalMemory.of(bytes, List.of(new Extent(0, bytes.byteSize(), 0))), 48);
        assertThat(found.vmcbs()).hasSize(VmcbSearch.MOST_FOUND);
        assertThat(found.complete()).isFalse();
    }

    private List<Vmcb> search() {
        return VmcbSearch.search(memory.memory(), 48).vmcbs();
    }

    private void write(int offset, long value) {
        memory.write(page + offset, 8, value);
    }
}
