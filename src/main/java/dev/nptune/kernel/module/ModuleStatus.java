package dev.nptune.kernel.module;

import java.util.List;

/// Which modules of KVM's a kernel has and which of them are patched ones.
///
/// @param schemaVersion 1
/// @param release the kernel's release
/// @param running whether it is the one that runs
/// @param version its package's version; empty if no package manager knows it
/// @param distribution the distribution's name; empty if it does not say
/// @param secureBoot the firmware's word on Secure Boot
/// @param lockdown the kernel's lockdown
/// @param taint what the kernel says of its taint, as a number; -1 if it is not this one that runs
/// @param modules the modules looked at
/// @param fixes the known fixes
public record ModuleStatus(
        int schemaVersion,
        String release,
        boolean running,
        String version,
        String distribution,
        String secureBoot,
        String lockdown,
        long taint,
        List<Module> modules,
        List<Fix> fixes) {
    public ModuleStatus {
        modules = List.copyOf(modules);
        fixes = List.copyOf(fixes);
    }

    /// A module.
    ///
    /// @param name its name
    /// @param file what modprobe would load; empty if there is none
    /// @param origin whose file it is: `stock`, `nptune`, `dkms`, `other`, or `none`
    /// @param loaded which is in the kernel: `stock`, `nptune`, `dkms`, `other`, `unknown`, or `none`
    /// @param evidence how that is known
    /// @param patches what was done to ours
    public record Module(
            String name, String file, String origin, String loaded, String evidence, List<String> patches) {
        public Module {
            patches = List.copyOf(patches);
        }
    }

    /// A known fix.
    ///
    /// @param id its short name
    /// @param title what it does
    /// @param commit the commit in Linux
    /// @param state whether it is in
    /// @param evidence what was seen
    /// @param hint what the version alone would suggest, which proves nothing
    public record Fix(String id, String title, String commit, Presence.State state, String evidence, String hint) {}
}
