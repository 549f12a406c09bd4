package dev.nptune.plan;

import dev.nptune.host.Host;
import dev.nptune.host.HostUse;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.host.Storage.Block;
import dev.nptune.host.UsbController;
import dev.nptune.plan.DeviceAdvice.Offer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What could be passed to a VM besides its card: USB controllers, and the drive that is its disk. Only what is alone
/// in its IOMMU group and surely not needed by the host is offered.
final class DeviceOffers {
    private static final int NVME = 0x0108;

    /// The part of a USB4 router that speaks with the host: no ports of its own.
    private static final int USB4_HOST = 0x0c0340;

    private final Host host;
    private final GroupJudge judge;
    private final List<PciFunction> taken;

    private DeviceOffers(Host host, List<PciFunction> taken) {
        this.host = host;
        this.taken = taken;
        this.judge = new GroupJudge(host, Set.of());
    }

    /// Looks for offers.
    ///
    /// @param taken what the VM gets anyway
    /// @param disks paths of the VM's disks on the host
    static List<Offer> of(Host host, List<PciFunction> taken, Set<String> disks) {
        DeviceOffers offers = new DeviceOffers(host, taken);
        Map<PciAddress, Offer> ports = new LinkedHashMap<>();
        for (UsbController controller : host.usb()) {
            host.function(controller.address())
                    .filter(f -> !taken.contains(f) && f.classCode() != USB4_HOST)
                    .flatMap(f -> offers.usb(controller, f))
                    .ifPresent(offer -> ports.put(controller.address(), offer));
        }
        List<Offer> all = offers.oneStays(ports);
        for (String disk : new TreeSet<>(disks)) {
            offers.disk(disk).filter(o -> !taken.contains(o.function())).ifPresent(o -> all.add(o.offer()));
        }
        return List.copyOf(all);
    }

    private List<Offer> oneStays(Map<PciAddress, Offer> ports) {
        Set<PciAddress> gone = taken.stream().map(PciFunction::address).collect(Collectors.toSet());
        List<Set<PciAddress>> together = UsbInput.oneMustStay(host, ports.keySet(), gone);
        List<Offer> all = new ArrayList<>();
        ports.forEach((address, offer) -> all.add(together.stream()
                .filter(set -> set.contains(address))
                .findFirst()
                .map(set -> offer.withCost("one of "
                        + set.stream().map(PciAddress::toString).collect(Collectors.joining(" and "))
                        + " must stay with the host: they have all its keyboards or mice"))
                .orElse(offer)));
        return all;
    }

    private record Drive(PciFunction function, Offer offer) {}

    private Optional<Integer> own(PciFunction function) {
        return judge.judge(List.of(function)) instanceof GroupVerdict.Alone(Set<Integer> groups)
                ? groups.stream().findFirst()
                : Optional.empty();
    }

    private Optional<Offer> usb(UsbController controller, PciFunction function) {
        boolean free = judge.needed(function, taken).isEmpty();
        return own(function).filter(_ -> free).map(group -> {
            List<String> devices = UsbInput.devices(controller);
            String now = devices.isEmpty() ? "nothing is plugged in now" : "on it now: " + String.join(", ", devices);
            return offer(
                    function,
                    Topic.DEVICES,
                    "the USB controller " + DeviceWords.of(function),
                    "It is alone in IOMMU group " + group + "; " + now
                            + ". What is plugged into its ports then belongs to the guest, then and later.",
                    "the host loses these ports while the VM runs");
        });
    }

    /// A drive whose controller has that one alone, taken whole.
    private Optional<Drive> disk(String path) {
        Optional<Block> block = host.storage().blocks().get().stream()
                .flatMap(List::stream)
                .filter(b -> path.equals("/dev/" + b.name()) && b.on().isEmpty())
                .findFirst();
        return block.flatMap(b -> b.functions().get())
                .flatMap(way -> way.stream().findFirst())
                .flatMap(host::function)
                .filter(f -> f.classCode() >> 8 == NVME)
                .filter(f -> free(f, path))
                .flatMap(f -> own(f).map(group -> new Drive(f, drive(f, path, group))));
    }

    private boolean free(PciFunction controller, String path) {
        HostUse use = HostUse.of(host, controller.address());
        return use.none() && use.drives().stream().allMatch(d -> path.equals("/dev/" + d));
    }

    private Offer drive(PciFunction controller, String path, int group) {
        return offer(
                controller,
                Topic.DISK,
                "the NVMe drive " + path + " with its controller " + DeviceWords.of(controller),
                "It is alone in IOMMU group " + group + " and nothing on it is mounted: the guest's own driver then"
                        + " speaks with the drive, without QEMU between as with virtio.",
                "the host does not see the drive while the VM runs, and there are no snapshots of it");
    }

    private Offer offer(PciFunction function, Topic topic, String what, String why, String costs) {
        List<String> warnings = new ArrayList<>(DeviceFindings.of(host, DeviceFindings.domain(List.of(function)), false)
                .warnings());
        warnings.addAll(ResetCheck.warnings(host, List.of(function)));
        warnings.addAll(GroupRefusals.unproven(host, List.of(function)));
        warnings.addFirst(costs);
        return new Offer(DeviceWords.passed(List.of(function)), new Choice(topic, what, why, "", joined(warnings)));
    }

    private static String joined(List<String> clauses) {
        return clauses.stream().map(DeviceWords::withoutStop).collect(Collectors.joining("; "));
    }
}
