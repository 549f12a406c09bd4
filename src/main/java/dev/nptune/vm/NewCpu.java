package dev.nptune.vm;

import java.util.List;

/// The CPU model of a VM that is made anew: the host's own, never to be migrated, which lets the guest have an
/// invariant
/// TSC.
///
/// @param topoext whether to ask for `topoext`, without which an AMD guest sees no threads
/// @param cachePassthrough whether the guest sees the host's caches, to know which vCPUs share an L3
/// @param avic whether to offer Windows the enlightenment that goes with AVIC; only where `kvm_amd` has `avic` on
/// @param without CPU features to hide, e.g. `svm`, so that Windows cannot run its own hypervisor
public record NewCpu(boolean topoext, boolean cachePassthrough, boolean avic, List<String> without) {
    /// The host's CPU as it comes.
    public static final NewCpu PLAIN = new NewCpu(false, false, false, List.of());

    /// @throws IllegalArgumentException if something is no CPU feature's name or is both asked for and hidden
    public NewCpu {
        without = List.copyOf(without);
        for (String feature : without) {
            if (!feature.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")) {
                throw new IllegalArgumentException("no CPU feature: " + NewValues.quoted(feature));
            }
        }
        if (without.stream().distinct().count() < without.size() || (topoext && without.contains("topoext"))) {
            throw new IllegalArgumentException("a CPU feature is named twice: " + without);
        }
    }
}
