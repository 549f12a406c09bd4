package dev.nptune.vm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The nodes that `-blockdev` makes, each on top of another down to a file or device.
final class QemuBlockNodes {
    private static final int DEEPEST = 16;
    /// Drivers that hold the data themselves.
    private static final Set<String> ENDS = Set.of(
            "file",
            "host_device",
            "host_cdrom",
            "nvme",
            "nvme-io_uring",
            "virtio-blk-vfio-pci",
            "io_uring",
            "rbd",
            "nbd",
            "iscsi",
            "http",
            "https",
            "ftp",
            "ftps",
            "ssh",
            "gluster",
            "nfs",
            "vvfat",
            "null-co",
            "null-aio");
    private static final Set<String> FILTERS =
            Set.of("throttle", "copy-on-read", "preallocate", "compress", "blkdebug", "blkverify", "snapshot-access");

    private final Map<String, QemuSettings> nodes = new LinkedHashMap<>();
    private final Map<String, String> said = new LinkedHashMap<>();

    QemuBlockNodes(QemuTranslation all) {
        for (QemuArgument argument : all.named("blockdev")) {
            QemuSettings settings = all.settings(argument, "driver");
            settings.get("node-name").ifPresent(name -> {
                nodes.put(name, settings);
                said.put(name, argument.text());
            });
        }
    }

    /// What a node stands for.
    Optional<QemuImage> find(String name) {
        return find(name, new StringBuilder(), DEEPEST);
    }

    private Optional<QemuImage> find(String name, StringBuilder text, int deeper) {
        QemuSettings node = nodes.get(name);
        if (node == null || deeper == 0) {
            return Optional.empty();
        }
        text.append(text.isEmpty() ? "" : " ").append(said.getOrDefault(name, ""));
        return image(node, text, deeper);
    }

    private Optional<QemuImage> image(QemuSettings node, StringBuilder text, int deeper) {
        String driver = node.get("driver", "");
        if (ENDS.contains(driver)) {
            return Optional.of(QemuImage.of(driver, node, text.toString()));
        }
        QemuSettings inline = node.below("file");
        Optional<QemuImage> below = inline.get("driver").isPresent()
                ? image(inherited(node, inline), text, deeper - 1)
                : node.get("file").flatMap(file -> find(file, text, deeper - 1));
        return below.map(image -> image.under(FILTERS.contains(driver) ? "" : driver, node));
    }

    /// What a node holds within it takes its caching from it.
    private static QemuSettings inherited(QemuSettings node, QemuSettings inline) {
        return QemuSettings.merged(List.of(
                new QemuSettings(node.all().stream()
                        .filter(s -> s.name().startsWith("cache."))
                        .toList()),
                inline));
    }
}
