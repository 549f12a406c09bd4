package dev.nptune.plan;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.HostUse;
import dev.nptune.host.Storage;
import dev.nptune.host.Storage.Block;
import dev.nptune.vm.Domain;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Whether a disk is a new VM's to have: the installer overwrites it, so that neither the host nor another VM may have
/// anything on it. What cannot be told counts as theirs.
final class DriveUse {
    private static final String DEV = "/dev/";

    private final Host host;
    private final String another;

    private DriveUse(Host host, NewVm wish) {
        this.host = host;
        this.another =
                "give the VM another drive, or an image: --disk /var/lib/libvirt/images/" + wish.name() + ".qcow2";
    }

    /// Why one of the disks cannot be the VM's; empty if all can.
    static Optional<Refusal> against(Host host, NewVm wish) {
        DriveUse use = new DriveUse(host, wish);
        return wish.disks().stream()
                .flatMap(d -> use.hosts(d).or(() -> use.another(d)).stream())
                .findFirst();
    }

    private Optional<Refusal> hosts(NewVm.Disk disk) {
        if (!disk.resolved().startsWith(DEV)) {
            return Optional.empty();
        }
        Storage storage = host.storage();
        if (!(storage.blocks() instanceof Fact.Known)) {
            return Optional.of(notKnown(disk, storage.blocks().source() + " could not be read"));
        }
        Optional<Block> block = storage.block(disk.resolved());
        if (block.isEmpty()) {
            return Optional.of(new Refusal(
                    "which drive " + called(disk) + " is, is not known: no block device of the machine has that name",
                    "give the kernel's own name as lsblk lists it, such as /dev/nvme1n1; or " + another));
        }
        HostUse use = HostUse.of(host, block.get());
        if (!use.uses().isEmpty()) {
            return Optional.of(
                    new Refusal("the host needs " + called(disk) + ": " + String.join("; ", use.uses()), another));
        }
        return use.unknown().isEmpty()
                ? Optional.empty()
                : Optional.of(notKnown(disk, String.join("; ", use.unknown())));
    }

    private Refusal notKnown(NewVm.Disk disk, String why) {
        return new Refusal(
                "whether the host needs " + called(disk) + " is not known: " + why,
                "run it as root on the machine itself; or " + another);
    }

    private static String called(NewVm.Disk disk) {
        return disk.path() + (disk.path().equals(disk.resolved()) ? "" : " (" + disk.resolved() + ")");
    }

    private Optional<Refusal> another(NewVm.Disk disk) {
        Set<String> same = new LinkedHashSet<>(disk.links());
        same.addAll(List.of(disk.path(), disk.resolved()));
        host.storage().block(disk.resolved()).ifPresent(b -> related(host, b).forEach(r -> same.add(r.path())));
        for (var file : host.virtualization().domains()) {
            Optional<String> has = file.xml().map(Domain::parse).get().stream()
                    .flatMap(d -> sources(d).filter(same::contains))
                    .findFirst();
            if (has.isPresent()) {
                return Optional.of(new Refusal(
                        "the VM '" + file.name() + "' has " + has.get() + " as a disk, and two VMs that write to one"
                                + " disk destroy what is on it (" + called(disk) + ")",
                        another));
            }
        }
        return Optional.empty();
    }

    /// What a domain has as hard disks on the host.
    static Stream<String> sources(Domain domain) {
        return domain.disks().stream()
                .filter(d -> d.device().equals("disk") || d.device().equals("lun"))
                .flatMap(d -> d.source().stream());
    }

    /// A block device, what it lies on, and what lies on it.
    private static Set<Block> related(Host host, Block block) {
        List<Block> all = host.storage().blocks().get().orElse(List.of());
        Set<Block> related = new LinkedHashSet<>(below(host, block));
        Set<Block> above = new LinkedHashSet<>(Set.of(block));
        for (boolean grown = true; grown; ) {
            grown = above.addAll(all.stream()
                    .filter(b -> above.stream().anyMatch(a -> b.on().contains(a.name())))
                    .toList());
        }
        related.addAll(above);
        return related;
    }

    /// A block device and what it lies on, down to its drives.
    static Set<Block> below(Host host, Block block) {
        List<Block> all = host.storage().blocks().get().orElse(List.of());
        Set<Block> below = new LinkedHashSet<>(Set.of(block));
        for (boolean grown = true; grown; ) {
            grown = below.addAll(all.stream()
                    .filter(b -> below.stream().anyMatch(a -> a.on().contains(b.name())))
                    .toList());
        }
        return below;
    }

    /// Why disks cannot be disks: their controllers are passed.
    ///
    /// @param passed what the VM gets
    static Optional<Refusal> passedToo(Host host, NewVm wish, List<PassedFunction> passed) {
        for (NewVm.Disk disk : wish.disks()) {
            Optional<Block> block = host.storage().block(disk.resolved());
            for (PassedFunction function : passed) {
                List<String> drives = HostUse.of(host, function.address()).drives();
                if (block.filter(b -> below(host, b).stream().anyMatch(d -> drives.contains(d.name())))
                        .isPresent()) {
                    return Optional.of(new Refusal(
                            called(disk) + " cannot be a disk: its controller " + function.address()
                                    + " goes to the VM with the card, whose IOMMU group it shares, and the host does"
                                    + " not see the drive then",
                            "leave out --disk " + disk.path() + " and say --pass " + function.address()
                                    + ": the guest has the drive by its controller"));
                }
            }
        }
        return Optional.empty();
    }
}
