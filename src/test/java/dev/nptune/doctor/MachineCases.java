package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;

import dev.nptune.vm.Domain;
import java.util.List;
import java.util.stream.Stream;

/// Cases of [MachineRules].
final class MachineCases {
    private static final String MACHINE = "os/type/@machine | ";
    private static final String NO_HOSTDEV = "mode='subsystem' type='pci' managed='yes'";
    private static final String HDA = "<sound model='ich9'/></devices>";

    private MachineCases() {}

    static List<Case> all() {
        return Stream.of(links(), split(), sound(), queues())
                .flatMap(List::stream)
                .toList();
    }

    private static Domain machine(String type, String... more) {
        String[] all = new String[more.length + 2];
        all[0] = "pc-q35-8.2";
        all[1] = type;
        System.arraycopy(more, 0, all, 2, more.length);
        return tuned(all);
    }

    private static Case link(String story, String type, String... more) {
        return fires("q35-le-3.1", story, SOUND, machine(type, more), MACHINE + type + " | 4.0.1 or later");
    }

    private static List<Case> links() {
        String id = "q35-le-3.1";
        return List.of(
                link("the last", "pc-q35-3.1"),
                link("older", "pc-q35-2.11"),
                link("with a passed device, no virtio disk", "pc-q35-3.0", "bus='virtio'", "bus='sata'"),
                link("with a virtio disk, nothing passed", "pc-q35-3.1", NO_HOSTDEV, "type='usb'"),
                link("i440fx cannot discard either", "pc-i440fx-2.10"),
                clear(id, "i440fx has no root ports", SOUND, machine("pc-i440fx-2.10", "bus='virtio'", "bus='sata'")),
                clear(
                        id,
                        "neither a passed device nor a virtio disk",
                        SOUND,
                        machine("pc-q35-3.1", NO_HOSTDEV, "type='usb'", "bus='virtio'", "bus='sata'")),
                clear(id, "the next", SOUND, machine("pc-q35-4.0")),
                clear(id, "two digits", SOUND, machine("pc-q35-10.1")),
                clear(id, "the newest by its bare name", SOUND, machine("q35")),
                clear(id, "a distribution's number", SOUND, machine("pc-q35-rhel8.6.0")),
                clear(id, "a distribution's name", SOUND, machine("pc-q35-jammy")),
                clear(id, "none named", SOUND, tuned(" machine='pc-q35-8.2'", "")));
    }

    private static List<Case> split() {
        String id = "q35-4.0-split";
        String found = MACHINE + "pc-q35-4.0 | 4.0.1 or later";
        return List.of(
                fires(
                        id,
                        "unsaid",
                        SOUND,
                        machine("pc-q35-4.0"),
                        found,
                        "features/ioapic/@driver | (absent): qemu | kvm"),
                fires(
                        id,
                        "said",
                        SOUND,
                        machine("pc-q35-4.0", "<cpu mode", "<features><ioapic driver='qemu'/></features><cpu mode"),
                        found,
                        "features/ioapic/@driver | qemu | kvm"),
                clear(
                        id,
                        "in the kernel",
                        SOUND,
                        machine("pc-q35-4.0", "<cpu mode", "<features><ioapic driver='kvm'/></features><cpu mode")),
                clear(
                        id,
                        "in the kernel by argument",
                        SOUND,
                        machine("pc-q35-4.0", "</devices>", arguments("q35,kernel_irqchip=on"))),
                fires(
                        id,
                        "another argument",
                        SOUND,
                        machine("pc-q35-4.0", "</devices>", arguments("q35,kernel_irqchip=off")),
                        found,
                        "features/ioapic/@driver | (absent): qemu | kvm"),
                clear(id, "mended", SOUND, machine("pc-q35-4.0.1")),
                clear(id, "before", SOUND, machine("pc-q35-3.1")),
                clear(id, "after", SOUND, machine("pc-q35-4.1")),
                clear(id, "another major", SOUND, machine("pc-q35-5.0")),
                clear(id, "i440fx never split", SOUND, machine("pc-i440fx-4.0")),
                clear(id, "nothing passed", SOUND, machine("pc-q35-4.0", NO_HOSTDEV, "type='usb'")));
    }

    private static String arguments(String value) {
        return "</devices><qemu:commandline><qemu:arg value='-machine'/><qemu:arg value='" + value
                + "'/></qemu:commandline>";
    }

    private static List<Case> sound() {
        String id = "q35-le-2.12";
        String card = "devices/sound/@model | ich9 | no HD audio on this machine type";
        return List.of(
                fires(
                        id,
                        "the last",
                        SOUND,
                        machine("pc-q35-2.12", "</devices>", HDA),
                        MACHINE + "pc-q35-2.12 | 3.0 or later",
                        card),
                fires(
                        id,
                        "i440fx too",
                        SOUND,
                        machine("pc-i440fx-2.9", "</devices>", HDA),
                        MACHINE + "pc-i440fx-2.9 | 3.0 or later",
                        card),
                clear(id, "the next", SOUND, machine("pc-q35-3.0", "</devices>", HDA)),
                clear(
                        id,
                        "AC97 has no such timer",
                        SOUND,
                        machine("pc-q35-2.12", "</devices>", HDA.replace("ich9", "ac97"))),
                clear(id, "no sound card", SOUND, machine("pc-q35-2.12")));
    }

    private static List<Case> queues() {
        String id = "q35-le-5.1";
        String scsi = "<controller type='scsi' model='virtio-scsi'/></devices>";
        return List.of(
                fires(
                        id,
                        "the last",
                        SOUND,
                        machine("pc-q35-5.1"),
                        MACHINE + "pc-q35-5.1 | 5.2 or later",
                        "devices/disk[1]/driver/@queues | (absent): 1 | 4"),
                fires(
                        id,
                        "virtio-scsi",
                        SOUND,
                        machine("pc-i440fx-4.2", "bus='virtio'", "bus='scsi'", "</devices>", scsi),
                        MACHINE + "pc-i440fx-4.2 | 5.2 or later",
                        "devices/controller[1]/driver/@queues | (absent): 1 | 4"),
                clear(id, "the next", SOUND, machine("pc-q35-5.2")),
                clear(id, "queues are said", SOUND, machine("pc-q35-5.1", "io='native'", "io='native' queues='4'")),
                clear(id, "no virtio disk", SOUND, machine("pc-q35-5.1", "bus='virtio'", "bus='sata'")),
                clear(
                        id,
                        "a virtio controller of another kind",
                        SOUND,
                        machine(
                                "pc-q35-5.1",
                                "bus='virtio'",
                                "bus='sata'",
                                "</devices>",
                                scsi.replace("type='scsi'", "type='virtio-serial'"))),
                clear(
                        id,
                        "an emulated SCSI controller",
                        SOUND,
                        machine(
                                "pc-q35-5.1",
                                "bus='virtio'",
                                "bus='scsi'",
                                "</devices>",
                                scsi.replace("virtio-scsi", "lsilogic"))),
                clear(id, "one vCPU needs one", SOUND, machine("pc-q35-5.1", "static'>4", "static' current='1'>4")));
    }
}
