package dev.nptune.paging.walk;

/// Where a set of page tables begins, and the registers that say how to read them. Pages of 1 GiB are taken to be
/// supported, protection keys too (bits 59 to 62 are then free of meaning here).
///
/// @param mode how they are read
/// @param cr3 CR3 or, for nested tables, nCR3
/// @param pageSizeExtension CR4.PSE: 32-bit tables may have pages of 4 MiB
/// @param noExecute EFER.NXE: bit 63 is NX, otherwise it is reserved
/// @param physicalBits MAXPHYADDR, 32 to 52: higher bits of an address in an entry are reserved
/// @param nested whether the tables translate guest-physical addresses, which are not sign-extended, and for which
/// every
///     entry must have U
public record TableRoot(
        PagingMode mode, long cr3, boolean pageSizeExtension, boolean noExecute, int physicalBits, boolean nested) {
    /// The most that the architecture allows for MAXPHYADDR.
    public static final int MOST_PHYSICAL_BITS = 52;

    private static final long PSE = 1L << 4;
    private static final long NXE = 1L << 11;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;

    /// @throws IllegalArgumentException for a MAXPHYADDR that no processor has, and for nested tables without paging
    public TableRoot {
        if (physicalBits < 32 || physicalBits > MOST_PHYSICAL_BITS) {
            throw new IllegalArgumentException("MAXPHYADDR of " + physicalBits + "; it is 32 to 52");
        }
        if (nested && mode == PagingMode.NONE) {
            throw new IllegalArgumentException("nested paging without page tables");
        }
    }

    /// Tables of the mode that a CPU's registers ask for.
    ///
    /// @param physicalBits MAXPHYADDR of that CPU
    public static TableRoot of(long cr0, long cr3, long cr4, long efer, int physicalBits) {
        return new TableRoot(
                PagingMode.of(cr0, cr4, efer), cr3, (cr4 & PSE) != 0, (efer & NXE) != 0, physicalBits, false);
    }

    /// Nested tables of a host in long mode with four levels and NX, as Linux runs it.
    ///
    /// @param nestedCr3 `nested_cr3` of a VMCB
    /// @param physicalBits MAXPHYADDR of the host
    public static TableRoot nested(long nestedCr3, int physicalBits) {
        return nested(PagingMode.FOUR_LEVEL, nestedCr3, true, physicalBits);
    }

    /// Nested tables; the mode is that of the host's CR4 and EFER when it ran VMRUN.
    ///
    /// @param noExecute the host's EFER.NXE
    public static TableRoot nested(PagingMode mode, long nestedCr3, boolean noExecute, int physicalBits) {
        return new TableRoot(mode, nestedCr3, true, noExecute, physicalBits, true);
    }

    /// The physical address of the top table.
    public long table() {
        return switch (mode) {
            case NONE -> 0;
            case LEGACY -> cr3 & 0xffff_f000L;
            case PAE -> cr3 & 0xffff_ffe0L;
            case FOUR_LEVEL, FIVE_LEVEL -> cr3 & ADDRESS;
        };
    }

    /// Whether an address is one that these tables can translate: canonical in long mode, below 4 GiB otherwise, and
    /// without a sign in nested tables.
    public boolean covers(long address) {
        int bits = mode.virtualBits();
        if (mode.isLong() && !nested) {
            return address << (64 - bits) >> (64 - bits) == address;
        }
        return address >>> bits == 0;
    }

    /// The place in the table at a level.
    public int index(long address, int level) {
        return (int) (address >>> mode.shift(level)) & (mode.entries(level) - 1);
    }
}
