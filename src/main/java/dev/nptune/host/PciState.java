package dev.nptune.host;

import java.util.List;

/// How the kernel handles a function.
///
/// @param resetMethods what the kernel would try, in that order: `device_specific`, `acpi`, `flr`, `af_flr`, `pm`,
///     `bus`, `cxl_bus`; absent or empty if it cannot be reset alone
/// @param msiAllowed whether message-signalled interrupts are allowed to it (of a bridge: below it)
/// @param msiIrqs the kernel's numbers of its message-signalled interrupts; absent if it uses none
/// @param power `D0`, `D3hot`, `D3cold`, `unknown`
/// @param d3coldAllowed whether the kernel may cut its power
/// @param runtimeStatus `active`, `suspended`, `unsupported`
public record PciState(
        Fact<List<String>> resetMethods,
        Fact<Boolean> msiAllowed,
        Fact<List<Integer>> msiIrqs,
        Fact<String> power,
        Fact<Boolean> d3coldAllowed,
        Fact<String> runtimeStatus) {

    static PciState unread(String directory, String reason) {
        return new PciState(
                Fact.unreadable(directory + "/reset_method", reason),
                Fact.unreadable(directory + "/msi_bus", reason),
                Fact.unreadable(directory + "/msi_irqs", reason),
                Fact.unreadable(directory + "/power_state", reason),
                Fact.unreadable(directory + "/d3cold_allowed", reason),
                Fact.unreadable(directory + "/power/runtime_status", reason));
    }
}
