package dev.nptune.vm;

import java.util.Optional;

/// What backs a disk.
///
/// @param type libvirt's kind: `file`, `block`, `network`, `nvme`, `dir`, …
/// @param source path of the file or device, or where else it is; empty for none
/// @param format `raw`, `qcow2`, …; empty if not said
/// @param direct whether it goes past the host's page cache, if said
/// @param noFlush whether flushes are ignored
/// @param cache the caching mode, if named as a whole
/// @param io how asynchronous I/O is done, if said
/// @param discard whether discards reach it, if said
/// @param readOnly whether it is only read
/// @param said the arguments
record QemuImage(
        String type,
        String source,
        String format,
        Optional<Boolean> direct,
        boolean noFlush,
        Optional<String> cache,
        Optional<String> io,
        Optional<String> discard,
        boolean readOnly,
        String said) {

    /// A node that holds the data itself.
    static QemuImage of(String driver, QemuSettings node, String said) {
        String path = node.get("filename", "");
        return new QemuImage(
                switch (driver) {
                    case "file" -> path.startsWith("/dev/") ? "block" : "file";
                    case "host_device", "host_cdrom", "io_uring" -> "block";
                    case "nvme", "nvme-io_uring", "virtio-blk-vfio-pci" -> "nvme";
                    case "vvfat" -> "dir";
                    case "null-co", "null-aio" -> "file";
                    default -> "network";
                },
                driver.equals("nvme") ? node.get("device", path) : path,
                "",
                node.get("cache.direct").map(QemuSettings::isOn),
                node.on("cache.no-flush"),
                Optional.empty(),
                node.get("aio"),
                node.get("discard"),
                node.on("read-only"),
                said);
    }

    /// The same below a node of a format.
    QemuImage under(String driver, QemuSettings node) {
        return new QemuImage(
                type,
                source,
                format.isEmpty() ? driver : format,
                direct,
                noFlush || node.on("cache.no-flush"),
                cache,
                io,
                node.get("discard").or(() -> discard),
                readOnly || node.on("read-only"),
                said);
    }

    /// The caching mode by libvirt's names; empty if nothing was said, which means writeback.
    ///
    /// @param writeThrough whether the device is told to write through
    Optional<String> cacheMode(boolean writeThrough) {
        if (cache.isPresent()) {
            return cache;
        }
        if (direct.isEmpty() && !noFlush && !writeThrough) {
            return Optional.empty();
        }
        boolean past = direct.orElse(false);
        return Optional.of(
                writeThrough ? past ? "directsync" : "writethrough" : noFlush ? "unsafe" : past ? "none" : "writeback");
    }
}
