package dev.nptune.plan;

import dev.nptune.host.PciFunction;
import java.util.List;
import java.util.Set;

/// What the IOMMU groups of some functions allow.
sealed interface GroupVerdict {
    /// Nothing else that counts is in them.
    ///
    /// @param groups their numbers
    record Alone(Set<Integer> groups) implements GroupVerdict {}

    /// What else is in them can go to the VM too.
    ///
    /// @param groups their numbers
    /// @param others what goes along, and why it may
    record Along(Set<Integer> groups, List<Member> others) implements GroupVerdict {
        public Along {
            others = List.copyOf(others);
        }
    }

    /// Something in them cannot go.
    ///
    /// @param groups their numbers
    /// @param members what cannot, and why not
    record Blocked(Set<Integer> groups, List<Member> members) implements GroupVerdict {
        public Blocked {
            members = List.copyOf(members);
        }
    }

    /// The machine has no IOMMU groups at all.
    record NoGroups() implements GroupVerdict {}

    /// It cannot be told.
    record Unknown(String reason) implements GroupVerdict {}

    /// A function in a group.
    ///
    /// @param function which
    /// @param why continues a sentence that begins with it
    record Member(PciFunction function, String why) {}
}
