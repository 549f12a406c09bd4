package dev.nptune.paging.vmcb;

import dev.nptune.paging.type.Pat;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;

/// A virtual machine control block as far as it speaks of paging (APM volume 2, appendix B). The guest's registers
/// are those of its last exit.
///
/// @param address host-physical address of its page
/// @param asid address space identifier, 1 to 65535
/// @param tlbControl what VMRUN flushes
/// @param exitCode why the guest last stopped, 0x400 for a nested page fault
/// @param exitInfo1 its first operand
/// @param exitInfo2 its second operand
/// @param nestedControl bit 0 is nested paging
/// @param nestedCr3 the nested page tables; meaningless without nested paging
/// @param clean what the processor may take from its cache; bit 4 is nested paging with `g_pat`
/// @param cpl privilege level
/// @param efer EFER, with SVME, which the guest does not see
/// @param cr0 CR0
/// @param cr2 CR2
/// @param cr3 CR3: guest-physical with nested paging, else the host-physical address of the shadow page tables
/// @param cr4 CR4
/// @param rip instruction pointer
/// @param gPat the guest's PAT in force; meaningless without nested paging
/// @param root whether the tables at `nested_cr3`, or without nested paging at `cr3`, look like page tables
public record Vmcb(
        long address,
        int asid,
        int tlbControl,
        long exitCode,
        long exitInfo1,
        long exitInfo2,
        long nestedControl,
        long nestedCr3,
        int clean,
        int cpl,
        long efer,
        long cr0,
        long cr2,
        long cr3,
        long cr4,
        long rip,
        Pat gPat,
        Root root) {
    private static final long LMA = 1L << 10;
    private static final long CD = 1L << 30;

    /// What is at the root. A page that was a VMCB once and is free now still looks like one, and its tables are most
    /// likely somebody else's memory by now.
    public enum Root {
        /// A table in which every present entry is well-formed, with a way down to a page.
        LIVE,
        /// A table without entries: a guest that has not run yet, or just gave up its tables.
        EMPTY,
        /// Anything else.
        NO_TABLE
    }

    /// Whether nested paging is on.
    public boolean nested() {
        return (nestedControl & 1) != 0;
    }

    /// Whether the guest runs in long mode with paging.
    public boolean longMode() {
        return (efer & LMA) != 0;
    }

    /// CR0.CD.
    public boolean cacheDisabled() {
        return (cr0 & CD) != 0;
    }

    /// How the guest's own tables are read.
    public PagingMode guestMode() {
        return PagingMode.of(cr0, cr4, efer);
    }

    /// The guest's tables; with nested paging at a guest-physical address. Without it they are KVM's shadow tables,
    /// at a host-physical one, whatever the guest thinks of its own.
    ///
    /// @param physicalBits MAXPHYADDR of the guest, or the host's without nested paging
    public TableRoot guestTables(int physicalBits) {
        return TableRoot.of(cr0, cr3, cr4, efer, physicalBits);
    }

    /// The nested tables of a host with four levels.
    ///
    /// @param physicalBits MAXPHYADDR of the host
    public TableRoot nestedTables(int physicalBits) {
        return TableRoot.nested(nestedCr3, physicalBits);
    }
}
