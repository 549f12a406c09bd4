package dev.nptune.host;

import dev.nptune.host.Storage.Block;
import dev.nptune.host.Storage.Mount;
import dev.nptune.internal.text.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads block devices from `/sys/class/block`, mounts from `/proc/self/mountinfo` and swap space from `/proc/swaps`.
///
/// Sources: `show_mountinfo` in the kernel's `fs/proc_namespace.c`, `swap_show` in `mm/swapfile.c`,
/// `Documentation/ABI/testing/sysfs-block`, `nvme_mpath_alloc_disk` in `drivers/nvme/host/multipath.c`.
final class StorageReader {
    static final String BLOCKS = "/sys/class/block";
    static final String MOUNTS = "/proc/self/mountinfo";
    static final String SWAPS = "/proc/swaps";
    static final String BTRFS = "/sys/fs/btrfs";

    /// Mounts kept.
    static final int MOST = 4096;

    private static final String SUBSYSTEMS = "/sys/class/nvme-subsystem";
    /// No drives; `nvme0c1n1` is one way to a namespace that has several.
    private static final Pattern LEFT_OUT =
            Pattern.compile("(?:ram|loop|zram|nbd)[0-9]{1,5}(?:p[0-9]{1,3})?|nvme[0-9]+c[0-9]+n[0-9]+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}:[0-9]{1,7}");
    private static final Pattern HEAD = Pattern.compile("/virtual/nvme-subsystem/([^/]{1,60})/");
    private static final Pattern CONTROLLER = Pattern.compile("nvme[0-9]{1,5}");

    private final Tree tree;

    private StorageReader(Tree tree) {
        this.tree = tree;
    }

    static Storage read(Tree tree) {
        StorageReader reader = new StorageReader(tree);
        return new Storage(
                tree.names(BLOCKS)
                        .map(names -> names.stream()
                                .filter(name -> !LEFT_OUT.matcher(name).matches())
                                .map(reader::block)
                                .toList()),
                tree.text(MOUNTS).map(StorageReader::mounts),
                tree.text(SWAPS).map(StorageReader::swaps),
                reader.btrfs());
    }

    private Block block(String name) {
        String directory = BLOCKS + "/" + name;
        Fact<String> place = tree.realPath(directory);
        boolean partition = tree.value(directory + "/partition") instanceof Fact.Known<String>;
        return new Block(
                Printable.line(name),
                tree.value(directory + "/dev").map(StorageReader::number),
                place.map(this::functions),
                partition ? place.get().map(StorageReader::drive).stream().toList() : slaves(directory));
    }

    private List<String> slaves(String directory) {
        return tree.namesOrGap(directory + "/slaves").stream()
                .map(Printable::line)
                .toList();
    }

    /// The directory of a partition lies in that of its drive.
    private static String drive(String place) {
        String[] parts = place.split("/");
        return parts.length < 2 ? "" : parts[parts.length - 2];
    }

    /// A namespace that several controllers may serve hangs on none of them.
    private List<PciAddress> functions(String place) {
        Matcher head = HEAD.matcher(place);
        if (!head.find()) {
            return onTheWay(place);
        }
        String subsystem = SUBSYSTEMS + "/" + head.group(1);
        return tree.namesOrGap(subsystem).stream()
                .filter(name -> CONTROLLER.matcher(name).matches())
                .flatMap(name -> tree.realPath(subsystem + "/" + name).get().stream())
                .flatMap(path -> onTheWay(path).stream())
                .distinct()
                .toList();
    }

    /// The PCI functions among the directories of a path below `/sys/devices`, the last first.
    static List<PciAddress> onTheWay(String place) {
        List<PciAddress> functions = new ArrayList<>();
        for (String part : place.split("/")) {
            PciAddress.find(part).ifPresent(functions::add);
        }
        Collections.reverse(functions);
        return functions;
    }

    private static String number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException("not a device number: '" + Values.brief(text) + "'");
        }
        return text;
    }

    /// Those on a block device, and ZFS.
    ///
    /// @throws IllegalArgumentException if a line is not of the kernel's form
    static List<Mount> mounts(String mountinfo) {
        return mountinfo
                .lines()
                .map(StorageReader::mount)
                .filter(m -> !m.source().isEmpty() || m.type().equals("zfs"))
                .limit(MOST)
                .toList();
    }

    /// `36 35 98:0 /root /mnt rw,noatime master:1 - ext3 /dev/root rw`; the number of fields before `-` varies.
    private static Mount mount(String line) {
        List<String> fields = Arrays.asList(line.split(" "));
        int dash = fields.indexOf("-");
        if (dash < 5 || fields.size() < dash + 3) {
            throw new IllegalArgumentException("not a mount: '" + Values.brief(line) + "'");
        }
        String source = fields.get(dash + 2);
        return new Mount(
                number(fields.get(2)),
                fields.get(dash + 1),
                source.startsWith("/dev/") ? source : "",
                fields.get(4).replace("\\040", " "));
    }

    /// Swap files lie in a file system, which is mounted.
    static List<String> swaps(String text) {
        return text.lines()
                .map(line -> line.split("\\s+"))
                .filter(fields -> fields.length > 1 && fields[1].equals("partition"))
                .map(fields -> fields[0].substring(fields[0].lastIndexOf('/') + 1))
                .toList();
    }

    private Fact<List<String>> btrfs() {
        return tree.names(BTRFS).map(all -> {
            TreeSet<String> devices = new TreeSet<>();
            for (String one : all) {
                if (one.contains("-")) {
                    tree.namesOrGap(BTRFS + "/" + one + "/devices").forEach(d -> devices.add(Printable.line(d)));
                }
            }
            return List.copyOf(devices);
        });
    }
}
