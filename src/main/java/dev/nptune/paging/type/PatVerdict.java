package dev.nptune.paging.type;

import java.util.List;
import java.util.Optional;

/// Whether the guest's PAT is in force.
///
/// What the guest asked for is not in its VMCB when it was ignored. It may be known from the guest (`rdmsr 0x277` in
/// Linux, a kernel debugger in Windows), from what its operating system is known to write ([Pat#WINDOWS],
/// [Pat#LINUX]), or out of the host's memory, where KVM keeps it in `vcpu->arch.pat`;
/// `dev.nptune.paging.vmcb.AskedPat` looks for it there.
///
/// @param inForce `g_pat` of the VMCB
/// @param asked what the guest wrote, if that is known
/// @param kind the verdict
public record PatVerdict(Pat inForce, Optional<Pat> asked, Kind kind) {
    /// What can be said.
    public enum Kind {
        /// It is what the guest asked for.
        OBEYED,
        /// The power-on value is in force and the guest asked for another: KVM without Linux 15038e147247.
        IGNORED,
        /// It is neither what the guest asked for nor the power-on value.
        OTHER,
        /// The power-on value is in force, what was asked is not known, and the guest runs an operating system, which
        /// all
        /// write another.
        SUSPECT,
        /// Nothing speaks against it, but what was asked is not known.
        UNKNOWN,
        /// Nested paging is off: `g_pat` counts for nothing, and shadow page tables never have the guest's PAT.
        NO_NESTED_PAGING;

        /// Whether another PAT than the guest's is in force, surely or most likely, although nested paging is on.
        public boolean isDisobeyed() {
            return switch (this) {
                case IGNORED, OTHER, SUSPECT -> true;
                case OBEYED, UNKNOWN, NO_NESTED_PAGING -> false;
            };
        }
    }

    /// With nested paging.
    ///
    /// @param longMode whether the guest is in long mode with paging; firmware in an earlier mode may not have
    ///     written a PAT yet
    public static PatVerdict nested(Pat inForce, Optional<Pat> asked, boolean longMode) {
        return new PatVerdict(
                inForce,
                asked,
                asked.map(pat -> known(inForce, pat))
                        .orElse(longMode && inForce.equals(Pat.POWER_ON) ? Kind.SUSPECT : Kind.UNKNOWN));
    }

    /// Without.
    public static PatVerdict shadow(Pat inForce, Optional<Pat> asked) {
        return new PatVerdict(inForce, asked, Kind.NO_NESTED_PAGING);
    }

    private static Kind known(Pat inForce, Pat asked) {
        if (inForce.equals(asked)) {
            return Kind.OBEYED;
        }
        return inForce.equals(Pat.POWER_ON) ? Kind.IGNORED : Kind.OTHER;
    }

    /// The entries, 0 to 7, that pages use with another type than the guest meant.
    public List<Integer> wrongEntries() {
        return asked.map(inForce::differences).orElse(List.of());
    }
}
