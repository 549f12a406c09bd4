package dev.nptune.paging.space;

import dev.nptune.paging.walk.PageSize;

/// Mappings that follow each other without a gap in all dimensions and are of one kind. Its length may be of several
/// pages, or of less than one where the other dimension's pages are smaller.
public sealed interface Run {
    /// First address translated: virtual, or guest-physical for nested tables alone.
    long virtual();

    /// Length in bytes, a multiple of 4 KiB.
    long bytes();

    /// Host-physical address of the first byte; guest-physical where only the guest's tables are read.
    long physical();

    /// The page that the TLB keeps.
    PageSize tlbSize();

    /// One dimension.
    ///
    /// @param leaf what its tables say
    record Single(long virtual, long bytes, long physical, Leaf leaf) implements Run {
        @Override
        public PageSize tlbSize() {
            return leaf.size();
        }
    }

    /// Two dimensions.
    ///
    /// @param guestPhysical what `virtual` is for the guest
    /// @param physical what that is for the host
    /// @param guest what the guest's tables say; without guest paging a page of [PageSize#G1] with all rights
    /// @param nested what the nested tables say of the page itself
    record Nested(long virtual, long bytes, long guestPhysical, long physical, Leaf guest, Leaf nested) implements Run {
        @Override
        public PageSize tlbSize() {
            return guest.size().smaller(nested.size());
        }
    }
}
