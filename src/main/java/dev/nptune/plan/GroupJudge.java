package dev.nptune.plan;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.HostUse;
import dev.nptune.host.PciFunction;
import dev.nptune.plan.GroupVerdict.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Judges whether functions can be given to a VM with all that shares their IOMMU groups.
///
/// Bridges with a bus below them stay with the host, and so does what no driver, or pci-stub, is bound to: none of
/// them is in vfio's way. All else, an ISA bridge with its driver too, must go along, and may only if the host surely
/// does without it.
final class GroupJudge {
    private static final int AUDIO = 0x04;
    private static final int STORAGE = 0x01;
    private static final int NETWORK = 0x02;
    private static final int SERIAL_OTHER = 0x0c80;

    private final Host host;
    private final Set<String> disks;

    /// @param disks paths of disks that the VM is to have, such as `/dev/nvme1n1`
    GroupJudge(Host host, Set<String> disks) {
        this.host = host;
        this.disks = Set.copyOf(disks);
    }

    /// Judges.
    ///
    /// @param functions what is to be passed
    GroupVerdict judge(List<PciFunction> functions) {
        TreeSet<Integer> groups = new TreeSet<>();
        for (PciFunction f : functions) {
            switch (f.iommuGroup()) {
                case Fact.Known<Integer>(Integer group, String _) -> groups.add(group);
                case Fact.Absent<Integer> _ -> {
                    return withoutGroup(f);
                }
                case Fact.Unreadable<Integer>(String source, String reason) -> {
                    return new GroupVerdict.Unknown(source + ": " + reason);
                }
            }
        }
        return judge(functions, groups);
    }

    private GroupVerdict withoutGroup(PciFunction function) {
        if (host.pci().stream().anyMatch(f -> f.iommuGroup().get().isPresent())) {
            return new GroupVerdict.Blocked(
                    Set.of(), List.of(new Member(function, "is in no IOMMU group, unlike other devices")));
        }
        Optional<PciFunction> unread = host.pci().stream()
                .filter(f -> f.iommuGroup() instanceof Fact.Unreadable)
                .findFirst();
        return unread.<GroupVerdict>map(
                        f -> new GroupVerdict.Unknown(f.iommuGroup().source() + " could not be read"))
                .orElseGet(GroupVerdict.NoGroups::new);
    }

    private GroupVerdict judge(List<PciFunction> functions, Set<Integer> groups) {
        List<Member> along = new ArrayList<>();
        List<Member> blocked = new ArrayList<>();
        for (PciFunction other : host.pci()) {
            if (other.hasBusBelow() || functions.contains(other)) {
                continue;
            }
            if (other.iommuGroup() instanceof Fact.Unreadable<Integer>(String source, String reason)) {
                return new GroupVerdict.Unknown(source + ": " + reason);
            }
            boolean inside = other.iommuGroup().get().filter(groups::contains).isPresent();
            boolean harmless = other.driver() instanceof Fact.Absent
                    || other.driver().get().filter("pci-stub"::equals).isPresent();
            if (inside && !harmless) {
                judge(other, functions, along, blocked);
            }
        }
        if (!blocked.isEmpty()) {
            return new GroupVerdict.Blocked(groups, blocked);
        }
        return along.isEmpty() ? new GroupVerdict.Alone(groups) : new GroupVerdict.Along(groups, along);
    }

    private void judge(PciFunction other, List<PciFunction> functions, List<Member> along, List<Member> blocked) {
        Optional<String> against = against(other, functions);
        if (against.isPresent()) {
            blocked.add(new Member(other, against.get()));
        } else {
            along.add(new Member(other, gives(other)));
        }
    }

    /// Why a function cannot be taken from the host; empty if it can.
    private Optional<String> against(PciFunction function, List<PciFunction> together) {
        Optional<String> needed = needed(function, together);
        if (needed.isPresent() || isVfio(function)) {
            return needed;
        }
        return byKind(function, HostUse.of(host, function.address()));
    }

    /// Why the host needs a function, or may need it; empty if it surely does without. Counts too for what is asked
    /// for.
    ///
    /// @param together what is taken from it at the same time
    Optional<String> needed(PciFunction function, List<PciFunction> together) {
        if (function.classCode() == PciFunction.UNKNOWN_CLASS) {
            return Optional.of("could not be read, so that nobody knows what it is");
        }
        HostUse use = HostUse.of(host, function.address());
        if (!use.uses().isEmpty()) {
            return Optional.of("is needed: " + String.join("; ", use.uses()));
        }
        if (!use.unknown().isEmpty()) {
            return Optional.of("may be needed: " + String.join("; ", use.unknown()));
        }
        return function.isUsbController() && !isVfio(function)
                ? UsbInput.against(
                        host,
                        function.address(),
                        together.stream().map(PciFunction::address).collect(Collectors.toSet()))
                : Optional.empty();
    }

    private static boolean isVfio(PciFunction function) {
        return function.driver().get().filter(d -> d.endsWith("vfio-pci")).isPresent();
    }

    private Optional<String> byKind(PciFunction function, HostUse use) {
        if (function.isUsbController()) {
            return Optional.empty();
        }
        if (function.classCode() >> 8 == SERIAL_OTHER) {
            return Optional.empty();
        }
        return switch (function.classCode() >> 16) {
            case AUDIO, NETWORK -> Optional.empty();
            case STORAGE ->
                !use.drives().isEmpty() && use.drives().stream().allMatch(d -> disks.contains("/dev/" + d))
                        ? Optional.empty()
                        : Optional.of("is a controller of drives"
                                + (use.drives().isEmpty() ? "" : " (" + String.join(", ", use.drives()) + ")")
                                + " that the VM is not asked to have");
            case 0x03 -> Optional.of("is a graphics card of its own");
            default -> Optional.of("is nothing the host is known to do without");
        };
    }

    private String gives(PciFunction function) {
        HostUse use = HostUse.of(host, function.address());
        if (!use.drives().isEmpty()) {
            return "has the VM's own disk";
        }
        if (!use.interfaces().isEmpty()) {
            return "is " + String.join(", ", use.interfaces()) + ", which no default route goes over";
        }
        if (function.isUsbController()) {
            return "is a USB controller without the host's only keyboard or mouse";
        }
        return "is nothing the host needs";
    }
}
