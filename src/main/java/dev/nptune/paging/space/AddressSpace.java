package dev.nptune.paging.space;

import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.walk.TableRoot;
import java.util.Optional;

/// All that a set of page tables maps.
///
/// Tables may be hostile: what they say is bounded by [Limits], every address is held against the dump, and whatever
/// is wrong becomes a [Remark] with its address while the rest goes on. Rights are reported, not enforced: what the
/// nested tables take away shows in a run.
///
/// @param memory what the tables lie in
/// @param tables the tables: of a machine, of a guest, or nested ones for what a guest's physical addresses are
/// @param nested the tables under which those of a guest lie; empty for one dimension
/// @param limits when to give up
public record AddressSpace(PhysicalMemory memory, TableRoot tables, Optional<TableRoot> nested, Limits limits) {
    /// One dimension: bare metal, shadow tables, or nested tables by themselves.
    public static AddressSpace of(PhysicalMemory memory, TableRoot tables) {
        return new AddressSpace(memory, tables, Optional.empty(), Limits.USUAL);
    }

    /// Two dimensions.
    public static AddressSpace of(PhysicalMemory memory, TableRoot guest, TableRoot nested) {
        return new AddressSpace(memory, guest, Optional.of(nested), Limits.USUAL);
    }

    /// The same with other limits.
    public AddressSpace within(Limits other) {
        return new AddressSpace(memory, tables, nested, other);
    }

    /// Hands every mapping over, from the lowest address to the highest; long mode's upper half, which is negative as
    /// a `long`, comes last. Without paging the space is 4 GiB.
    public Walked walk(SpaceVisitor visitor) {
        return new SpaceScan(memory, tables, nested.orElse(null), limits, visitor).walk();
    }
}
