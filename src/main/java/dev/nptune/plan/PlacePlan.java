package dev.nptune.plan;

import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Outcome;
import dev.nptune.doctor.Rules;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import java.util.Map;
import java.util.Optional;

/// Settings that stand where libvirt does not look for them.
///
/// Only if each of them belongs in one place, and that is free, are they moved: a part of them would leave a person to
/// find out which. Of CPUs, NUMA and devices nothing is moved, since that changes more than a setting.
final class PlacePlan {
    private static final String RULE = "wrong-place";

    /// The most settings moved; a text may have thousands of mistakes.
    private static final int MOST = 20;

    /// By what the rule says of them, the places that can be meant.
    private static final Map<String, String> PLACES = Map.of(
            "in <features>", "features",
            "in <hyperv>", "features/hyperv",
            "in <kvm>", "features/kvm",
            "in <clock>", "clock",
            "in <memoryBacking>", "memoryBacking");

    private PlacePlan() {}

    static void add(Draft draft, Host host, Findings findings) {
        Domain edited = draft.domain();
        Optional<Finding> left = findings.finding(RULE);
        for (int moves = 0; left.isPresent(); moves++) {
            Optional<Domain> moved = move(edited, left.get().evidence().getFirst());
            if (moved.isEmpty() || moves == MOST) {
                return;
            }
            edited = moved.get();
            left = examine(host, edited);
        }
        if (!edited.equals(draft.domain())) {
            draft.domain(RULE, "settings where libvirt looks for them", edited);
            draft.choose(new Choice(
                    Topic.MACHINE,
                    "settings moved to where libvirt looks for them",
                    "Where they are now libvirt passes over them in silence, or refuses the VM.",
                    "",
                    "they take effect, for the first time perhaps"));
        }
    }

    private static Optional<Finding> examine(Host host, Domain domain) {
        return Rules.byId(RULE)
                .map(r -> r.examine(host, domain))
                .filter(Outcome.Fires.class::isInstance)
                .map(o -> ((Outcome.Fires) o).finding());
    }

    private static Optional<Domain> move(Domain domain, Evidence evidence) {
        Optional<Element> element = domain.root().at(evidence.where());
        return Optional.ofNullable(PLACES.get(evidence.wanted()))
                .filter(place -> element.isPresent() && isFree(domain, place, element.get()))
                .map(place -> domain.withMoved(evidence.where(), place));
    }

    /// Whether a setting can go to a place: that is there or can be made, and has no such setting.
    private static boolean isFree(Domain domain, String place, Element element) {
        Optional<Element> parent = domain.root().find(place);
        boolean makeable = place.equals("features") || place.equals("memoryBacking");
        return parent.isPresent()
                ? parent.get().children(element.name()).stream()
                        .noneMatch(e -> e.attribute("name").equals(element.attribute("name")))
                : makeable;
    }
}
