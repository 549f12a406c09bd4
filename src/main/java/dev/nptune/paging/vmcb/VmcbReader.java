package dev.nptune.paging.vmcb;

import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.type.Pat;
import dev.nptune.paging.vmcb.Vmcb.Root;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/// Decides whether a page is a VMCB, and reads it.
final class VmcbReader {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// NP, SEV, SEV-ES, guest mode execute trap and its like; higher bits are reserved.
    private static final long NESTED_CONTROL_BITS = 0x1ff;

    private final PhysicalMemory memory;
    private final PagingMode nestedMode;
    private final int physicalBits;

    /// @param nestedMode how the host's nested tables are read
    /// @param physicalBits MAXPHYADDR of the host
    VmcbReader(PhysicalMemory memory, PagingMode nestedMode, int physicalBits) {
        this.memory = memory;
        this.nestedMode = nestedMode;
        this.physicalBits = physicalBits;
    }

    /// @param address host-physical address of a page
    Optional<Vmcb> read(long address) {
        MemorySegment page = memory.page(address);
        if (page == null || !fits(page)) {
            return Optional.empty();
        }
        boolean nested = (u64(page, VmcbFormat.NESTED_CONTROL) & 1) != 0;
        return (nested ? nestedRoot(page) : shadowRoot(page)).map(root -> vmcb(address, page, root));
    }

    private static boolean fits(MemorySegment page) {
        long efer = u64(page, VmcbFormat.EFER);
        return VmcbFormat.eferFits(efer)
                && VmcbFormat.asidFits(u32(page, VmcbFormat.ASID), u32(page, VmcbFormat.TLB_CONTROL))
                && VmcbFormat.interceptsVmrun(u32(page, VmcbFormat.INTERCEPTS_2))
                && (u64(page, VmcbFormat.NESTED_CONTROL) & ~NESTED_CONTROL_BITS) == 0
                && VmcbFormat.controlRegistersFit(
                        u64(page, VmcbFormat.CR0), u64(page, VmcbFormat.CR3), u64(page, VmcbFormat.CR4), efer)
                && VmcbFormat.flagsFit(
                        u64(page, VmcbFormat.RFLAGS),
                        u64(page, VmcbFormat.DR6),
                        u64(page, VmcbFormat.DR7),
                        page.get(ValueLayout.JAVA_BYTE, VmcbFormat.CPL) & 0xff);
    }

    private Optional<Root> nestedRoot(MemorySegment page) {
        long root = u64(page, VmcbFormat.NESTED_CR3);
        if (!new Pat(u64(page, VmcbFormat.G_PAT)).isValid() || !isTablePlace(root, PhysicalMemory.PAGE)) {
            return Optional.empty();
        }
        return Optional.of(new RootCheck(memory, TableRoot.nested(nestedMode, root, true, physicalBits)).check());
    }

    /// Without nested paging, CR3 is that of KVM's shadow tables, so paging is on and the tables are in the dump.
    private Optional<Root> shadowRoot(MemorySegment page) {
        TableRoot root = TableRoot.of(
                u64(page, VmcbFormat.CR0),
                u64(page, VmcbFormat.CR3),
                u64(page, VmcbFormat.CR4),
                u64(page, VmcbFormat.EFER),
                physicalBits);
        if (root.mode() == PagingMode.NONE || !isTablePlace(root.table(), 32)) {
            return Optional.empty();
        }
        return Optional.of(new RootCheck(memory, root).check());
    }

    private boolean isTablePlace(long table, int boundary) {
        return table > 0 && table % boundary == 0 && memory.contains(table, boundary);
    }

    private static Vmcb vmcb(long address, MemorySegment page, Root root) {
        return new Vmcb(
                address,
                u32(page, VmcbFormat.ASID),
                u32(page, VmcbFormat.TLB_CONTROL),
                u64(page, VmcbFormat.EXIT_CODE),
                u64(page, VmcbFormat.EXIT_INFO_1),
                u64(page, VmcbFormat.EXIT_INFO_2),
                u64(page, VmcbFormat.NESTED_CONTROL),
                u64(page, VmcbFormat.NESTED_CR3),
                u32(page, VmcbFormat.CLEAN),
                page.get(ValueLayout.JAVA_BYTE, VmcbFormat.CPL),
                u64(page, VmcbFormat.EFER),
                u64(page, VmcbFormat.CR0),
                u64(page, VmcbFormat.CR2),
                u64(page, VmcbFormat.CR3),
                u64(page, VmcbFormat.CR4),
                u64(page, VmcbFormat.RIP),
                new Pat(u64(page, VmcbFormat.G_PAT)),
                root);
    }

    private static long u64(MemorySegment page, int offset) {
        return page.get(U64, offset);
    }

    private static int u32(MemorySegment page, int offset) {
        return page.get(U32, offset);
    }
}
