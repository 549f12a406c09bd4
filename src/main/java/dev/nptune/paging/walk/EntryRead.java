package dev.nptune.paging.walk;

/// An entry of a page table as it was read.
///
/// @param level 1 for the last table, up to 5
/// @param address of the entry, physical in its own dimension
/// @param value the entry; the upper half is 0 for one of 32 bits
public record EntryRead(int level, long address, long value) {}
