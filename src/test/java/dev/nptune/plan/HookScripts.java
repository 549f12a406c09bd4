package dev.nptune.plan;

import dev.nptune.host.CpuSet;
import dev.nptune.host.PciAddress;
import java.util.List;

/// The hooks' text for tests of other packages.
public final class HookScripts {
    private HookScripts() {}

    /// The hook that keeps the host off a VM's CPUs.
    public static String cpus(String domain, String guest) {
        return HookScript.of(domain, CpuSet.parse(guest));
    }

    /// The hook that takes the card at 08:00.0 from the desktop.
    public static String screen(String domain) {
        return ScreenScript.of(domain, List.of(new PassedFunction(PciAddress.parse("08:00.0"), "1002:73ff")), "gdm");
    }
}
