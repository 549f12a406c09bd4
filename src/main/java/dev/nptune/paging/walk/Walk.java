package dev.nptune.paging.walk;

import java.util.List;

/// Where a walk through page tables of one dimension ended. Addresses are physical ones of that dimension.
public sealed interface Walk {
    /// The address that was to be translated.
    long virtual();

    /// The entries read, from the top table on.
    List<EntryRead> entries();

    /// There is a page.
    ///
    /// @param physical where the address itself is
    /// @param size of the page; without paging, [PageSize#G1], so that the other dimension's is the smaller one
    /// @param permissions what all entries together allow
    /// @param accessed A of the page's entry
    /// @param dirty D of the page's entry
    /// @param global G of the page's entry, without regard to CR4.PGE
    /// @param patIndex the entry of the PAT that applies, 0 to 7
    record Mapped(
            long virtual,
            long physical,
            PageSize size,
            Permissions permissions,
            boolean accessed,
            boolean dirty,
            boolean global,
            int patIndex,
            List<EntryRead> entries)
            implements Walk {
        public Mapped {
            entries = List.copyOf(entries);
        }
    }

    /// An entry without P, the last one read.
    record NotPresent(long virtual, List<EntryRead> entries) implements Walk {
        public NotPresent {
            entries = List.copyOf(entries);
        }

        /// Its level.
        public int level() {
            return entries.getLast().level();
        }
    }

    /// A present entry, the last one read, with reserved bits set: the processor raises a fault.
    ///
    /// @param bits those bits
    record Reserved(long virtual, long bits, List<EntryRead> entries) implements Walk {
        public Reserved {
            entries = List.copyOf(entries);
        }

        /// Its level.
        public int level() {
            return entries.getLast().level();
        }
    }

    /// The next entry is at an address that the dump does not have, such as a device's.
    ///
    /// @param level of that entry
    /// @param address of that entry
    record NotInDump(long virtual, int level, long address, List<EntryRead> entries) implements Walk {
        public NotInDump {
            entries = List.copyOf(entries);
        }
    }

    /// Not an address of this mode: its upper bits are no copies of the last one translated, or it has more bits than
    /// there are.
    record NonCanonical(long virtual) implements Walk {
        @Override
        public List<EntryRead> entries() {
            return List.of();
        }
    }
}
