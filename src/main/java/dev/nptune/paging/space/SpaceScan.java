package dev.nptune.paging.space;

import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.walk.EntryFormat;
import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The loop over all entries of all tables, fast. It must give what [dev.nptune.paging.walk.Walker] and
/// [dev.nptune.paging.walk.NestedWalker] give address by address. Used once.
final class SpaceScan {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long WITHOUT_PAGING = 1L << 32;

    private final PhysicalMemory memory;
    private final MemorySegment file;
    private final TableRoot root;
    private final PagingMode mode;
    private final EntryFormat format;
    private final @Nullable NestedLookup nested;
    private final RunMerger out;
    private final Limits limits;
    private final Map<Long, Integer> visits = new HashMap<>();
    private final long[] path = new long[6];
    private boolean insideSelfMap;
    private long tables;
    private long entries;
    private Walked.@Nullable Stopped stopped;

    SpaceScan(
            PhysicalMemory memory,
            TableRoot root,
            @Nullable TableRoot nestedRoot,
            Limits limits,
            SpaceVisitor visitor) {
        this.memory = memory;
        this.root = root;
        this.limits = limits;
        file = memory.file();
        mode = root.mode();
        format = new EntryFormat(root);
        nested = nestedRoot == null ? null : new NestedLookup(memory, nestedRoot);
        out = new RunMerger(visitor, nested != null);
    }

    Walked walk() {
        if (mode == PagingMode.NONE) {
            page(0, 0, WITHOUT_PAGING, Leaf.pack(PageSize.G1.shift(), Rights.ALL, 0), 0, 0);
        } else {
            table(0, mode.levels(), root.table(), Rights.ALL);
        }
        out.flush();
        return new Walked(tables, looked(), Optional.ofNullable(stopped));
    }

    private long looked() {
        return nested == null ? entries : entries + nested.entries();
    }

    private void table(long virtual, int level, long table, int rights) {
        int shift = mode.shift(level);
        long at = locate(virtual, level, table);
        if (at < 0) {
            return;
        }
        tables++;
        path[level] = table;
        int count = mode.entries(level);
        int width = mode.entryBytes();
        for (int i = 0; i < count && stopped == null; i++) {
            long entry = width == 8 ? file.get(U64, at + i * 8L) : Integer.toUnsignedLong(file.get(U32, at + i * 4L));
            entries++;
            if ((entry & EntryFormat.P) != 0) {
                present(extend(virtual | (long) i << shift), level, table + (long) i * width, entry, rights);
            }
        }
    }

    /// Where a table is in the file; negative if nowhere, which has been told then.
    private long locate(long virtual, int level, long table) {
        long bytes = (long) mode.entries(level) << mode.shift(level);
        long host = table;
        if (nested != null) {
            if (!nested.find(table)) {
                out.remark(new Remark.TableNotNested(virtual, bytes, level, table, nested.miss()));
                return -1;
            }
            host = nested.host();
        }
        long at = memory.offset(host, (long) mode.entries(level) * mode.entryBytes());
        if (at < 0) {
            out.remark(new Remark.NoTable(virtual, bytes, level, table));
        }
        return at;
    }

    private void present(long virtual, int level, long address, long entry, int rights) {
        if (looked() > limits.entries()) {
            stop(virtual, level, path[level]);
            return;
        }
        long bytes = 1L << mode.shift(level);
        if (format.reservedBits(entry, level) != 0) {
            out.remark(new Remark.Reserved(virtual, bytes, level, address, entry));
            return;
        }
        int left = Rights.and(rights, Rights.of(format, entry, level));
        if (format.isPage(entry, level)) {
            int leaf = Leaf.pack(mode.shift(level), left, EntryFormat.patIndex(entry, level));
            page(virtual, format.page(entry, level), bytes, leaf, level, path[level]);
        } else {
            follow(virtual, level, address, format.table(entry), left);
        }
    }

    private void follow(long virtual, int level, long address, long table, int rights) {
        long bytes = 1L << mode.shift(level);
        boolean selfMap = isOnPath(table, level);
        if (selfMap && !insideSelfMap) {
            out.remark(new Remark.SelfMap(virtual, bytes, level, address, table));
        }
        int before = visits.merge(table | level, 1, Integer::sum) - 1;
        if (before >= limits.visits()) {
            out.shared(virtual, bytes, level - 1, table);
            return;
        }
        boolean outer = insideSelfMap;
        insideSelfMap |= selfMap;
        table(virtual, level - 1, table, rights);
        insideSelfMap = outer;
    }

    private boolean isOnPath(long table, int level) {
        for (int above = level; above <= mode.levels(); above++) {
            if (path[above] == table) {
                return true;
            }
        }
        return false;
    }

    private void page(long virtual, long physical, long bytes, int leaf, int level, long table) {
        NestedLookup lookup = nested;
        if (lookup == null) {
            out.run(virtual, bytes, physical, physical, leaf, leaf);
            return;
        }
        long done = 0;
        while (done < bytes) {
            long address = physical + done;
            boolean found = lookup.find(address);
            long size = 1L << lookup.shift();
            long piece = Math.min(bytes - done, size - (address & (size - 1)));
            if (found) {
                out.run(virtual + done, piece, address, lookup.host(), leaf, lookup.leaf());
            } else {
                out.missing(virtual + done, piece, address, lookup.miss());
            }
            done += piece;
            if (looked() > limits.entries() && done < bytes) {
                stop(virtual + done, level, table);
                return;
            }
        }
    }

    private void stop(long virtual, int level, long table) {
        if (stopped == null) {
            stopped = new Walked.Stopped(virtual, level, table);
        }
    }

    /// Long mode's addresses have the sign of their highest translated bit; guest-physical ones have none.
    private long extend(long virtual) {
        if (!mode.isLong() || root.nested()) {
            return virtual;
        }
        int unused = 64 - mode.virtualBits();
        return virtual << unused >> unused;
    }
}
