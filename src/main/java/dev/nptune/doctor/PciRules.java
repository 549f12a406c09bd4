package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.vm.Domain;
import dev.nptune.vm.HostDev;
import java.util.List;
import java.util.Set;

/// Rules about passed PCI functions and their IOMMU groups.
final class PciRules {
    private static final Set<String> VFIO_FRIENDS = Set.of("vfio-pci", "pci-stub");

    private PciRules() {}

    static List<Rule> all() {
        return List.of(IOMMU_OFF, GROUP_SHARED, WRONG_DRIVER);
    }

    private static final Rule IOMMU_OFF = Rule.of("iommu-off", Category.PCI, Severity.CRITICAL, Need.DOMAIN, Need.PCI)
            .title("The IOMMU is off")
            .effect("No device can be passed: the VM does not start.")
            .fix("Turn on IOMMU (AMD-Vi, VT-d) in the firmware; on Intel also boot with intel_iommu=on.")
            .when(PciRules::iommuOff);

    private static void iommuOff(Host host, Domain domain, Examination notes) {
        if (domain.hostdevs().isEmpty()) {
            return;
        }
        if (HostFacts.pci(host, notes).stream()
                .anyMatch(f -> f.iommuGroup().get().isPresent())) {
            return;
        }
        host.pci().forEach(f -> notes.read(f.iommuGroup()));
        if (notes.missing().isEmpty()) {
            notes.found("/sys/kernel/iommu_groups", "(empty)", "a group for every device");
        }
    }

    private static final Rule GROUP_SHARED = Rule.of(
                    "group-shared", Category.PCI, Severity.CRITICAL, Need.DOMAIN, Need.PCI)
            .title("A passed device shares its IOMMU group with a device of the host")
            .effect("vfio refuses a group that the host still uses: the VM does not start.")
            .fix("Put the card into another slot, or pass every device of the group.")
            .risk("Passing a whole group takes its other devices, perhaps the host's disk, from the host.")
            .when(PciRules::groupShared);

    private static void groupShared(Host host, Domain domain, Examination notes) {
        for (HostDev passed : domain.hostdevs()) {
            HostFacts.passed(host, passed, notes)
                    .flatMap(f -> notes.read(f.iommuGroup()))
                    .ifPresent(group -> {
                        for (PciFunction other : host.pci()) {
                            if (isHosts(other, domain)
                                    && notes.read(other.iommuGroup())
                                            .filter(group::equals)
                                            .isPresent()) {
                                blocks(group, passed.address(), other, notes);
                            }
                        }
                    });
        }
    }

    private static boolean isHosts(PciFunction function, Domain domain) {
        return !function.isBridge()
                && domain.hostdevs().stream().noneMatch(d -> d.address().sameDevice(function.address()));
    }

    /// A function without any driver does not stand in vfio's way.
    private static void blocks(int group, PciAddress passed, PciFunction other, Examination notes) {
        notes.read(other.driver())
                .filter(d -> !VFIO_FRIENDS.contains(d))
                .ifPresent(d -> notes.found(
                        "/sys/kernel/iommu_groups/" + group + "/devices/" + other.address(),
                        other.id() + " on " + d,
                        "a group without it for " + passed));
    }

    private static final Rule WRONG_DRIVER = Rule.of(
                    "wrong-driver", Category.PCI, Severity.CRITICAL, Need.DOMAIN, Need.PCI)
            .title("A passed device is bound to a host driver and libvirt is told to leave it there")
            .effect("The VM does not start.")
            .fix("Set managed='yes' on the hostdev, or bind vfio-pci to the device by its address.")
            .risk("The host loses the device while the VM runs.")
            .when(PciRules::wrongDriver);

    private static void wrongDriver(Host host, Domain domain, Examination notes) {
        for (HostDev passed : domain.hostdevs()) {
            if (passed.managed()) {
                continue;
            }
            HostFacts.passed(host, passed, notes).ifPresent(function -> {
                Fact<String> driver = function.driver();
                String bound = driver instanceof Fact.Absent<String>
                        ? "(none)"
                        : notes.read(driver).orElse("vfio-pci");
                if (!bound.equals("vfio-pci")) {
                    notes.found(driver.source(), bound, "vfio-pci");
                    notes.found(passed.path() + "/@managed", "no", "yes");
                }
            });
        }
    }
}
