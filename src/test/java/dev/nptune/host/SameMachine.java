package dev.nptune.host;

import dev.nptune.internal.json.Json;

/// What can be compared of two readings of one machine.
public final class SameMachine {
    private SameMachine() {}

    /// As below, of a host.
    public static String comparable(Host host) {
        return comparable(Json.pretty(host));
    }

    /// Why a file cannot be read is told in other words later; that it cannot is the same. Figures that change from
    /// moment to moment are left out, and so are owner and mode of files, which the script does not keep.
    ///
    /// @param scan what `nptune scan --json` prints
    public static String comparable(String scan) {
        return scan.strip()
                .replaceAll("\"(unreadable|reason)\" : \".*\"", "\"$1\" : \"\"")
                .replaceAll("(?s)\"kvm\" : \\{.*?\"/dev/kvm\"[^}]*}", "\"kvm\" : {}")
                .replaceAll("(?s)\"mode\" : \\{\\s+(\"value\" : \\{[^{}]*},\\s+)?[^{}]*}", "\"mode\" : {}")
                .replaceAll("(?s)\"processes\" : \\{[^{}]*}", "\"processes\" : {}")
                .replaceAll(
                        "\"(lastCpu|count|resident|transparent|pool|pages4k|pages2m|pages1g)\" : \\d+", "\"$1\" : 0")
                .replaceAll("(?s)\"(available|free|current[A-Za-z]*|powerState)\" : \\{[^{}]*}", "\"$1\" : {}");
    }
}
