package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.FileMode;
import dev.nptune.host.Host;
import dev.nptune.host.IommuGrouping;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import dev.nptune.vm.HostDev;
import dev.nptune.vm.Located;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Rules about passed PCI functions and their IOMMU groups.
final class PciRules {
    private static final Set<String> CONVENTIONAL = Set.of("pcie-to-pci-bridge", "dmi-to-pci-bridge", "pci-bridge");

    private static final int AMD = 0x1022;

    private PciRules() {}

    static List<Rule> all() {
        return List.of(IOMMU_OFF, GROUP_SHARED, WRONG_DRIVER, FLR_QUIRK, GPU_NOT_ROOTPORT, I440FX_GPU);
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
        Set<Integer> blocked = new TreeSet<>();
        for (HostDev passed : domain.hostdevs()) {
            HostFacts.passed(host, passed, notes)
                    .flatMap(f -> notes.read(f.iommuGroup()))
                    .ifPresent(group -> {
                        for (PciFunction other : host.pci()) {
                            if (isHosts(other, domain)
                                    && notes.read(other.iommuGroup())
                                            .filter(group::equals)
                                            .isPresent()
                                    && blocks(group, passed.address(), other, notes)) {
                                blocked.add(group);
                            }
                        }
                    });
        }
        if (!blocked.isEmpty()) {
            IommuGrouping.explain(host).shared().stream()
                    .filter(g -> blocked.contains(g.group()) && g.complete())
                    .forEach(g -> notes.found(
                            "/sys/kernel/iommu_groups/" + g.group(), g.sentence(), "only what the VM is given"));
        }
    }

    /// Also another function of a passed card, such as its USB controller: vfio wants every one of them. Of bridges it
    /// passes over those with a bus below them, whatever their driver; an ISA bridge is a device like any other.
    private static boolean isHosts(PciFunction function, Domain domain) {
        return !function.hasBusBelow()
                && domain.hostdevs().stream().noneMatch(d -> d.address().equals(function.address()));
    }

    /// A function without any driver does not stand in vfio's way.
    private static boolean blocks(int group, PciAddress passed, PciFunction other, Examination notes) {
        Optional<String> driver = notes.read(other.driver()).filter(d -> !isVfio(d) && !d.equals("pci-stub"));
        driver.ifPresent(d -> notes.found(
                "/sys/kernel/iommu_groups/" + group + "/devices/" + other.address(),
                other.id() + " on " + d,
                "a group without it for " + passed));
        return driver.isPresent();
    }

    /// vfio-pci and its kin for single devices, such as `mlx5-vfio-pci`.
    static boolean isVfio(String driver) {
        return driver.endsWith("vfio-pci");
    }

    private static final Rule WRONG_DRIVER = Rule.of(
                    "wrong-driver", Category.PCI, Severity.CRITICAL, Need.DOMAIN, Need.PCI, Need.HOOKS)
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
                if (isVfio(bound)) {
                    return;
                }
                if (boundByHook(host)) {
                    notes.possible(driver.source(), bound + "; a hook may bind it", "vfio-pci");
                    notes.possible(passed.path() + "/@managed", "no", "yes");
                } else {
                    notes.found(driver.source(), bound, "vfio-pci");
                    notes.found(passed.path() + "/@managed", "no", "yes");
                }
            });
        }
    }

    /// Whether a script that libvirt runs at a VM's start has to do with vfio.
    private static boolean boundByHook(Host host) {
        return host.virtualization().hooks().stream()
                .filter(h -> h.mode().get().filter(FileMode::executable).isPresent() && !Hooks.ours(h))
                .anyMatch(h -> h.text()
                        .get()
                        .filter(t -> t.contains("vfio") || t.contains("nodedev-detach"))
                        .isPresent());
    }

    private static final Rule GPU_NOT_ROOTPORT = Rule.of(
                    "gpu-not-rootport", Category.PCI, Severity.MEDIUM, Need.DOMAIN, Need.PCI)
            .title("A passed graphics card does not sit on a PCI Express root port")
            .effect("The guest's driver sees no PCI Express link: it may run the card slowly or not start it.")
            .fix("Delete the hostdev's guest <address>: libvirt then puts the card on a pcie-root-port.")
            .risk("Windows finds the card anew and installs its driver once more.")
            .when(PciRules::notOnRootPort);

    private static void notOnRootPort(Host host, Domain domain, Examination notes) {
        if (!MachineType.isOf(domain, MachineType.Board.Q35)) {
            return;
        }
        for (HostDev passed : domain.hostdevs()) {
            Optional<Element> address = HostFacts.element(domain, passed.path())
                    .flatMap(e -> e.child("address"))
                    .filter(a -> a.has("type", "pci"));
            Optional<String> place = address.flatMap(a -> place(domain, a));
            place.ifPresent(p -> HostFacts.passed(host, passed, notes)
                    .filter(PciFunction::isDisplay)
                    .filter(f -> f.address().bus() != 0 && isExpress(f))
                    .ifPresent(_ ->
                            notes.found(address.orElseThrow().path() + "/@bus", p, "the bus of a pcie-root-port")));
        }
    }

    /// A conventional card has no link to lose; libvirt itself puts it behind a bridge to PCI.
    private static boolean isExpress(PciFunction function) {
        return !(function.link().maxWidth() instanceof Fact.Absent);
    }

    /// Where a device of the guest is, if it is where no PCI Express link leads.
    private static Optional<String> place(Domain domain, Element address) {
        int bus = number(address, "bus");
        if (bus == 0) {
            return Optional.of("0x00, the root complex");
        }
        return domain.root().all("devices/controller").stream()
                .filter(c -> c.has("type", "pci") && number(c, "index") == bus)
                .flatMap(c -> c.attribute("model").filter(CONVENTIONAL::contains).stream())
                .map(m -> address.attribute("bus").orElse("") + ", a " + m)
                .findFirst();
    }

    /// A number as libvirt takes it, in hex with `0x` or decimal; 0 where there is none.
    private static int number(Element e, String key) {
        try {
            return Integer.decode(e.attribute(key).orElse("0"));
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }

    private static final Rule I440FX_GPU = Rule.of("i440fx-gpu", Category.PCI, Severity.MEDIUM, Need.DOMAIN, Need.PCI)
            .title("A graphics card is passed into a machine without PCI Express")
            .effect("The guest sees a conventional PCI card; some drivers want PCI Express and misbehave.")
            .fix("Make a new VM of type q35 with OVMF and give it the old disk.")
            .risk("Windows may not start before its boot drivers are set, and asks for activation.")
            .source("Proxmox VE wiki, \"PCI Passthrough\"")
            .when((host, domain, notes) -> {
                if (MachineType.isOf(domain, MachineType.Board.I440FX)
                        && HostFacts.passedDisplays(host, domain, notes).stream()
                                .anyMatch(d -> d.address().bus() != 0)) {
                    notes.found(
                            domain.machine().map(Located::path).orElse("os/type/@machine"),
                            domain.machine().map(Located::value).orElse("(absent): i440fx"),
                            "q35");
                }
            });

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
