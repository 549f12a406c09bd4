package dev.nptune.vm;

import java.util.Optional;
import java.util.Set;

/// A disk of a domain.
///
/// @param path XPath relative to `/domain`
/// @param device `disk`, `cdrom`, `floppy` or `lun`
/// @param type what backs it: `file`, `block`, `volume`, `network`, `nvme`, `vhostuser`, …
/// @param bus the bus the guest sees; where the XML names none, what libvirt infers from the target's name
/// @param target the name within the domain, `sda`
/// @param cache host caching mode; empty for QEMU's default, writeback
/// @param io how QEMU does asynchronous I/O; empty for its default, threads
/// @param iothread whether an iothread of its own serves it
/// @param source path of the file or block device; empty for other kinds and for an empty drive
public record Disk(
        String path,
        String device,
        String type,
        String bus,
        String target,
        Optional<String> cache,
        Optional<String> io,
        boolean iothread,
        Optional<String> source) {

    private static final Set<String> THROUGH_HOST = Set.of("file", "block", "volume", "dir");

    /// A hard disk behind an emulated controller, where each request costs exits for every register touched.
    public boolean emulated() {
        return device.equals("disk") && (bus.equals("sata") || bus.equals("ide"));
    }

    /// A hard disk on virtio-blk.
    public boolean virtio() {
        return device.equals("disk") && bus.equals("virtio");
    }

    /// A hard disk whose data QEMU reads and writes through the host kernel, so that its page cache has a say.
    public boolean throughHost() {
        return device.equals("disk") && THROUGH_HOST.contains(type);
    }

    /// A hard disk whose reads and writes go through the host's page cache.
    public boolean hostCached() {
        return throughHost()
                && cache.filter(c -> !c.equals("writeback") && !c.equals("default"))
                        .isEmpty();
    }

    /// A virtio-blk disk served by QEMU's main loop.
    public boolean onMainLoop() {
        return virtio() && !type.equals("vhostuser") && !type.equals("vdpa") && !iothread;
    }
}
