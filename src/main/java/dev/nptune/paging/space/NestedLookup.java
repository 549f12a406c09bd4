package dev.nptune.paging.space;

import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.walk.EntryFormat;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Translates guest-physical addresses, fast: answers in fields, and last tables are remembered by 2 MiB. The plain
/// version is [dev.nptune.paging.walk.Walker].
final class NestedLookup {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int REMEMBERED = 1 << 12;
    private static final int BLOCK_SHIFT = 21;

    private final PhysicalMemory memory;
    private final MemorySegment file;
    private final TableRoot root;
    private final EntryFormat format;
    private final PagingMode mode;
    private final long[] blocks = new long[REMEMBERED];
    private final long[] tables = new long[REMEMBERED];
    private final int[] tableRights = new int[REMEMBERED];

    private long host;
    private int shift;
    private int leaf;
    private NestedMiss miss = NestedMiss.NOT_PRESENT;
    private long entries;

    NestedLookup(PhysicalMemory memory, TableRoot root) {
        this.memory = memory;
        this.root = root;
        file = memory.file();
        format = new EntryFormat(root);
        mode = root.mode();
        Arrays.fill(blocks, -1);
    }

    /// Translates an address.
    ///
    /// @return whether there is a page; then [#host()], [#shift()] and [#leaf()] tell it, otherwise [#miss()] and
    ///     [#shift()]
    boolean find(long address) {
        if (!root.covers(address)) {
            return missed(NestedMiss.OUT_OF_RANGE, 12);
        }
        int slot = (int) (address >>> BLOCK_SHIFT) & (REMEMBERED - 1);
        if (blocks[slot] == address >>> BLOCK_SHIFT) {
            entries++;
            long entry = file.get(U64, tables[slot] + (address >>> 12 & 511) * 8);
            return (entry & EntryFormat.P) == 0
                    ? missed(NestedMiss.NOT_PRESENT, 12)
                    : page(address, entry, 1, tableRights[slot]);
        }
        return walk(address);
    }

    private boolean walk(long address) {
        long table = root.table();
        int rights = Rights.ALL;
        for (int level = mode.levels(); ; level--) {
            long at = memory.offset(table, (long) mode.entries(level) * mode.entryBytes());
            if (at < 0) {
                return missed(NestedMiss.NOT_IN_DUMP, mode.shift(level));
            }
            if (level == 1 && mode.entryBytes() == 8) {
                remember(address, at, rights);
            }
            entries++;
            long entry = read(at, root.index(address, level));
            if ((entry & EntryFormat.P) == 0) {
                return missed(NestedMiss.NOT_PRESENT, mode.shift(level));
            }
            if (format.isPage(entry, level)) {
                return page(address, entry, level, rights);
            }
            if (format.reservedBits(entry, level) != 0) {
                return missed(NestedMiss.RESERVED, mode.shift(level));
            }
            rights = Rights.and(rights, Rights.of(format, entry, level));
            table = format.table(entry);
        }
    }

    private long read(long table, int index) {
        return mode.entryBytes() == 8
                ? file.get(U64, table + index * 8L)
                : Integer.toUnsignedLong(file.get(U32, table + index * 4L));
    }

    private void remember(long address, long table, int rights) {
        int slot = (int) (address >>> BLOCK_SHIFT) & (REMEMBERED - 1);
        blocks[slot] = address >>> BLOCK_SHIFT;
        tables[slot] = table;
        tableRights[slot] = rights;
    }

    private boolean page(long address, long entry, int level, int rights) {
        shift = mode.shift(level);
        if (format.reservedBits(entry, level) != 0) {
            return missed(NestedMiss.RESERVED, shift);
        }
        host = format.page(entry, level) | (address & ((1L << shift) - 1));
        leaf = Leaf.pack(
                shift, Rights.and(rights, Rights.of(format, entry, level)), EntryFormat.patIndex(entry, level));
        return true;
    }

    private boolean missed(NestedMiss why, int missingShift) {
        miss = why;
        shift = missingShift;
        return false;
    }

    /// Host-physical address.
    long host() {
        return host;
    }

    /// log₂ of the page's bytes, or of those around the address that are missing all together.
    int shift() {
        return shift;
    }

    /// As [Leaf] packs it.
    int leaf() {
        return leaf;
    }

    /// Why there is no page.
    NestedMiss miss() {
        return miss;
    }

    /// Entries read so far.
    long entries() {
        return entries;
    }
}
