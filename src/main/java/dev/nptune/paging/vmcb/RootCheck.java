package dev.nptune.paging.vmcb;

import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.vmcb.Vmcb.Root;
import dev.nptune.paging.walk.EntryFormat;
import dev.nptune.paging.walk.TableRoot;
import java.util.OptionalLong;

/// Whether something looks like page tables. Tables that point to themselves or to each other are legal, so the
/// search for a page is cut off after [#MOST_TABLES].
final class RootCheck {
    static final int MOST_TABLES = 64;

    private final PhysicalMemory memory;
    private final TableRoot root;
    private final EntryFormat format;
    private int tables;

    RootCheck(PhysicalMemory memory, TableRoot root) {
        this.memory = memory;
        this.root = root;
        format = new EntryFormat(root);
    }

    Root check() {
        return look(root.table(), root.mode().levels());
    }

    /// A table is live if all its present entries are in order and one of them leads to a page.
    private Root look(long table, int level) {
        tables++;
        int present = 0;
        for (int i = 0; i < root.mode().entries(level); i++) {
            OptionalLong entry = entry(table, i);
            if (entry.isEmpty()) {
                return Root.NO_TABLE;
            }
            if ((entry.getAsLong() & EntryFormat.P) != 0) {
                if (!isInOrder(entry.getAsLong(), level)) {
                    return Root.NO_TABLE;
                }
                present++;
            }
        }
        if (present == 0) {
            return Root.EMPTY;
        }
        return leadsToPage(table, level) ? Root.LIVE : Root.NO_TABLE;
    }

    private boolean isInOrder(long entry, int level) {
        return format.reservedBits(entry, level) == 0 && (!root.nested() || (entry & EntryFormat.U) != 0);
    }

    private boolean leadsToPage(long table, int level) {
        for (int i = 0; i < root.mode().entries(level); i++) {
            long entry = entry(table, i).orElse(0);
            if ((entry & EntryFormat.P) == 0) {
                continue;
            }
            if (format.isPage(entry, level)) {
                return true;
            }
            if (tables < MOST_TABLES && look(format.table(entry), level - 1) == Root.LIVE) {
                return true;
            }
        }
        return false;
    }

    private OptionalLong entry(long table, int index) {
        return root.mode().entryBytes() == 4 ? memory.read32(table + 4L * index) : memory.read64(table + 8L * index);
    }
}
