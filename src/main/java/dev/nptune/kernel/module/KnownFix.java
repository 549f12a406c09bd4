package dev.nptune.kernel.module;

import java.util.List;
import java.util.function.Function;

/// A change of the kernel's that matters to a VM, and how to see whether a module has it.
///
/// @param id a short name
/// @param title what it does
/// @param commit the commit in Linux; empty if it is not one
/// @param module the module it is in
/// @param major of the first version of Linux that has it
/// @param minor likewise
/// @param probe looks into the module
public record KnownFix(
        String id,
        String title,
        String commit,
        String module,
        int major,
        int minor,
        Function<ElfModule, Presence> probe) {
    /// All of them.
    public static List<KnownFix> all() {
        return List.of(
                new KnownFix(
                        "guest-pat",
                        "with nested paging the processor uses the guest's PAT",
                        "15038e147247",
                        "kvm-amd",
                        4,
                        15,
                        GuestPatProbe::probe),
                new KnownFix(
                        "avic-without-ipiv",
                        "AVIC can be used with IPI virtualization off (enable_ipiv), for Zen 1 and 2",
                        "",
                        "kvm-amd",
                        6,
                        17,
                        module -> parameter(module, "enable_ipiv")));
    }

    private static Presence parameter(ElfModule module, String name) {
        boolean there = module.info("parmtype").stream().anyMatch(p -> p.startsWith(name + ":"));
        return there
                ? Presence.there("the module has the parameter " + name)
                : Presence.missing("the module has no parameter " + name);
    }

    /// What the version alone would suggest. Distributions take fixes back to older kernels, so it proves nothing.
    public String hint(String release) {
        String[] parts = release.split("[^0-9]+");
        if (parts.length < 2 || parts[0].isEmpty() || parts[0].length() > 4 || parts[1].length() > 4) {
            return "";
        }
        int at = Integer.compare(
                Integer.parseInt(parts[0]) * 10_000 + Integer.parseInt(parts[1]), major * 10_000 + minor);
        return "Linux has it since " + major + "." + minor + ", this one is "
                + (at >= 0 ? "not older" : "older, unless the distribution took it back");
    }
}
