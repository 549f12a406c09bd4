package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Evidence;
import dev.nptune.vm.HostDev;
import java.util.List;

/// Passed devices and the memory balloon.
final class DevicePlan {
    private DevicePlan() {}

    static void add(Draft draft, Diagnosis diagnosis) {
        if (diagnosis.fired("memballoon")) {
            draft.domain("memballoon", "no memory balloon", draft.domain().withoutMemballoon());
        }
        diagnosis.finding("wrong-driver").ifPresent(finding -> {
            List<String> places =
                    finding.evidence().stream().map(Evidence::where).toList();
            for (HostDev hostdev : draft.domain().hostdevs()) {
                if (places.contains(hostdev.path() + "/@managed")) {
                    draft.domain(
                            "wrong-driver",
                            "libvirt binds the passed devices",
                            draft.domain().withManaged(hostdev));
                }
            }
        });
    }
}
