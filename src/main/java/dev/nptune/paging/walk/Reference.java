package dev.nptune.paging.walk;

/// One memory access of a walk in two dimensions. Of the 24 that a walk of four levels in both makes, 20 read nested
/// entries and 4 the guest's.
///
/// @param guestLevel the guest's table on whose account it is made, 5 to 1; 0 for the page itself
/// @param nestedLevel the nested table read, 5 to 1; 0 if this reads the guest's entry
/// @param address host-physical address of the entry
/// @param value the entry
public record Reference(int guestLevel, int nestedLevel, long address, long value) {
    /// Whether it reads one of the guest's own entries.
    public boolean ofGuest() {
        return nestedLevel == 0;
    }
}
