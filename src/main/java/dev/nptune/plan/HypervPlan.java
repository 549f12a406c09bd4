package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What Windows is told of the hypervisor.
///
/// Where QEMU or KVM does not have one of the enlightenments, the VM does not start. The youngest of those written out
/// here is stimer's direct mode: Linux 5.0, QEMU 4.1.
final class HypervPlan {
    private static final List<String> RULES = List.of("hv-passthrough", "hv-stimer-missing", "hv-flush-ipi");

    private static final String HIDDEN = "hypervisor-bit-off";

    private HypervPlan() {}

    static void add(Draft draft, Host host, Findings findings) {
        if (!hidden(draft, findings)) {
            writeOut(draft, host, findings);
        }
        crashDumps(draft, findings);
    }

    /// Whether kernel and QEMU are known to have all of them.
    static boolean possible(Host host) {
        return HostFacts.atLeast(host.kernel().release(), 5, 0)
                && HostFacts.atLeast(host.tools().qemu(), 4, 1);
    }

    /// A new domain without them where the VM would not start with them.
    static Domain fitted(Host host, Domain made) {
        return possible(host) || made.root().find("features/hyperv").isEmpty() ? made : made.without("features/hyperv");
    }

    /// Whether the guest is not to see, by the domain's `<cpu>`, that there is a hypervisor: it then looks for none of
    /// what is here. That is nobody's oversight, so it stays.
    private static boolean hidden(Draft draft, Findings findings) {
        if (!findings.fired(HIDDEN)) {
            return false;
        }
        if (ByHand.overridden(draft, HIDDEN)) {
            return false;
        }
        RULES.stream()
                .filter(findings::fired)
                .forEach(rule -> draft.leave(
                        rule,
                        "left alone: while the hypervisor bit is hidden, Windows looks for no enlightenment (" + HIDDEN
                                + ")."));
        return true;
    }

    private static void writeOut(Draft draft, Host host, Findings findings) {
        List<String> fired = RULES.stream()
                .filter(findings::fired)
                .filter(rule -> !ByHand.overridden(draft, rule))
                .toList();
        if (fired.isEmpty()) {
            return;
        }
        if (!possible(host)) {
            fired.forEach(rule -> draft.leave(
                    rule,
                    "left alone: the enlightenments together take Linux 5.0 and QEMU 4.1, or the VM does not start,"
                            + " and this machine's are older or not known."));
            return;
        }
        Set<String> on = new HashSet<>();
        boolean more = true;
        // one that is written out may be what another rule waits for
        while (more) {
            List<String> now = RULES.stream().filter(findings::fired).toList();
            now.forEach(rule -> on.addAll(named(findings, rule)));
            Domain edited = draft.domain().withEnlightenments(on);
            more = !edited.equals(draft.domain());
            draft.domain(now, "Hyper-V enlightenments", edited);
        }
        draft.choose(new Choice(
                Topic.GUEST,
                "Hyper-V enlightenments written out as QEMU's documentation has them",
                "With them Windows keeps time, sets timers and reaches its other vCPUs without emulated devices.",
                "reported: idle load of 1 % instead of 30 % with the synthetic timer (one report)",
                ""));
    }

    /// Enlightenments that a rule wants on, by libvirt's names.
    private static List<String> named(Findings findings, String rule) {
        String parent = "features/hyperv/";
        return findings.places(rule, "/@state").stream()
                .filter(where -> where.startsWith(parent))
                .map(where -> where.substring(parent.length()))
                .toList();
    }

    private static void crashDumps(Draft draft, Findings findings) {
        String rule = "hv-crash";
        if (!findings.fired(rule) || ByHand.overridden(draft, rule)) {
            return;
        }
        Domain edited = draft.domain();
        List<Element> devices = edited.root().all("devices/panic").stream()
                .filter(p -> p.has("model", "hyperv"))
                .toList();
        // from the last up, so that the paths of those before stay right
        for (Element device : devices.reversed()) {
            edited = edited.without(device.path());
        }
        draft.domain(rule, "crash dumps by Windows itself", edited);
        draft.choose(new Choice(
                Topic.GUEST,
                "no crash device of Hyper-V",
                "With it Windows tells QEMU of a crash and writes no dump.",
                "",
                "libvirt no longer learns that the guest crashed"));
    }
}
