package dev.nptune.bench.disk;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.host.Storage.Block;
import dev.nptune.host.Storage.Mount;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Which drives a file or a block device of the host's lies on.
public final class DriveFinder {
    private final Host host;

    public DriveFinder(Host host) {
        this.host = host;
    }

    /// The drive that is a PCI function, as one passed to a VM.
    public Fact<List<Drive>> passed(PciAddress address) {
        String source = "PCI " + address;
        return host.function(address)
                .map(f -> Fact.known(List.of(Drive.on(address.toString(), f)), source))
                .orElse(Fact.unreadable(source, "the host has no such function"));
    }

    /// The drives below a path with no symbolic links in it. A network file system is not among the mounts that are
    /// known; of a file on one it looks as if it were on the file system around it.
    public Fact<List<Drive>> below(String path) {
        if (host.storage().blocks() instanceof Fact.Unreadable<List<Block>>(String source, String reason)) {
            return Fact.unreadable(source, reason);
        }
        return path.startsWith("/dev/") ? ofDevice(path) : ofFile(path);
    }

    private Fact<List<Drive>> ofDevice(String path) {
        return host.storage()
                .block(path)
                .map(block -> drives(block, path))
                .orElse(Fact.unreadable(path, "it is none of the block devices that are known"));
    }

    private Fact<List<Drive>> ofFile(String path) {
        if (host.storage().mounts() instanceof Fact.Unreadable<List<Mount>>(String source, String reason)) {
            return Fact.unreadable(source, reason);
        }
        Path file = Path.of(path).normalize();
        Optional<Mount> found = host.storage().mounts().get().stream()
                .flatMap(List::stream)
                .filter(m -> file.startsWith(m.at()))
                .max(Comparator.comparingInt(m -> Path.of(m.at()).getNameCount()));
        if (found.isEmpty()) {
            return Fact.unreadable(path, "no file system on a drive is mounted there");
        }
        Mount mount = found.get();
        if (mount.type().equals("zfs")) {
            return Fact.unreadable(path, "it is on ZFS, and the kernel does not tell on which drives");
        }
        if (mount.type().equals("btrfs")
                && host.storage().btrfs().get().filter(b -> b.size() == 1).isEmpty()) {
            return Fact.unreadable(path, "it is on btrfs, which may be on several drives");
        }
        return host.storage().blocks().get().stream()
                .flatMap(List::stream)
                .filter(b -> b.number().get().filter(mount.number()::equals).isPresent()
                        || b.path().equals(mount.source()))
                .findFirst()
                .map(block -> drives(block, path))
                .orElse(Fact.unreadable(path, "the block device mounted at " + mount.at() + " is not known"));
    }

    /// Down from a partition or volume to what is made of nothing else.
    private Fact<List<Drive>> drives(Block top, String source) {
        TreeMap<String, Block> named = new TreeMap<>();
        host.storage().blocks().get().stream().flatMap(List::stream).forEach(b -> named.put(b.name(), b));
        Set<Drive> drives = new LinkedHashSet<>();
        Set<String> seen = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(top.name()));
        while (!open.isEmpty()) {
            String name = open.pop();
            Block block = named.get(name);
            if (block == null) {
                return Fact.unreadable(source, "nothing is known of " + name);
            }
            if (!seen.add(name)) {
                continue;
            }
            if (block.on().isEmpty()) {
                drives.add(drive(block));
            }
            open.addAll(block.on());
        }
        return Fact.known(List.copyOf(drives), source);
    }

    private Drive drive(Block block) {
        Optional<PciFunction> controller =
                block.functions().get().filter(f -> !f.isEmpty()).flatMap(f -> host.function(f.getFirst()));
        return controller
                .map(f -> Drive.on(block.name(), f))
                .orElse(new Drive(
                        block.name(), "drive on a controller that is not known", Optional.empty(), Optional.empty()));
    }
}
