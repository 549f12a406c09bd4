package dev.nptune.doctor;

import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Fact;
import dev.nptune.host.KernelLog;
import java.util.List;
import java.util.function.Consumer;

/// Cases of [SecurityRules] about the ACS override.
final class SecurityCases {
    private static final String INVALID = "PCIe ACS invalid ID";

    private SecurityCases() {}

    static List<Case> all() {
        Consumer<TestHost> refused = h -> h.log = TestHost.log(KernelLog.Category.ACS_OVERRIDE, INVALID);
        Consumer<TestHost> lost = h -> h.log = Fact.known(new KernelLog(List.of(), 0, false), h.log.source());
        return List.of(
                fires(
                        "acs-id-unread",
                        "refused",
                        booted("downstream,id:1022:1453").andThen(refused),
                        tuned(),
                        "dmesg | PCIe ACS invalid ID | no such line"),
                clear("acs-id-unread", "understood", booted("id:1022:1453"), tuned()),
                clear("acs-id-unread", "no id", booted("downstream").andThen(refused), tuned()),
                clear(
                        "acs-id-unread",
                        "another line",
                        booted("id:1022:1453")
                                .andThen(h -> h.log = TestHost.log(
                                        KernelLog.Category.ACS_OVERRIDE, "Warning: PCIe ACS overrides enabled")),
                        tuned()),
                unknown(
                        "acs-id-unread",
                        "no log",
                        booted("id:1022:1453").andThen(h -> h.log = TestHost.unreadable(h.log)),
                        tuned(),
                        "dmesg"),
                unknown("acs-id-unread", "log of later", booted("id:1022:1453").andThen(lost), tuned(), "dmesg"),
                unknown(
                        "acs-id-unread",
                        "no command line",
                        h -> h.commandLine = TestHost.unreadable(h.commandLine),
                        tuned(),
                        "/proc/cmdline"));
    }

    private static Consumer<TestHost> booted(String setting) {
        return h -> h.commandLine = Fact.known("quiet pcie_acs_override=" + setting, "/proc/cmdline");
    }
}
