package dev.nptune.paging.inspect;

import dev.nptune.paging.space.HugePages;
import dev.nptune.paging.space.PageMix;
import dev.nptune.paging.tlb.TlbReach;
import dev.nptune.paging.type.EffectiveType;
import dev.nptune.paging.type.MemoryType;
import dev.nptune.paging.type.PatVerdict;
import dev.nptune.paging.vmcb.Vmcb;
import dev.nptune.paging.walk.PagingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a dump of a host tells of the guests on it.
///
/// @param memory bytes of memory in the dump
/// @param vcpus of each VMCB in use what it says, in order of addresses
/// @param leftOver pages that were VMCBs once, or belong to a guest that has not run yet
/// @param complete whether all VMCBs were looked at
public record Inspection(long memory, List<Vcpu> vcpus, int leftOver, boolean complete) {
    public Inspection {
        vcpus = List.copyOf(vcpus);
    }

    /// A virtual CPU.
    ///
    /// @param vmcb its VMCB
    /// @param vm VMs are counted from 1 in the order in which they are found; vCPUs of one VM share nested tables.
    ///     Without nested paging they do not, and each counts as one
    /// @param pat the verdict on its PAT
    /// @param space what it has mapped: through the guest's tables as they are now, or KVM's shadow of them
    /// @param nested page sizes of all of the VM's memory in the nested tables; empty without nested paging
    /// @param nestedSmall why parts of that are on pages of 4 KiB, in stretches of 2 MiB
    public record Vcpu(
            Vmcb vmcb,
            int vm,
            PatVerdict pat,
            Space space,
            Optional<PageMix> nested,
            Map<HugePages.Reason, Long> nestedSmall) {}

    /// All that page tables map.
    ///
    /// @param mode how the tables are read
    /// @param guest bytes by page size in the guest's tables, or in the only ones
    /// @param nested the same in the nested tables, for what the guest has mapped; nothing with one dimension
    /// @param tlb the same as the TLB keeps it
    /// @param reach how much of that the second level of a core's TLB holds, if it is known
    /// @param small why parts are on pages of 4 KiB in the guest's tables, in stretches of 2 MiB
    /// @param types bytes by type in force: memory only, devices left out
    /// @param devices mappings of device memory, in order of devices and then of addresses, up to [#MOST_DEVICES]
    /// @param moreDevices mappings of device memory that are left out
    /// @param remarks what is no mapping, by kind, with how often and the first address
    /// @param tables tables read
    /// @param stopped the address where the walk was given up; empty if it reached the end
    public record Space(
            PagingMode mode,
            PageMix guest,
            PageMix nested,
            PageMix tlb,
            Optional<TlbReach> reach,
            Map<HugePages.Reason, Long> small,
            Map<MemoryType, Long> types,
            List<DeviceMapping> devices,
            long moreDevices,
            List<Noted> remarks,
            long tables,
            Optional<Long> stopped) {
        /// Mappings of device memory that are kept.
        public static final int MOST_DEVICES = 1000;
    }

    /// A mapping of device memory.
    ///
    /// @param device its name; `device` where the address is in no known one and not in the dump either
    /// @param virtual the guest's address
    /// @param guestPhysical what that is for the guest; empty with one dimension
    /// @param physical what that is for the host
    /// @param bytes its length
    /// @param meant the type that the guest meant, by the PAT that it wrote; empty if that is not known, or
    ///     if these are no tables of the guest's
    /// @param type what the processor does with it, and why
    public record DeviceMapping(
            String device,
            long virtual,
            Optional<Long> guestPhysical,
            long physical,
            long bytes,
            Optional<MemoryType> meant,
            EffectiveType type) {}

    /// Something that is no mapping.
    ///
    /// @param kind such as `entry with reserved bits`
    /// @param count how often
    /// @param bytes of the address space
    /// @param first where it was first seen: its address in words
    public record Noted(String kind, long count, long bytes, String first) {}
}
