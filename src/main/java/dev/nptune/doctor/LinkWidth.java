package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.host.PciTree;
import dev.nptune.vm.Domain;
import dev.nptune.vm.HostDev;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether the links from a passed card up to the CPU run on all lanes.
///
/// A card may have a switch of its own (AMD's from Vega on have), so that the link in the slot is not the display
/// function's: on the way up, every second bridge is the lower end of a link, the next one its upper end.
final class LinkWidth {
    /// A slot with a quarter of a card's lanes or less costs more than a few percent.
    private static final int NARROW = 4;

    private LinkWidth() {}

    static void look(Host host, Domain domain, Examination notes) {
        PciTree tree = new PciTree(host.pci());
        for (HostDev card : HostFacts.passedDisplays(host, domain, notes)) {
            PciFunction function = host.function(card.address()).orElseThrow();
            List<PciFunction> way = new ArrayList<>(List.of(function));
            way.addAll(tree.bridges(function));
            for (int i = 0; i < way.size(); i += 2) {
                link(
                        host,
                        domain,
                        way.get(i),
                        i + 1 < way.size() ? Optional.of(way.get(i + 1)) : Optional.empty(),
                        notes);
            }
        }
    }

    private static void link(
            Host host, Domain domain, PciFunction lower, Optional<PciFunction> upper, Examination notes) {
        Fact<Integer> current = lower.link().currentWidth();
        int most = notes.read(lower.link().maxWidth()).orElse(0);
        int now = notes.read(current).orElse(most);
        if (now >= most || !running(host, domain, current, notes)) {
            return;
        }
        Optional<Integer> slot = upper.flatMap(u -> u.link().maxWidth().get());
        if (slot.isEmpty()) {
            notes.possible(current.source(), "x" + now, "x" + most);
        } else if (now < slot.get()) {
            notes.found(current.source(), "x" + now, "x" + Math.min(most, slot.get()));
        } else if (now * NARROW <= most) {
            notes.found(current.source(), "x" + now + ", all the slot has", "a slot with x" + most);
        }
    }

    /// An idle card may save lanes; only one that a guest drives counts.
    private static boolean running(Host host, Domain domain, Fact<Integer> current, Examination notes) {
        boolean running = HostFacts.running(host, domain).isPresent();
        if (!running) {
            notes.missing(current.source(), "narrow now, but the VM is not seen running: an idle card may save lanes");
        }
        return running;
    }
}
