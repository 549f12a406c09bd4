package dev.nptune.plan;

import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;

/// Network cards.
final class NetworkPlan {
    private static final String RULE = "nic-emulated";

    private NetworkPlan() {}

    static void add(Draft draft, Findings findings) {
        List<String> emulated = findings.places(RULE, "/model/@type");
        if (emulated.isEmpty()) {
            return;
        }
        Optional<String> windows = draft.domain().windows();
        if (windows.isPresent() && !hasDriver(draft.domain())) {
            draft.leave(
                    RULE,
                    "left alone. The guest looks like Windows (" + windows.get() + "), which has no network on virtio"
                            + " before its NetKVM driver is installed. Install it from virtio-win, then set"
                            + " <model type='virtio'/> on the interface.");
            return;
        }
        Domain edited = draft.domain();
        for (String path : emulated) {
            edited = edited.withVirtioNic(path);
        }
        draft.domain(RULE, "network cards on virtio", edited);
        draft.choose(new Choice(
                Topic.NETWORK,
                "network cards on virtio",
                "Each packet of an emulated one costs exits and copies in QEMU's main loop.",
                "",
                windows.isPresent() ? "Windows takes it for another network" : ""));
    }

    /// A Windows that has a virtio card already has the driver.
    private static boolean hasDriver(Domain domain) {
        return domain.root().all("devices/interface/model").stream()
                .anyMatch(m ->
                        m.attribute("type").filter(t -> t.startsWith("virtio")).isPresent());
    }
}
