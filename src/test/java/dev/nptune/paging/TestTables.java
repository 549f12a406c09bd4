package dev.nptune.paging;

import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/// Builds page tables, entry by entry, with none of the code under test but [PagingMode]'s numbers.
public final class TestTables {
    public static final long P = 1;
    public static final long W = 2;
    public static final long U = 4;
    public static final long NX = 1L << 63;
    public static final long PS = 0x80;

    private final TestMemory memory;
    private final PagingMode mode;
    private final LongSupplier pages;
    private final LongUnaryOperator toHost;
    private final long root;
    private boolean nested;

    /// @param pages gives addresses of new tables, in the tables' own dimension
    /// @param toHost where such an address is in memory
    public TestTables(TestMemory memory, PagingMode mode, LongSupplier pages, LongUnaryOperator toHost) {
        this.memory = memory;
        this.mode = mode;
        this.pages = pages;
        this.toHost = toHost;
        root = pages.getAsLong();
    }

    /// Tables of one dimension.
    public TestTables(TestMemory memory, PagingMode mode) {
        this(memory, mode, memory::page, address -> address);
    }

    /// Says that the tables translate guest-physical addresses.
    public TestTables asNested() {
        nested = true;
        return this;
    }

    public boolean isNested() {
        return nested;
    }

    public long root() {
        return root;
    }

    public TableRoot tables(int physicalBits) {
        return new TableRoot(mode, root, true, true, physicalBits, false);
    }

    public TableRoot nestedTables(int physicalBits) {
        return TableRoot.nested(mode, root, true, physicalBits);
    }

    /// The level of the tables whose entries map pages of a size.
    public static int level(PagingMode mode, PageSize size) {
        for (int level = 1; level <= mode.levels(); level++) {
            if (mode.shift(level) == size.shift()) {
                return level;
            }
        }
        throw new IllegalArgumentException(size + " in " + mode);
    }

    /// Maps a page.
    ///
    /// @param bits of the page's entry besides address, P and PS
    /// @param upper of the entries of tables on the way that are not there yet, besides P
    public void map(long virtual, long physical, PageSize size, long bits, long upper) {
        int last = level(mode, size);
        long entry = size == PageSize.M4 ? (physical & 0xffc00000L) | (physical >>> 32 & 0xff) << 13 : physical;
        write(place(virtual, last, upper), entry | bits | P | (last > 1 ? PS : 0));
    }

    /// The host-physical address of the entry for an address at a level; tables on the way are made.
    public long place(long virtual, int level, long upper) {
        long table = root;
        for (int at = mode.levels(); ; at--) {
            long place = toHost.applyAsLong(table) + index(virtual, at) * mode.entryBytes();
            if (at == level) {
                return place;
            }
            long entry = memory.read(place, mode.entryBytes());
            if ((entry & P) == 0) {
                boolean top = mode == PagingMode.PAE && at == 3;
                entry = pages.getAsLong() | P | (top ? 0 : upper);
                memory.write(place, mode.entryBytes(), entry);
            }
            table = entry & 0x000f_ffff_ffff_f000L;
        }
    }

    public void write(long place, long entry) {
        memory.write(place, mode.entryBytes(), entry);
    }

    public long read(long place) {
        return memory.read(place, mode.entryBytes());
    }

    private long index(long virtual, int level) {
        int bits = mode == PagingMode.LEGACY ? 10 : 9;
        return virtual >>> mode.shift(level) & ((1L << (mode == PagingMode.PAE && level == 3 ? 2 : bits)) - 1);
    }
}
