package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.vm.Disk;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import java.util.List;

/// Rules about disks.
final class DiskRules {
    private DiskRules() {}

    static List<Rule> all() {
        return List.of(CACHE_UNSAFE, DISK_EMULATED, CACHE_WRITEBACK, NO_IOTHREAD, IOTHREAD_UNUSED, VQ_MAP);
    }

    private static final Rule CACHE_UNSAFE = Rule.of("cache-unsafe", Category.DISK, Severity.CRITICAL, Need.DOMAIN)
            .title("A disk ignores the guest's flushes")
            .effect("What the guest believes written may be lost or torn when the host crashes: corruption.")
            .fix("Set cache='none' on the disk's driver.")
            .source("QEMU manual, -drive cache=")
            .when((_, domain, notes) -> domain.disks().stream()
                    .filter(d -> d.cache().filter("unsafe"::equals).isPresent())
                    .forEach(d -> notes.found(d.path() + "/driver/@cache", "unsafe", "none")));

    private static final Rule DISK_EMULATED = Rule.of("disk-emulated", Category.DISK, Severity.HIGH, Need.DOMAIN)
            .title("A disk hangs on an emulated controller")
            .effect("Every request costs several exits and runs through QEMU's device emulation:"
                    + " low throughput, CPU cost, stutter while loading.")
            .fix("Move the disk to virtio, or pass an NVMe drive through.")
            .risk("A guest without the virtio driver cannot boot from the disk afterwards:"
                    + " Windows needs viostor installed first.")
            .source("Level1Techs, \"Patch NPT on Ryzen for Better Performance\"")
            .when((_, domain, notes) -> domain.disks().stream()
                    .filter(Disk::emulated)
                    .filter(_ -> !DeviceRules.macOs(domain))
                    .forEach(d -> notes.found(d.path() + "/target/@bus", d.bus(), "virtio")));

    private static final Rule CACHE_WRITEBACK = Rule.of("cache-writeback", Category.DISK, Severity.MEDIUM, Need.DOMAIN)
            .title("A disk goes through the host's page cache")
            .effect("Data is copied and cached twice, and benchmarks measure the host's memory"
                    + " (3.5 GB/s on a SATA SSD).")
            .fix("Set cache='none' on the disk's driver, with io='native' on a block device or a preallocated raw file,"
                    + " else io='io_uring'.")
            .risk("A file on tmpfs or an older ZFS cannot be opened so. Benchmarks fall to what the drive can do.")
            .source("QEMU manual, -drive cache=; Level1Techs, \"Patch NPT on Ryzen for Better Performance\"")
            .when((_, domain, notes) -> domain.disks().stream()
                    .filter(Disk::hostCached)
                    .forEach(d ->
                            notes.found(d.path() + "/driver/@cache", d.cache().orElse("(absent): writeback"), "none")));

    private static final Rule NO_IOTHREAD = Rule.of("no-iothread", Category.DISK, Severity.MEDIUM, Need.DOMAIN)
            .title("A virtio disk is served by QEMU's main loop")
            .effect("Disk requests wait behind everything else that the main loop does, and it behind them.")
            .fix("Give the domain an iothread and name it on the disk's driver; pin it off the vCPUs.")
            .source("libvirt formatdomain, \"IOThreads Allocation\"")
            .when((_, domain, notes) -> domain.disks().stream()
                    .filter(Disk::onMainLoop)
                    .forEach(d -> notes.found(d.path() + "/driver/@iothread", "(absent)", "an iothread's number")));

    private static final Rule IOTHREAD_UNUSED = Rule.of("iothread-unused", Category.DISK, Severity.LOW, Need.DOMAIN)
            .title("An iothread that nothing uses")
            .effect("None: a thread that never runs. Often a disk was meant to use it and does not.")
            .fix("Name it on a virtio disk's driver, or take it out.")
            .source("libvirt formatdomain, \"IOThreads Allocation\"")
            .when((_, domain, notes) -> domain.iothreads().ifPresent(threads -> {
                var idle = threads.value().minus(domain.iothreadsInUse());
                if (!idle.isEmpty()) {
                    notes.found(threads.path(), threads.value() + ", of which unused: " + idle, "all in use");
                }
            }));

    private static final Rule VQ_MAP = Rule.of("vq-map", Category.DISK, Severity.LOW, Need.DOMAIN, Need.TOOLS)
            .versions("libvirt from 10.0, QEMU from 9.0 on")
            .title("An NVMe drive is served by one thread")
            .effect("One iothread caps what a fast drive gives the guest; the queues could be spread over several.")
            .fix("<iothreads>2</iothreads> in <domain>; in <driver> queues='4' and <iothreads><iothread id='1'/>"
                    + "<iothread id='2'/></iothreads> in place of iothread=.")
            .risk("More CPU time of the host; bind the new threads off the vCPUs.")
            .source("Stefan Hajnoczi, blog.vmsplice.net, on iothread-vq-mapping")
            .when(DiskRules::oneThread);

    private static void oneThread(Host host, Domain domain, Examination notes) {
        List<Element> single = domain.disks().stream()
                .filter(d -> d.virtio() && d.source().filter(DiskRules::nvme).isPresent())
                .flatMap(d -> HostFacts.element(domain, d.path() + "/driver").stream())
                .filter(e -> e.attribute("iothread").isPresent())
                .toList();
        if (single.isEmpty()
                || domain.vcpus().enabled().size() < 2
                || !atLeast(host.tools().libvirt(), 10, notes)
                || !atLeast(host.tools().qemu(), 9, notes)) {
            return;
        }
        single.forEach(e -> notes.found(
                e.path() + "/@iothread",
                e.attribute("iothread").orElseThrow(),
                "<iothreads> with several in <driver>"));
    }

    /// Whether a path names an NVMe drive or a partition of one; an image in a file may lie on anything.
    private static boolean nvme(String source) {
        return source.startsWith("/dev/nvme") || source.startsWith("/dev/disk/by-id/nvme-");
    }

    private static boolean atLeast(Fact<String> tool, int major, Examination notes) {
        return HostFacts.version(tool, notes).filter(v -> v.major() >= major).isPresent();
    }
}
