package dev.nptune.plan;

import dev.nptune.host.CommandLine;
import dev.nptune.host.Host;
import dev.nptune.host.IommuGrouping;
import dev.nptune.host.PciFunction;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Why devices cannot be given away because of their IOMMU groups, and what can be done.
final class GroupRefusals {
    private static final String OVERRIDE = "Last of all, a patched kernel with"
            + " pcie_acs_override=downstream,multifunction splits the group in name only: nothing then keeps the"
            + " passed device from reading and writing the memory of the others past the IOMMU, and a guest that is"
            + " taken over reaches the host that way. NPTune never sets it.";

    /// Unproven separations named.
    private static final int MOST = 3;

    private GroupRefusals() {}

    /// No IOMMU.
    static Refusal noGroups(Host host) {
        Optional<String> vendor = host.cpu().vendor().get();
        CommandLine line = host.kernel().parameters().get().orElse(CommandLine.parse(""));
        String amd = "turn on IOMMU (AMD-Vi) and SVM in the firmware; the kernel uses it without being told,"
                + " amd_iommu=on is no value it knows";
        String intel = "turn on VT-d in the firmware"
                + (line.last("intel_iommu").filter(v -> v.startsWith("on")).isPresent()
                        ? ""
                        : ", and boot with intel_iommu=on");
        String next = vendor.map(v -> switch (v) {
                    case "AuthenticAMD", "HygonGenuine" -> amd;
                    case "GenuineIntel" -> intel;
                    default -> "turn on the IOMMU in the firmware";
                })
                .orElse("on AMD " + amd + "; on Intel " + intel);
        return new Refusal(
                "the IOMMU is off: the machine has no IOMMU groups, so that no device can be passed",
                capital(next) + off(line) + ".");
    }

    /// What the command line has against it.
    private static String off(CommandLine line) {
        return line.parameters().stream()
                .filter(p -> p.is("iommu") || p.is("amd_iommu") || p.is("intel_iommu"))
                .filter(p -> p.value().filter("off"::equals).isPresent())
                .map(p -> "; take " + p + " from the kernel's command line")
                .distinct()
                .collect(Collectors.joining());
    }

    /// The groups are not known.
    static Refusal unknown(List<PciFunction> functions, String reason) {
        return new Refusal(
                "what shares the IOMMU group of " + DeviceWords.addresses(functions) + " is not known (" + reason + ")",
                "Run it as root, or on the machine itself.");
    }

    /// Something in the group has to stay.
    static Refusal blocked(Host host, List<PciFunction> functions, GroupVerdict.Blocked verdict) {
        String members = verdict.members().stream()
                .map(m -> DeviceWords.of(m.function()) + " " + m.why())
                .collect(Collectors.joining("; "));
        if (verdict.groups().isEmpty()) {
            return new Refusal(members, "Run 'nptune scan' and look for the bridge above it: vfio needs a group.");
        }
        return new Refusal(
                DeviceWords.addresses(functions) + " cannot be given away without what shares its IOMMU group: "
                        + members,
                why(host, verdict.groups()) + OVERRIDE);
    }

    private static String why(Host host, Set<Integer> groups) {
        List<IommuGrouping.SharedGroup> shared = IommuGrouping.explain(host).shared().stream()
                .filter(g -> groups.contains(g.group()))
                .toList();
        boolean elsewhere = shared.stream().anyMatch(g -> !g.elsewhere().isEmpty());
        return shared.stream().map(g -> g.sentence() + " ").collect(Collectors.joining())
                + (elsewhere
                        ? "Move it there. "
                        : "No port of this machine is known to give a card a group of its own; a newer firmware, or"
                                + " ACS turned on in it, may. ");
    }

    /// What the machine claims of the groups and nobody proved.
    static List<String> unproven(Host host, List<PciFunction> passed) {
        return IommuGrouping.explain(host).unproven().stream()
                .filter(u -> passed.stream()
                        .anyMatch(f -> f.address().equals(u.bond().one())
                                || f.address().equals(u.bond().other())
                                || f.iommuGroup()
                                        .get()
                                        .filter(g -> g == u.group() || g == u.otherGroup())
                                        .isPresent()))
                .map(u -> "unproven: " + u.sentence())
                .distinct()
                .limit(MOST)
                .toList();
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
