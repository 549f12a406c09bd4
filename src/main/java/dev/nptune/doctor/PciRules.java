package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.vm.Domain;
import dev.nptune.vm.HostDev;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Rules about passed PCI functions and their IOMMU groups.
final class PciRules {
    private static final Set<String> VFIO_FRIENDS = Set.of("vfio-pci", "pci-stub");

    private static final int AMD = 0x1022;

    private PciRules() {}

    static List<Rule> all() {
        return List.of(IOMMU_OFF, GROUP_SHARED, WRONG_DRIVER, FLR_QUIRK);
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

    /// AMD's functions that hang in a function-level reset, and the first kernel that knows it; the crypto coprocessor
    /// has no entry there yet.
    private static final Map<Integer, Optional<KernelVersion>> HANG_IN_FLR = Map.of(
            0x1486, Optional.empty(),
            0x1487, Optional.of(new KernelVersion(5, 8, 0)),
            0x148c, Optional.of(new KernelVersion(5, 8, 0)),
            0x149c, Optional.of(new KernelVersion(5, 8, 0)),
            0x7901, Optional.of(new KernelVersion(6, 3, 0)));

    private static final Rule FLR_QUIRK = Rule.of(
                    "flr-quirk", Category.PCI, Severity.CRITICAL, Need.DOMAIN, Need.PCI, Need.RELEASE)
            .versions("sound and USB (1022:1487, 148c, 149c): Linux before 5.8; SATA (1022:7901): before 6.3")
            .title("A passed function of the chipset hangs in its reset")
            .effect("The VM does not start, or starts once; the host may hang with it.")
            .fix("Upgrade the kernel, or take flr out of the function's reset_method.")
            .source("Linux drivers/pci/quirks.c")
            .when(PciRules::flrQuirk);

    private static void flrQuirk(Host host, Domain domain, Examination notes) {
        domain.hostdevs().stream()
                .flatMap(d -> HostFacts.passed(host, d, notes).stream())
                .filter(f -> f.vendorId() == AMD && HANG_IN_FLR.containsKey(f.deviceId()))
                .forEach(f -> flr(host, f, notes));
    }

    /// The kernel's list of resets is without it where the kernel knows better; older kernels show no list.
    private static void flr(Host host, PciFunction function, Examination notes) {
        Fact<List<String>> methods = function.state().resetMethods();
        Optional<KernelVersion> cured = Objects.requireNonNull(HANG_IN_FLR.get(function.deviceId()));
        if (methods instanceof Fact.Known<List<String>>(List<String> known, String source)) {
            if (known.stream().findFirst().filter("flr"::equals).isPresent()) {
                notes.found(source, String.join(" ", known), "no flr for " + function.id());
            }
        } else if (cured.isEmpty()) {
            notes.missing(methods.source(), "the kernel does not say how it resets " + function.id());
        } else {
            HostFacts.kernel(host, notes)
                    .filter(v -> v.compareTo(cured.get()) < 0)
                    .ifPresent(_ -> notes.possible(
                            host.kernel().release().source(),
                            host.kernel().release().get().orElseThrow(),
                            cured.get().major() + "." + cured.get().minor() + " or later, for " + function.id()));
        }
    }
}
