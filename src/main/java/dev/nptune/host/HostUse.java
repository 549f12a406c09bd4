package dev.nptune.host;

import dev.nptune.host.Network.Interface;
import dev.nptune.host.Storage.Block;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
/// @param vital those of the uses without which the host does not go on: its own folders, swap space, the default route
public record HostUse(
        List<String> drives, List<String> interfaces, List<String> uses, List<String> unknown, List<String> vital) {
    public HostUse {
        drives = List.copyOf(drives);
        interfaces = List.copyOf(interfaces);
        uses = List.copyOf(uses);
        unknown = List.copyOf(unknown);
        vital = List.copyOf(vital);
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
        return looking.found();
    }

    /// The same for a block device and all that is made of it. That a volume is active is no use of the volume itself:
    /// logical volumes and ZFS's are made to be given away.
    ///
    /// @param device one of the host's
    public static HostUse of(Host host, Block device) {
        Looking looking = new Looking(host, null);
        looking.block(device);
        return looking.found();
    }

    private static final class Looking {
        private static final int USB_STORAGE = 0x08;
        private static final Pattern OWN_FOLDERS = Pattern.compile("/|/(?:boot|efi|usr|home|var)(?:/.*)?");
        private static final Pattern ZFS_VOLUME = Pattern.compile("zd[0-9]+(?:p[0-9]+)?");

        private final Host host;
        private final @Nullable PciAddress function;
        private final List<String> drives = new ArrayList<>();
        private final List<String> interfaces = new ArrayList<>();
        private final Set<String> uses = new LinkedHashSet<>();
        private final Set<String> unknown = new LinkedHashSet<>();
        private final Set<String> vital = new LinkedHashSet<>();

        private Looking(Host host, @Nullable PciAddress function) {
            this.host = host;
            this.function = function;
        }

        private HostUse found() {
            return new HostUse(drives, interfaces, List.copyOf(uses), List.copyOf(unknown), List.copyOf(vital));
        }

        private void block(Block device) {
            if (device.on().isEmpty()) {
                drives.add(device.name());
            }
            List<Block> blocks = host.storage().blocks().get().orElse(List.of());
            Set<String> reached = new LinkedHashSet<>(Set.of(device.name()));
            spread(reached, blocks, Block::name, Block::on);
            for (Block block : blocks) {
                if (reached.contains(block.name()) && !used(block) && !block.equals(device)) {
                    active(block, blocks);
                }
            }
            known();
            if (!ZFS_VOLUME.matcher(device.name()).matches()) {
                pools();
            }
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
            blocks.stream().filter(b -> reached.contains(b.name()) && !used(b)).forEach(b -> active(b, blocks));
            if (!drives.isEmpty()) {
                known();
                pools();
            }
        }

        private void known() {
            needed(host.storage().mounts(), "mounts are not known");
            missing(host.storage().swaps(), "swap space is not known");
            missing(host.storage().btrfs(), "the drives of btrfs are not known");
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

        /// Whether file systems or swap space lie on it.
        private boolean used(Block block) {
            boolean used = false;
            for (Storage.Mount mount : mounts()) {
                if (block.number().get().filter(mount.number()::equals).isPresent()
                        || List.of(mount.source().split(":")).contains(block.path())) {
                    use(
                            block.name() + " is mounted at " + mount.at(),
                            OWN_FOLDERS.matcher(mount.at()).matches());
                    used = true;
                }
            }
            if (host.storage().swaps().get().orElse(List.of()).contains(block.name())) {
                use(block.name() + " is swap space", true);
                used = true;
            }
            if (!used && host.storage().btrfs().get().orElse(List.of()).contains(block.name())) {
                use(
                        block.name() + " is part of a mounted btrfs",
                        mounts().stream()
                                .filter(m -> m.type().equals("btrfs"))
                                .anyMatch(m -> OWN_FOLDERS.matcher(m.at()).matches()));
                used = true;
            }
            return used;
        }

        private List<Storage.Mount> mounts() {
            return host.storage().mounts().get().orElse(List.of());
        }

        private void use(String what, boolean isVital) {
            uses.add(what);
            if (isVital) {
                vital.add(what);
            }
        }

        /// A volume with nothing on it that is known.
        private void active(Block block, List<Block> all) {
            boolean under = all.stream().anyMatch(b -> b.on().contains(block.name()));
            if (!under
                    && !block.on().isEmpty()
                    && !block.isPartition()
                    && block.functions().get().filter(List::isEmpty).isPresent()) {
                use(block.name() + ", a volume on " + String.join(" and ", block.on()) + ", is active", false);
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
            routes.stream().filter(reached::contains).forEach(name -> use("the default route goes over " + name, true));
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
                    .anyMatch(way -> !way.isEmpty() && !(function != null && way.contains(function)));
            if (!other) {
                uses.add("it is the only network card");
            }
        }

        private boolean hangsOn(Fact<List<PciAddress>> way, boolean mayHaveSome) {
            if (mayHaveSome) {
                missing(way, "what hangs on it is not known");
            }
            return way.get()
                    .filter(w -> function != null && w.contains(function))
                    .isPresent();
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
            return function != null
                    && host.function(function)
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
            return function != null
                    && host.function(function)
                            .filter(PciFunction::isUsbController)
                            .isPresent();
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
