package dev.nptune.bench.disk;

import dev.nptune.host.PciAddress;
import dev.nptune.vm.Disk;
import dev.nptune.vm.Domain;
import dev.nptune.vm.HostDev;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Which disk a test ran on.
public sealed interface TestedDisk {
    /// In a VM, on a disk that QEMU makes.
    ///
    /// @param disk the disk
    /// @param where the domain's name or file, for people
    record OfQemu(Disk disk, String where) implements TestedDisk {
        @Override
        public String words() {
            return "disk " + disk.target() + " of " + where;
        }

        /// The caching mode in force.
        public String cache() {
            return disk.cache().filter(c -> !c.equals("default")).orElse("writeback");
        }

        /// The caching mode and where it stands, for people.
        String cacheSaid() {
            return disk.cache().filter(c -> !c.equals("default")).isPresent()
                    ? "cache='" + cache() + "' in " + words()
                    : "no cache= in " + words() + ", which is writeback";
        }

        /// Whether reads and writes go through the host's page cache.
        public boolean throughHostCache() {
            return disk.throughHost() && !cache().equals("none") && !cache().equals("directsync");
        }
    }

    /// In a VM, on a drive that was given to it whole.
    ///
    /// @param address the drive's PCI function on the host
    /// @param where the domain's name or file, for people
    record Passed(PciAddress address, String where) implements TestedDisk {
        @Override
        public String words() {
            return "drive " + address + " passed to " + where;
        }
    }

    /// On a machine itself.
    ///
    /// @param path the file or device tested; `""` if that is not known
    record Bare(String path) implements TestedDisk {
        @Override
        public String words() {
            return path.isEmpty() ? "a disk of the machine itself" : path;
        }
    }

    /// For people: `disk vda of game.xml`.
    String words();

    /// The one of a domain that was tested.
    ///
    /// @param where the domain's name or file, for people
    /// @param name a target such as `vda`, or the PCI address of a passed-through drive; `""` if nobody says
    /// @param isDrive whether a function of the host's is known to be one
    /// @throws IllegalArgumentException if there is no such disk, or several and nobody says which
    static TestedDisk of(Domain domain, String where, String name, Predicate<PciAddress> isDrive) {
        List<TestedDisk> all = Stream.concat(
                        domain.disks().stream()
                                .filter(d ->
                                        d.device().equals("disk") || d.device().equals("lun"))
                                .<TestedDisk>map(d -> new OfQemu(d, where)),
                        domain.hostdevs().stream()
                                .map(HostDev::address)
                                .filter(a -> a.toString().equals(name) || isDrive.test(a))
                                .<TestedDisk>map(a -> new Passed(a, where)))
                .toList();
        List<TestedDisk> named =
                all.stream().filter(d -> name.isEmpty() || key(d).equals(name)).toList();
        if (named.size() == 1) {
            return named.getFirst();
        }
        String disks = String.join(", ", all.stream().map(TestedDisk::key).toList());
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    all.isEmpty() ? where + " has no disk of QEMU's" : where + " has several disks: " + disks);
        }
        throw new IllegalArgumentException(
                where + " has no disk " + name + (disks.isEmpty() ? "" : "; it has " + disks));
    }

    private static String key(TestedDisk disk) {
        return switch (disk) {
            case OfQemu q -> q.disk().target();
            case Passed p -> p.address().toString();
            case Bare b -> b.path();
        };
    }
}
