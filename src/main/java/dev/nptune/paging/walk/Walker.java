package dev.nptune.paging.walk;

import dev.nptune.paging.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Translates single addresses through page tables in physical memory, in the way that is easiest to follow. Tables
/// may be hostile: a walk reads at most five entries.
public final class Walker {
    /// Reads entries of tables.
    @FunctionalInterface
    interface EntryReader {
        /// Reads an entry.
        ///
        /// @param address of the entry, in the tables' own dimension
        /// @return empty if it cannot be read
        OptionalLong read(int level, long address);
    }

    private final TableRoot root;
    private final EntryFormat format;
    private final EntryReader reader;

    /// @param memory what the tables lie in
    public Walker(PhysicalMemory memory, TableRoot root) {
        this(
                root,
                root.mode().entryBytes() == 4
                        ? (_, address) -> memory.read32(address)
                        : (_, address) -> memory.read64(address));
    }

    Walker(TableRoot root, EntryReader reader) {
        this.root = root;
        this.reader = reader;
        format = new EntryFormat(root);
    }

    /// Translates an address.
    public Walk walk(long virtual) {
        if (!root.covers(virtual)) {
            return new Walk.NonCanonical(virtual);
        }
        if (root.mode() == PagingMode.NONE) {
            return new Walk.Mapped(virtual, virtual, PageSize.G1, Permissions.ALL, true, true, false, 0, List.of());
        }
        return walkTables(virtual);
    }

    private Walk walkTables(long virtual) {
        List<EntryRead> entries = new ArrayList<>();
        Permissions permissions = Permissions.ALL;
        long table = root.table();
        for (int level = root.mode().levels(); ; level--) {
            long address =
                    table + (long) root.index(virtual, level) * root.mode().entryBytes();
            OptionalLong read = reader.read(level, address);
            if (read.isEmpty()) {
                return new Walk.NotInDump(virtual, level, address, entries);
            }
            long entry = read.getAsLong();
            entries.add(new EntryRead(level, address, entry));
            if ((entry & EntryFormat.P) == 0) {
                return new Walk.NotPresent(virtual, entries);
            }
            long reserved = format.reservedBits(entry, level);
            if (reserved != 0) {
                return new Walk.Reserved(virtual, reserved, entries);
            }
            permissions = permissions.and(format.permissions(entry, level));
            if (format.isPage(entry, level)) {
                return mapped(virtual, level, entry, permissions, entries);
            }
            table = format.table(entry);
        }
    }

    private Walk mapped(long virtual, int level, long entry, Permissions permissions, List<EntryRead> entries) {
        int shift = root.mode().shift(level);
        return new Walk.Mapped(
                virtual,
                format.page(entry, level) | (virtual & ((1L << shift) - 1)),
                PageSize.ofShift(shift),
                permissions,
                (entry & EntryFormat.A) != 0,
                (entry & EntryFormat.D) != 0,
                (entry & EntryFormat.G) != 0,
                EntryFormat.patIndex(entry, level),
                entries);
    }
}
