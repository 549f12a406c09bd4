package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Fact;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.function.Consumer;

/// Cases of [DiskRules].
final class DiskCases {
    private static final String QEMU = "qemu-system-x86_64 --version";
    private static final String LIBVIRT = "libvirtd --version";

    private DiskCases() {}

    private static Consumer<TestHost> versions(String libvirt, String qemu) {
        return h -> {
            h.libvirt = Fact.known(libvirt, LIBVIRT);
            h.qemu = Fact.known(qemu, QEMU);
        };
    }

    private static Domain on(String source, String... more) {
        String[] all = new String[more.length + 2];
        all[0] = "/dev/disk/by-id/ata-disk";
        all[1] = source;
        System.arraycopy(more, 0, all, 2, more.length);
        return tuned(all);
    }

    static List<Case> all() {
        String id = "vq-map";
        String found = "devices/disk[1]/driver/@iothread | 1 | <iothreads> with several in <driver>";
        Domain nvme = on("/dev/nvme0n1p3");
        Consumer<TestHost> can = versions("10.0.0", "9.0.0");
        return List.of(
                fires(id, "an NVMe partition", can, nvme, found),
                fires(id, "by its id", can, on("/dev/disk/by-id/nvme-Samsung_980"), found),
                fires(id, "two vCPUs", can, on("/dev/nvme0n1", "static'>4", "static' current='2'>4"), found),
                clear(id, "one vCPU", can, on("/dev/nvme0n1", "static'>4", "static' current='1'>4")),
                clear(id, "QEMU before", versions("10.0.0", "8.2.2"), nvme),
                clear(id, "libvirt before", versions("9.10.0", "9.0.0"), nvme),
                clear(id, "a SATA drive", can, tuned()),
                clear(id, "no iothread is another matter", can, on("/dev/nvme0n1", " iothread='1'/>", "/>")),
                clear(
                        id,
                        "several",
                        can,
                        on("/dev/nvme0n1", " iothread='1'/>", "><iothreads><iothread id='1'/></iothreads></driver>")),
                clear(id, "on another bus", can, on("/dev/nvme0n1", "bus='virtio'", "bus='scsi'")),
                clear(id, "old versions, nothing to map", SOUND, tuned()),
                unknown(id, "no libvirt", can.andThen(h -> h.libvirt = TestHost.unreadable(h.libvirt)), nvme, LIBVIRT),
                unknown(id, "no QEMU", can.andThen(h -> h.qemu = TestHost.unreadable(h.qemu)), nvme, QEMU),
                unknown(id, "a version in words", versions("10.0.0", "git"), nvme, QEMU));
    }
}
