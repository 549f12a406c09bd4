package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.vm.Disk;
import dev.nptune.vm.Domain;
import java.util.Optional;
import java.util.function.Predicate;

/// Moves disks to virtio, past the host's page cache, and onto an iothread.
///
/// With `cache='none'` goes `io='native'`: it is what every QEMU and kernel of the last decade has, while io_uring may
/// be compiled out or forbidden by `kernel.io_uring_disabled`, and then the VM does not start. Only files and block
/// devices have the choice at all.
final class DiskPlan {
    private DiskPlan() {}

    static void add(Draft draft, Findings findings, Request request) {
        Diagnosis diagnosis = findings.diagnosis();
        Domain before = draft.domain();
        boolean emulated = diagnosis.fired("disk-emulated");
        if (emulated) {
            toVirtio(draft, request);
        }
        if (diagnosis.fired("cache-writeback")) {
            uncache(draft, "cache-writeback");
        }
        if (diagnosis.fired("cache-unsafe")) {
            uncache(draft, "cache-unsafe");
        }
        if (diagnosis.fired("no-iothread") || emulated) {
            iothread(draft, diagnosis.fired("no-iothread") ? "no-iothread" : "disk-emulated");
        }
        if (diagnosis.fired("iothread-unused") && allUsed(draft.domain())) {
            draft.domain("iothread-unused", "", draft.domain());
        }
        if (!draft.domain().equals(before)) {
            choose(draft, before);
        }
    }

    private static void choose(Draft draft, Domain before) {
        Domain after = draft.domain();
        if (count(after, Disk::virtio) > count(before, Disk::virtio)) {
            draft.choose(new Choice(
                    Topic.DISK,
                    "disks on virtio",
                    "Every request to an emulated controller costs several exits and runs through QEMU's device"
                            + " emulation.",
                    "",
                    "a guest without the virtio driver does not boot from them"));
        }
        if (count(after, Disk::hostCached) < count(before, Disk::hostCached) || unsafe(after) < unsafe(before)) {
            draft.choose(new Choice(
                    Topic.DISK,
                    "disks past the host's page cache",
                    "Through it data is copied and cached twice, and what the guest believes written may not be.",
                    "reported: benchmarks that showed 3.5 GB/s of host memory on a SATA SSD then show the drive"
                            + " (Level1Techs, \"Patch NPT on Ryzen for Better Performance\")",
                    "what the host had cached is read from the drive"));
        }
        if (count(after, Disk::onMainLoop) < count(before, Disk::onMainLoop)
                || count(after, Disk::iothread) > count(before, Disk::iothread)) {
            draft.choose(Choice.of(
                    Topic.DISK,
                    "disks on an iothread",
                    "In QEMU's main loop their requests wait behind everything else that it does."));
        }
    }

    private static long unsafe(Domain domain) {
        return count(domain, d -> d.cache().filter("unsafe"::equals).isPresent());
    }

    private static long count(Domain domain, Predicate<Disk> which) {
        return domain.disks().stream().filter(which).count();
    }

    /// A Windows that has a virtio disk already has its driver; another one may not, and would not boot.
    private static void toVirtio(Draft draft, Request request) {
        Domain domain = draft.domain();
        boolean driver = domain.disks().stream().anyMatch(Disk::virtio);
        Optional<String> windows = domain.windows();
        if (windows.isPresent() && !driver && !request.virtioDisk()) {
            draft.leave(
                    "disk-emulated",
                    "left alone. The guest looks like Windows (" + windows.get() + "), which does not boot from virtio"
                            + " before its viostor driver is installed. Add a small second disk on virtio, boot, and"
                            + " install the driver from virtio-win; or, where it is installed, give --virtio-disk.");
            return;
        }
        for (Disk disk : domain.disks().stream().filter(Disk::emulated).toList()) {
            draft.domain("disk-emulated", "disks on virtio", draft.domain().withVirtio(disk));
        }
        draft.note("disk-emulated: a Windows guest needs the viostor driver installed before its disk moves to"
                + " virtio, or it does not boot. Its old SATA or IDE controller stays in the XML.");
    }

    private static void uncache(Draft draft, String rule) {
        for (Disk disk : draft.domain().disks()) {
            boolean wrong = rule.equals("cache-unsafe")
                    ? disk.cache().filter("unsafe"::equals).isPresent()
                    : disk.hostCached();
            if (wrong) {
                Domain edited = draft.domain().withCache(disk, "none");
                if (disk.type().equals("file") || disk.type().equals("block")) {
                    edited = edited.withIo(disk, "native");
                }
                draft.domain(rule, "disks past the host's page cache", edited);
            }
        }
    }

    private static void iothread(Draft draft, String rule) {
        for (Disk disk :
                draft.domain().disks().stream().filter(Disk::onMainLoop).toList()) {
            if (draft.domain().iothreads().isEmpty()) {
                draft.domain(rule, "an iothread", draft.domain().withIothreads(1));
            }
            int thread = firstIothread(draft.domain());
            draft.domain(rule, "disks on an iothread", draft.domain().withIothread(disk, thread));
        }
    }

    /// An idle iothread if there is one, else the first.
    private static int firstIothread(Domain domain) {
        var all = domain.iothreads().orElseThrow().value();
        var idle = all.minus(domain.iothreadsInUse());
        return (idle.isEmpty() ? all : idle).stream().findFirst().orElseThrow();
    }

    private static boolean allUsed(Domain domain) {
        return domain.iothreads()
                .filter(t -> t.value().minus(domain.iothreadsInUse()).isEmpty())
                .isPresent();
    }
}
