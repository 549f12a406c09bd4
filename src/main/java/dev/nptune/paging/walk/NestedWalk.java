package dev.nptune.paging.walk;

import java.util.List;

/// Where a walk in two dimensions ended.
public sealed interface NestedWalk {
    /// The guest-virtual address that was to be translated.
    long virtual();

    /// The memory accesses made, in order.
    List<Reference> references();

    /// There is a page in both dimensions.
    ///
    /// @param guest the guest's dimension: virtual to guest-physical
    /// @param nested the nested dimension, for the page itself: guest-physical to host-physical
    record Mapped(Walk.Mapped guest, Walk.Mapped nested, List<Reference> references) implements NestedWalk {
        public Mapped {
            references = List.copyOf(references);
        }

        @Override
        public long virtual() {
            return guest.virtual();
        }

        /// The guest-physical address.
        public long guestPhysical() {
            return guest.physical();
        }

        /// The host-physical address.
        public long hostPhysical() {
            return nested.physical();
        }

        /// The page that the TLB keeps: the smaller of the two (APM volume 2, 15.25.9).
        public PageSize tlbSize() {
            return guest.size().smaller(nested.size());
        }
    }

    /// The guest's own tables have no such page: never [Walk.Mapped]. [Walk.NotInDump] is an entry that the nested
    /// tables
    /// place at a host-physical address that the dump does not have; its address is guest-physical.
    record GuestFault(Walk guest, List<Reference> references) implements NestedWalk {
        public GuestFault {
            references = List.copyOf(references);
        }

        @Override
        public long virtual() {
            return guest.virtual();
        }
    }

    /// The nested tables have no page for an address, or not with the permission; or the dump does not have them.
    record NotNested(long virtual, NestedFault fault, List<Reference> references) implements NestedWalk {
        public NotNested {
            references = List.copyOf(references);
        }
    }
}
