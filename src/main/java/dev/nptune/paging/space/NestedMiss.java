package dev.nptune.paging.space;

/// Why nested tables have no page for an address.
public enum NestedMiss {
    /// An entry is not present.
    NOT_PRESENT,
    /// An entry has reserved bits set.
    RESERVED,
    /// A table is not in the dump.
    NOT_IN_DUMP,
    /// The address has more bits than the tables translate.
    OUT_OF_RANGE
}
