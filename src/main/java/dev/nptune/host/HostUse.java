package dev.nptune.host;

import dev.nptune.host.Network.Interface;
import dev.nptune.host.Storage.Block;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What the host does with a PCI function that it would miss: file systems and swap space on its drives, the way to
/// its network.
///
/// A function that has neither drives nor interfaces is neither used nor unknown. What cannot be told counts as
/// unknown, never as unused.
///
/// @param drives names of the block devices that hang on it directly, partitions left out
/// @param interfaces names of the network interfaces that hang on it
/// @param uses what the host does with it, each a clause: `nvme0n1p2 is mounted at /`
/// @param unknown why more cannot be ruled out, each a clause
public record HostUse(List<String> drives, List<String> interfaces, List<String> uses, List<String> unknown) {
    public HostUse {
        drives = List.copyOf(drives);
        interfaces = List.copyOf(interfaces);
        uses = List.copyOf(uses);
        unknown = List.copyOf(unknown);
    }

    /// Whether the host certainly does without it.
    public boolean none() {
        return uses.isEmpty() && unknown.isEmpty();
    }

    /// Looks.
    public static HostUse of(Host host, PciAddress function) {
        Looking looking = new Looking(host, function);
        looking.drives();
        looking.network();
        return new HostUse(looking.drives, looking.interfaces, List.copyOf(looking.uses), List.copyOf(looking.unknown));
    }

    private static final class Looking {
        private static final int USB_STORAGE = 0x08;

        private final Host host;
        private final PciAddress function;
        private final List<String> drives = new ArrayList<>();
        private final List<String> interfaces = new ArrayList<>();
        private final Set<String> uses = new LinkedHashSet<>();
        private final Set<String> unknown = new LinkedHashSet<>();

        private Looking(Host host, PciAddress function) {
            this.host = host;
            this.function = function;
        }

        private void drives() {
            Storage storage = host.storage();
            boolean mayHaveSome = isOfClass(0x01) || hasUsbDrive();
            if (!(storage.blocks() instanceof Fact.Known<List<Block>>(List<Block> blocks, String _))) {
                if (mayHaveSome) {
                    needed(storage.blocks(), "its drives are not known");
                }
                return;
            }
            Set<String> reached = new LinkedHashSet<>();
            for (Block block : blocks) {
                if (hangsOn(block.functions(), mayHaveSome)) {
                    reached.add(block.name());
                    if (block.on().isEmpty()) {
                        drives.add(block.name());
                    }
                }
            }
            spread(reached, blocks, Block::name, Block::on);
            blocks.stream().filter(b -> reached.contains(b.name())).forEach(b -> uses(b, blocks));
            if (!drives.isEmpty()) {
                needed(storage.mounts(), "mounts are not known");
                missing(storage.swaps(), "swap space is not known");
                missing(storage.btrfs(), "the drives of btrfs are not known");
                pools();
            }
        }

        /// The kernel does not tell which drives a ZFS pool is on.
        private void pools() {
            boolean zfs = host.storage().mounts().get().stream()
                    .flatMap(List::stream)
                    .anyMatch(m -> m.type().equals("zfs"));
            if (zfs && uses.isEmpty()) {
                unknown.add("ZFS is mounted, and the kernel does not tell on which drives");
            }
        }

        private void uses(Block block, List<Block> all) {
            boolean mounted = false;
            for (Storage.Mount mount : host.storage().mounts().get().orElse(List.of())) {
                if (block.number().get().filter(mount.number()::equals).isPresent()
                        || List.of(mount.source().split(":")).contains("/dev/" + block.name())) {
                    uses.add(block.name() + " is mounted at " + mount.at());
                    mounted = true;
                }
            }
            if (host.storage().swaps().get().orElse(List.of()).contains(block.name())) {
                uses.add(block.name() + " is swap space");
                mounted = true;
            }
            if (!mounted && host.storage().btrfs().get().orElse(List.of()).contains(block.name())) {
                uses.add(block.name() + " is part of a mounted btrfs");
                mounted = true;
            }
            boolean under = all.stream().anyMatch(b -> b.on().contains(block.name()));
            if (!mounted
                    && !under
                    && block.functions().get().filter(List::isEmpty).isPresent()) {
                uses.add(block.name() + ", a volume on " + String.join(" and ", block.on()) + ", is active");
            }
        }

        private void network() {
            Network network = host.network();
            boolean card = isOfClass(0x02);
            if (!(network.interfaces() instanceof Fact.Known<List<Interface>>(List<Interface> all, String _))) {
                if (card) {
                    needed(network.interfaces(), "its interfaces are not known");
                }
                return;
            }
            Set<String> reached = new LinkedHashSet<>();
            all.stream().filter(i -> hangsOn(i.functions(), card)).forEach(i -> reached.add(i.name()));
            interfaces.addAll(reached);
            spread(reached, all, Interface::name, Interface::on);
            List<String> routes = network.defaultRoutes().get().orElse(List.of());
            routes.stream().filter(reached::contains).forEach(name -> uses.add("the default route goes over " + name));
            if (!interfaces.isEmpty()) {
                needed(network.defaultRoutes(), "routes are not known");
                onlyCard(all);
            } else if (isUsb() && routes.stream().anyMatch(Network.UNNAMED::contains)) {
                unknown.add("the default route goes over a USB adapter, which may hang on it");
            }
        }

        private void onlyCard(List<Interface> all) {
            boolean other = all.stream()
                    .flatMap(i -> i.functions().get().stream())
                    .anyMatch(way -> !way.isEmpty() && !way.contains(function));
            if (!other) {
                uses.add("it is the only network card");
            }
        }

        private boolean hangsOn(Fact<List<PciAddress>> way, boolean mayHaveSome) {
            if (mayHaveSome) {
                missing(way, "what hangs on it is not known");
            }
            return way.get().filter(w -> w.contains(function)).isPresent();
        }

        private void missing(Fact<?> fact, String what) {
            if (fact instanceof Fact.Unreadable<?>(String source, String reason)) {
                unknown.add(what + " (" + source + ": " + reason + ")");
            }
        }

        /// A machine without it is not to be had, so that it was left out of what was read.
        private void needed(Fact<?> fact, String what) {
            missing(fact, what);
            if (fact instanceof Fact.Absent<?>(String source)) {
                unknown.add(what + " (" + source + " is not there)");
            }
        }

        private boolean isOfClass(int base) {
            return host.function(function)
                    .filter(f -> f.classCode() >> 16 == base)
                    .isPresent();
        }

        private boolean hasUsbDrive() {
            return host.usb().stream()
                    .filter(c -> c.address().equals(function))
                    .flatMap(c -> c.devices().stream())
                    .flatMap(d -> d.interfaces().stream())
                    .anyMatch(i -> !i.interfaceClass()
                            .get()
                            .filter(c -> c != USB_STORAGE)
                            .isPresent());
        }

        private boolean isUsb() {
            return host.function(function).filter(PciFunction::isUsbController).isPresent();
        }

        /// Adds what is made of what was reached, until nothing is added.
        private static <T> void spread(
                Set<String> reached, List<T> all, Function<T, String> name, Function<T, List<String>> on) {
            Optional<T> next = Optional.empty();
            do {
                next = all.stream()
                        .filter(t -> !reached.contains(name.apply(t)))
                        .filter(t -> on.apply(t).stream().anyMatch(reached::contains))
                        .findFirst();
                next.ifPresent(t -> reached.add(name.apply(t)));
            } while (next.isPresent());
        }
    }
}
