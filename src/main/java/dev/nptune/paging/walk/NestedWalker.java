package dev.nptune.paging.walk;

import dev.nptune.paging.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Translates a guest's virtual addresses to the host's physical ones, the way the processor does under nested
/// paging: every access to a table of the guest's goes through the nested tables first.
///
/// What the nested tables must allow (APM volume 2, 15.25.5 and 15.25.6): U for everything, W for the guest's tables,
/// since A and D are written there, and for the page what the access asks for. The host's CR0.WP does not count. The
/// guest's own permissions are reported, not enforced. A walk reads at most 35 entries, whatever the tables say.
public final class NestedWalker {
    private final PhysicalMemory memory;
    private final TableRoot guest;
    private final Walker nested;
    private final boolean fetchIsTold;

    /// @param memory the host's
    /// @param guest the guest's tables, at a guest-physical address
    /// @param nested the nested tables
    /// @param smep the host's CR4.SMEP, which counts for how a fault is reported only
    public NestedWalker(PhysicalMemory memory, TableRoot guest, TableRoot nested, boolean smep) {
        this.memory = memory;
        this.guest = guest;
        this.nested = new Walker(memory, nested);
        fetchIsTold = smep || nested.noExecute();
    }

    /// As above, without SMEP.
    public NestedWalker(PhysicalMemory memory, TableRoot guest, TableRoot nested) {
        this(memory, guest, nested, false);
    }

    /// Translates an address.
    public NestedWalk walk(long virtual, Access access) {
        return new Translation(virtual, access).walk();
    }

    /// One translation under way.
    private final class Translation {
        private final long virtual;
        private final Access access;
        private final List<Reference> references = new ArrayList<>();
        private Optional<NestedFault> fault = Optional.empty();

        Translation(long virtual, Access access) {
            this.virtual = virtual;
            this.access = access;
        }

        NestedWalk walk() {
            Walk walked = new Walker(guest, this::readGuest).walk(virtual);
            if (fault.isPresent()) {
                return new NestedWalk.NotNested(virtual, fault.get(), references);
            }
            if (!(walked instanceof Walk.Mapped mapped)) {
                return new NestedWalk.GuestFault(walked, references);
            }
            return translate(0, mapped.physical())
                    .<NestedWalk>map(page -> new NestedWalk.Mapped(mapped, page, references))
                    .orElseGet(() -> new NestedWalk.NotNested(virtual, fault.orElseThrow(), references));
        }

        private OptionalLong readGuest(int level, long guestPhysical) {
            Optional<Walk.Mapped> page = translate(level, guestPhysical);
            if (page.isEmpty()) {
                return OptionalLong.empty();
            }
            long host = page.get().physical();
            OptionalLong entry = guest.mode().entryBytes() == 4 ? memory.read32(host) : memory.read64(host);
            entry.ifPresent(value -> references.add(new Reference(level, 0, host, value)));
            return entry;
        }

        private Optional<Walk.Mapped> translate(int guestLevel, long guestPhysical) {
            Walk walked = nested.walk(guestPhysical);
            walked.entries().forEach(e -> references.add(new Reference(guestLevel, e.level(), e.address(), e.value())));
            boolean table = guestLevel > 0;
            if (walked instanceof Walk.Mapped page && allows(page.permissions(), table)) {
                return Optional.of(page);
            }
            fault = Optional.of(new NestedFault(guestPhysical, table, access, walked, fetchIsTold));
            return Optional.empty();
        }

        private boolean allows(Permissions permissions, boolean table) {
            if (access == Access.LOOK) {
                return true;
            }
            return permissions.user()
                    && (permissions.writable() || !(table || access == Access.WRITE))
                    && (permissions.executable() || table || access != Access.FETCH);
        }
    }
}
