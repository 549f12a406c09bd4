package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;

import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.stream.Stream;

/// Rules whose facts are the domain's alone: none of them can be unknown.
final class DomainCases {
    private static final String DRIVER = "cache='none' io='native' iothread='1'";
    private static final String NO_HOSTDEV = "type='pci' managed='yes'";

    private DomainCases() {}

    static List<Case> all() {
        return Stream.of(disks(), iothreads(), threads(), arguments())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Case> disks() {
        return List.of(
                fires(
                        "cache-unsafe",
                        "unsafe",
                        SOUND,
                        tuned("cache='none'", "cache='unsafe'"),
                        "devices/disk[1]/driver/@cache | unsafe | none"),
                clear("cache-unsafe", "writeback is slow but safe", SOUND, tuned("cache='none'", "cache='writeback'")),
                fires(
                        "disk-emulated",
                        "sata",
                        SOUND,
                        tuned("bus='virtio'", "bus='sata'"),
                        "devices/disk[1]/target/@bus | sata | virtio"),
                fires(
                        "disk-emulated",
                        "ide by its name",
                        SOUND,
                        tuned("dev='vda' bus='virtio'", "dev='hda'"),
                        "devices/disk[1]/target/@bus | ide | virtio"),
                clear("disk-emulated", "a cdrom may be", SOUND, tuned()),
                clear("disk-emulated", "virtio-scsi", SOUND, tuned("bus='virtio'", "bus='scsi'")),
                fires(
                        "cache-writeback",
                        "unsaid",
                        SOUND,
                        tuned("cache='none'", ""),
                        "devices/disk[1]/driver/@cache | (absent): writeback | none"),
                fires(
                        "cache-writeback",
                        "said",
                        SOUND,
                        tuned("cache='none'", "cache='writeback'"),
                        "devices/disk[1]/driver/@cache | writeback | none"),
                clear(
                        "cache-writeback",
                        "directsync passes the cache too",
                        SOUND,
                        tuned("cache='none'", "cache='directsync'")),
                clear(
                        "cache-writeback",
                        "a network disk has none",
                        SOUND,
                        tuned("<disk type='block'", "<disk type='network'", "cache='none'", "")));
    }

    private static List<Case> iothreads() {
        return List.of(
                fires(
                        "no-iothread",
                        "none",
                        SOUND,
                        tuned(DRIVER, "cache='none'"),
                        "devices/disk[1]/driver/@iothread | (absent) | an iothread's number"),
                clear("no-iothread", "one", SOUND, tuned()),
                clear(
                        "no-iothread",
                        "several",
                        SOUND,
                        tuned(DRIVER + "/>", "><iothreads><iothread id='1'/></iothreads></driver>")),
                fires(
                        "iothread-unused",
                        "two, one used",
                        SOUND,
                        tuned("<iothreads>1", "<iothreads>2"),
                        "iothreads | 1-2, of which unused: 2 | all in use"),
                clear("iothread-unused", "used", SOUND, tuned()),
                clear(
                        "iothread-unused",
                        "none",
                        SOUND,
                        tuned("<iothreads>1</iothreads>", "", " iothread='1'/>\n      <source", "/>\n      <source")));
    }

    private static List<Case> threads() {
        return List.of(
                fires(
                        "emulator-overlap",
                        "shared",
                        SOUND,
                        tuned("<emulatorpin cpuset='0,8'", "<emulatorpin cpuset='4'"),
                        "cputune/emulatorpin/@cpuset | 4 | CPUs other than 4-5,12-13"),
                fires(
                        "emulator-overlap",
                        "unbound",
                        SOUND,
                        tuned("<emulatorpin cpuset='0,8'/>", ""),
                        "cputune/emulatorpin | (absent): every CPU | CPUs other than 4-5,12-13"),
                fires(
                        "emulator-overlap",
                        "the domain's cpuset",
                        SOUND,
                        tuned("<emulatorpin cpuset='0,8'/>", "", "placement='static'", "cpuset='0-7'"),
                        "vcpu/@cpuset | 0-7 | CPUs other than 4-5,12-13"),
                clear(
                        "emulator-overlap",
                        "unbound, and the guest's CPUs isolated",
                        h -> h.isolated = Fact.known(CpuSet.parse("4-7,12-15"), h.isolated.source()),
                        tuned("<emulatorpin cpuset='0,8'/>", "")),
                fires(
                        "emulator-overlap",
                        "unbound, and not all of the guest's CPUs isolated",
                        h -> h.isolated = Fact.known(CpuSet.parse("4,12"), h.isolated.source()),
                        tuned("<emulatorpin cpuset='0,8'/>", ""),
                        "cputune/emulatorpin | (absent): every CPU | CPUs other than 4-5,12-13"),
                clear(
                        "emulator-overlap",
                        "the domain's cpuset elsewhere",
                        SOUND,
                        tuned("<emulatorpin cpuset='0,8'/>", "", "placement='static'", "cpuset='0-3'")),
                clear(
                        "emulator-overlap",
                        "siblings of vCPUs are another matter",
                        SOUND,
                        tuned("<emulatorpin cpuset='0,8'", "<emulatorpin cpuset='6'")),
                fires(
                        "memballoon",
                        "virtio",
                        SOUND,
                        tuned("<memballoon model='none'", "<memballoon model='virtio'"),
                        "devices/memballoon/@model | virtio | none"),
                fires(
                        "memballoon",
                        "left out",
                        SOUND,
                        tuned("<memballoon model='none'/>", ""),
                        "devices/memballoon/@model | (absent): libvirt adds virtio | none"),
                clear(
                        "memballoon",
                        "nothing is passed",
                        SOUND,
                        tuned("<memballoon model='none'/>", "", NO_HOSTDEV, "type='usb'")));
    }

    private static List<Case> arguments() {
        String bit = "<feature policy='disable' name='hypervisor'/><feature policy='require' name='topoext'/>";
        return List.of(
                fires(
                        "dup-cpu-arg",
                        "a second -cpu",
                        SOUND,
                        arguments("-cpu", "host,kvm=off"),
                        "qemu:commandline/qemu:arg[1]/@value | -cpu | (absent)"),
                clear("dup-cpu-arg", "something else", SOUND, arguments("-global", "-cpu=1")),
                fires(
                        "hypervisor-bit-off",
                        "by feature",
                        SOUND,
                        tuned("<feature policy='require' name='topoext'/>", bit),
                        "cpu/feature[1]/@policy | disable | (absent)"),
                fires(
                        "hypervisor-bit-off",
                        "by argument",
                        SOUND,
                        arguments("-cpu", "host,-hypervisor"),
                        "qemu:commandline/qemu:arg[2]/@value | host,-hypervisor | no -hypervisor"),
                clear(
                        "hypervisor-bit-off",
                        "required",
                        SOUND,
                        tuned("<feature policy='require' name='topoext'/>", bit.replace("disable", "require"))),
                clear("hypervisor-bit-off", "not a -cpu argument", SOUND, arguments("-name", "-hypervisor")));
    }

    private static Domain arguments(String first, String second) {
        return tuned(
                "</devices>",
                "</devices><qemu:commandline><qemu:arg value='" + first + "'/><qemu:arg value='" + second
                        + "'/></qemu:commandline>");
    }
}
