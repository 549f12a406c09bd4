package dev.nptune.paging.type;

import java.util.Optional;

/// What the processor does with an access, and from what that follows.
///
/// @param guest the type by the guest's PAT, or the only one where there is one dimension
/// @param nested the type by the host's PAT of the nested page; empty with one dimension
/// @param combined both together, before the MTRRs
/// @param mtrr the MTRRs' type of the host-physical address
/// @param effective the result
public record EffectiveType(
        MemoryType guest, Optional<MemoryType> nested, MemoryType combined, MemoryType mtrr, MemoryType effective) {

    /// With one dimension: bare metal, or a guest under shadow paging. There the type is that of the shadow entry by
    /// the host's PAT: KVM drops the guest's own, so a write-combining page of the guest's becomes WB, or UC on a
    /// device's memory. That follows from what KVM writes into its entries and from the tables; it is inferred, not
    /// measured.
    ///
    /// @param type of the page by the PAT in force
    /// @param cacheDisabled CR0.CD
    public static EffectiveType single(MemoryType type, MemoryType mtrr, boolean cacheDisabled) {
        return new EffectiveType(
                type, Optional.empty(), type, mtrr, disabled(TypeTables.withMtrr(type, mtrr), cacheDisabled));
    }

    /// With nested paging.
    ///
    /// @param guest of the guest's page by `g_pat`
    /// @param nested of the nested page by the host's PAT
    /// @param mtrr of the host-physical address; the guest's MTRRs count for nothing
    /// @param cacheDisabled CR0.CD of the guest or of the host
    public static EffectiveType nested(MemoryType guest, MemoryType nested, MemoryType mtrr, boolean cacheDisabled) {
        MemoryType combined = TypeTables.combine(guest, nested);
        return new EffectiveType(
                guest,
                Optional.of(nested),
                combined,
                mtrr,
                disabled(TypeTables.withMtrr(combined, mtrr), cacheDisabled));
    }

    /// With CR0.CD what would be cached is CD. That types which are not cached stay as they are is inferred from APM
    /// volume 2, 7.6.2.
    private static MemoryType disabled(MemoryType type, boolean cacheDisabled) {
        return cacheDisabled && type.isCached() ? MemoryType.CD : type;
    }
}
