package dev.nptune.paging.walk;

/// A nested page fault, `#NPF`, as the processor reports it to the hypervisor (APM volume 2, 15.25.6).
///
/// @param guestPhysical the address that the nested tables do not give: EXITINFO2
/// @param guestTable whether it was to read an entry of the guest's tables, rather than for the access itself
/// @param access for which it was wanted; that of the whole walk
/// @param nested the walk through the nested tables that failed, or that ended on a page without the permission
/// @param fetchIsTold whether the host has EFER.NXE or CR4.SMEP: only then a fetch is told from a read
public record NestedFault(long guestPhysical, boolean guestTable, Access access, Walk nested, boolean fetchIsTold) {
    private static final long PRESENT = 1;
    private static final long WRITE = 1 << 1;
    private static final long USER = 1 << 2;
    private static final long RESERVED = 1 << 3;
    private static final long FETCH = 1 << 4;
    private static final long FINAL = 1L << 32;
    private static final long TABLE = 1L << 33;

    /// EXITINFO1. Every nested access is a user's, and one to the guest's tables is a write, since A and D are set in
    /// them.
    public long exitInfo1() {
        long result = USER | (guestTable ? TABLE : FINAL);
        switch (nested) {
            case Walk.Mapped _ -> result |= PRESENT;
            case Walk.Reserved _ -> result |= PRESENT | RESERVED;
            case Walk.NotPresent _, Walk.NotInDump _, Walk.NonCanonical _ -> {}
        }
        if (guestTable || access == Access.WRITE) {
            result |= WRITE;
        } else if (access == Access.FETCH && fetchIsTold) {
            result |= FETCH;
        }
        return result;
    }

    /// EXITINFO2.
    public long exitInfo2() {
        return guestPhysical;
    }
}
