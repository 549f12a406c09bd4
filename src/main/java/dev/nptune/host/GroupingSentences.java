package dev.nptune.host;

import dev.nptune.host.IommuGrouping.Bond;
import dev.nptune.host.IommuGrouping.Cause;
import dev.nptune.host.IommuGrouping.Culprit;
import dev.nptune.host.IommuGrouping.FreePort;
import dev.nptune.host.IommuGrouping.Unknown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Says an explanation of IOMMU groups in words.
final class GroupingSentences {
    private static final int MOST_NAMED = 8;

    private GroupingSentences() {}

    static String shared(
            int group,
            List<PciAddress> members,
            List<Bond> bonds,
            List<Unknown> unknown,
            boolean complete,
            List<FreePort> elsewhere) {
        String text = "Group " + group + " holds " + list(members) + ". " + reasons(bonds);
        if (!complete) {
            text += unknown.isEmpty() ? nothingTells(bonds) : cannotBeTold(bonds, unknown);
        }
        return (text + elsewhere(elsewhere)).strip();
    }

    private static String nothingTells(List<Bond> bonds) {
        return "Nothing in configuration space explains " + (bonds.isEmpty() ? "it" : "the rest")
                + ": the firmware's tables or the kernel's own list of devices must say that they belong together. ";
    }

    private static String cannotBeTold(List<Bond> bonds, List<Unknown> unknown) {
        Set<String> reasons =
                unknown.stream().map(Unknown::reason).collect(Collectors.toCollection(LinkedHashSet::new));
        return "Why " + (bonds.isEmpty() ? "they" : "the others") + " are together cannot be told from "
                + list(unknown.stream().map(Unknown::address).distinct().toList()) + ": "
                + String.join("; ", reasons)
                + ". Read as root, configuration space tells. ";
    }

    /// One sentence for each culprit, with all whom it keeps together.
    private static String reasons(List<Bond> bonds) {
        Map<Culprit, Set<PciAddress>> below = new LinkedHashMap<>();
        Map<PciAddress, String> beside = new LinkedHashMap<>();
        Set<Culprit> aliases = new LinkedHashSet<>();
        for (Bond bond : bonds) {
            for (Culprit culprit : bond.culprits()) {
                if (bond.cause() == Cause.FUNCTIONS_WITHOUT_ACS) {
                    beside.put(culprit.address(), culprit.why());
                } else {
                    below.computeIfAbsent(culprit, _ -> new LinkedHashSet<>()).add(bond.one());
                    if (bond.cause() == Cause.CONVENTIONAL_BUS) {
                        aliases.add(culprit);
                    }
                }
            }
        }
        StringBuilder text = new StringBuilder();
        below.forEach((culprit, kept) -> text.append(culprit.address() + " " + culprit.why()
                + (aliases.contains(culprit)
                        ? ", so that the IOMMU takes all behind it for one: "
                        : ", so that all below it can reach each other: ")
                + list(List.copyOf(kept)) + ". "));
        beside.forEach((address, why) -> text.append(address + " " + why + ", beside other functions of its device. "));
        return text.toString();
    }

    private static String elsewhere(List<FreePort> ports) {
        return ports.isEmpty()
                ? ""
                : "A card below "
                        + ports.stream().map(GroupingSentences::port).collect(Collectors.joining(", or below "))
                        + " would have a group of its own.";
    }

    private static String port(FreePort port) {
        List<String> facts = new ArrayList<>();
        port.slot().get().ifPresent(slot -> facts.add("slot " + slot));
        port.lanes().get().ifPresent(lanes -> facts.add(lanes == 1 ? "1 lane" : lanes + " lanes"));
        facts.add(port.holds().isEmpty() ? "empty now" : "holds " + list(port.holds()) + " now");
        return port.port() + " (" + String.join(", ", facts) + ")";
    }

    static String unproven(Bond bond, int group, int otherGroup, boolean override) {
        return bond.one() + " is in group " + group + " and " + bond.other() + " in group " + otherGroup
                + ", yet "
                + bond.culprits().stream().map(c -> c.address() + " " + c.why()).collect(Collectors.joining(" and "))
                + ": "
                + (override
                        ? "the ACS override patch (pcie_acs_override) claims an isolation that nobody proved."
                        : "unless the kernel knows this device to isolate without ACS, it is patched to claim an"
                                + " isolation that nobody proved.");
    }

    private static String list(List<PciAddress> addresses) {
        String named =
                addresses.stream().limit(MOST_NAMED).map(PciAddress::toString).collect(Collectors.joining(", "));
        int more = addresses.size() - MOST_NAMED;
        return more > 0 ? named + " and " + more + " more" : named;
    }
}
