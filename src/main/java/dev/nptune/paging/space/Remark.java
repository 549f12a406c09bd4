package dev.nptune.paging.space;

/// Something in the tables that is no mapping. All but [SelfMap] mean that a part of the address space is left out.
public sealed interface Remark {
    /// First address of the part of the address space concerned: virtual, or guest-physical for nested tables alone.
    long virtual();

    /// Bytes of that part.
    long bytes();

    /// A present entry with reserved bits set.
    ///
    /// @param level of the entry
    /// @param entryAddress of the entry, physical in the dimension of the tables walked
    /// @param entry its value
    record Reserved(long virtual, long bytes, int level, long entryAddress, long entry) implements Remark {}

    /// A table that the dump does not have.
    ///
    /// @param level of the table
    /// @param table its address, physical in the dimension of the tables walked
    record NoTable(long virtual, long bytes, int level, long table) implements Remark {}

    /// A table of the guest's for whose address the nested tables have no page.
    ///
    /// @param level of the table
    /// @param table its guest-physical address
    /// @param why what the nested tables have instead
    record TableNotNested(long virtual, long bytes, int level, long table, NestedMiss why) implements Remark {}

    /// Pages of the guest's for which the nested tables have none: memory that it has not touched, or a device.
    ///
    /// @param guestPhysical where the guest has them
    /// @param why what the nested tables have instead
    record PageNotNested(long virtual, long bytes, long guestPhysical, NestedMiss why) implements Remark {}

    /// An entry that points to a table on the way to it: the tables map themselves, as Windows' do. It is followed
    /// like any other.
    ///
    /// @param level of the entry
    /// @param entryAddress of the entry, physical in the dimension of the tables walked
    /// @param table where it points to
    record SelfMap(long virtual, long bytes, int level, long entryAddress, long table) implements Remark {}

    /// Entries for a table that was followed as often as [Limits#visits()] says; it is not followed again. Linux
    /// has the same table thousands of times for the stacks of espfix, and with KASAN maps terabytes by a few.
    ///
    /// @param level of the table
    /// @param table its address
    record Shared(long virtual, long bytes, int level, long table) implements Remark {}
}
