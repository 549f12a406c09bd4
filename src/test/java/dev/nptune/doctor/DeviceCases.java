package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;

import dev.nptune.vm.Domain;
import java.util.List;
import java.util.stream.Stream;

/// Cases of [DeviceRules].
final class DeviceCases {
    private static final String LOCAL = " | the server's socket below /run/user, or pipewire";
    private static final String HDA = "<sound model='ich9'/>";

    private DeviceCases() {}

    static List<Case> all() {
        return Stream.of(tpm(), environment(), servers(), networks(), usb())
                .flatMap(List::stream)
                .toList();
    }

    private static Domain devices(String more) {
        return tuned("</devices>", more + "</devices>");
    }

    private static Domain after(String devices, String more) {
        return tuned("</devices>", devices + "</devices><qemu:commandline>" + more + "</qemu:commandline>");
    }

    private static List<Case> tpm() {
        String tpm = "<tpm model='tpm-crb'><backend type='passthrough'/></tpm>";
        return List.of(
                fires(
                        "tpm-passthrough",
                        "the host's",
                        SOUND,
                        devices(tpm),
                        "devices/tpm/backend/@type | passthrough | emulator"),
                clear("tpm-passthrough", "emulated", SOUND, devices(tpm.replace("passthrough", "emulator"))),
                clear("tpm-passthrough", "none", SOUND, tuned()));
    }

    private static List<Case> environment() {
        String driver = "<qemu:env name='QEMU_AUDIO_DRV' value='pa'/>";
        String server = "<qemu:env name='PULSE_SERVER' value='tcp:10.0.0.1'/>";
        String path = "qemu:commandline/qemu:env/@value | ";
        return List.of(
                fires("audio", "by environment", SOUND, after(HDA, driver), path + "pa | an <audio> element"),
                fires(
                        "audio",
                        "a sound card by hand",
                        SOUND,
                        after("", driver + "<qemu:arg value='ich9-intel-hda,bus=pcie.0'/>"),
                        path + "pa | an <audio> element"),
                clear("audio", "without a sound card", SOUND, after("", driver + "<qemu:arg value='-hda'/>")),
                clear("audio", "no sound wanted", SOUND, after(HDA, driver.replace("'pa'", "'none'"))),
                clear("audio", "another variable", SOUND, after(HDA, driver.replace("AUDIO_DRV", "PA_SAMPLES"))),
                fires("audio", "a server elsewhere", SOUND, after(HDA, server), path + "tcp:10.0.0.1" + LOCAL),
                clear(
                        "audio",
                        "a socket",
                        SOUND,
                        after(HDA, server.replace("tcp:10.0.0.1", "unix:/run/user/1000/pulse/native"))),
                clear("audio", "no value", SOUND, after(HDA, "<qemu:env name='PULSE_SERVER'/>")),
                clear(
                        "audio",
                        "no environment but an argument",
                        SOUND,
                        after(HDA, "<qemu:arg name='QEMU_AUDIO_DRV' value='pa'/>")),
                clear(
                        "audio",
                        "elsewhere in the XML",
                        SOUND,
                        tuned("</devices>", HDA + "</devices><metadata>" + driver + "</metadata>")));
    }

    private static List<Case> servers() {
        String audio = HDA + "<audio id='1' type='pulseaudio' serverName='10.0.0.1'/>";
        return List.of(
                fires(
                        "audio",
                        "PulseAudio on another host",
                        SOUND,
                        devices(audio),
                        "devices/audio/@serverName | 10.0.0.1" + LOCAL),
                clear("audio", "PulseAudio by its socket", SOUND, devices(audio.replace("10.0.0.1", "/run/pulse"))),
                clear("audio", "a socket of a known machine", SOUND, devices(audio.replace("10.0.0.1", "{1f}unix:/p"))),
                clear("audio", "another kind", SOUND, devices(audio.replace("pulseaudio", "jack"))),
                clear("audio", "without a server", SOUND, devices(audio.replace(" serverName='10.0.0.1'", ""))),
                fires(
                        "audio",
                        "by argument",
                        SOUND,
                        after(HDA, "<qemu:arg value='pa,id=a,server=tcp:localhost,out.latency=1'/>"),
                        "qemu:commandline/qemu:arg[1]/@value | pa,id=a,server=tcp:localhost,out.latency=1" + LOCAL),
                fires(
                        "audio",
                        "by argument, server first",
                        SOUND,
                        after(HDA, "<qemu:arg value='pa,server=tcp:localhost'/>"),
                        "qemu:commandline/qemu:arg[1]/@value | pa,server=tcp:localhost" + LOCAL),
                clear("audio", "a socket by argument", SOUND, after(HDA, "<qemu:arg value='pa,id=a,server=/run/p'/>")),
                clear("audio", "no server by argument", SOUND, after(HDA, "<qemu:arg value='pa,id=a'/>")));
    }

    private static List<Case> networks() {
        String id = "nic-emulated";
        String network = "<interface type='network'><model type='e1000e'/></interface>";
        String path = "devices/interface[1]/model/@type | ";
        String apple = "<qemu:arg value='isa-applesmc,osk=x'/>";
        return List.of(
                fires(id, "e1000e", SOUND, devices(network), path + "e1000e | virtio"),
                fires(
                        id,
                        "rtl8139",
                        SOUND,
                        devices(network.replace("e1000e", "rtl8139").replace("network", "bridge")),
                        path + "rtl8139 | virtio"),
                fires(
                        id,
                        "unsaid",
                        SOUND,
                        devices(network.replace("<model type='e1000e'/>", "")),
                        path + "(absent): rtl8139 | virtio"),
                clear(id, "virtio", SOUND, devices(network.replace("e1000e", "virtio"))),
                fires(id, "e1000", SOUND, devices(network.replace("e1000e", "e1000")), path + "e1000 | virtio"),
                clear(id, "the one for macOS", SOUND, devices(network.replace("e1000e", "e1000-82545em"))),
                clear(id, "a passed card has no model", SOUND, devices(passedNetwork())),
                clear(id, "macOS", SOUND, after(network, apple)),
                fires(
                        id,
                        "another argument",
                        SOUND,
                        after(network, "<qemu:arg value='-s'/>"),
                        path + "e1000e | virtio"),
                clear(id, "none", SOUND, tuned()));
    }

    private static String passedNetwork() {
        return "<interface type='hostdev' managed='yes'><source><address type='pci' bus='0x05' slot='0'"
                + " function='0'/></source></interface>";
    }

    private static List<Case> usb() {
        String id = "usb-legacy";
        String controller = "<controller type='usb' index='0' model='ich9-ehci1'/>"
                + "<controller type='usb' index='0' model='ich9-uhci1'/>";
        String tablet = "<input type='tablet' bus='usb'/>";
        String found = "devices/controller[1]/@model | ich9-ehci1 | qemu-xhci";
        String on = " | on USB controller 0 | on xHCI, or evdev";
        String xhci = "<controller type='usb' index='0' model='qemu-xhci'/>";
        return List.of(
                fires(id, "a tablet on EHCI", SOUND, devices(controller + tablet), found, "devices/input" + on),
                fires(
                        id,
                        "a passed device",
                        SOUND,
                        devices(controller + "<hostdev type='usb'><address type='usb' bus='0' port='1'/></hostdev>"),
                        found,
                        "devices/hostdev[3]" + on),
                fires(
                        id,
                        "a stick",
                        SOUND,
                        devices(controller + "<disk device='disk'><target dev='sdb' bus='usb'/></disk>"),
                        found,
                        "devices/disk[3]" + on),
                fires(id, "sound", SOUND, devices(controller + "<sound model='usb'/>"), found, "devices/sound" + on),
                fires(
                        id,
                        "an old one beside a new one",
                        SOUND,
                        devices(xhci + controller.replace("index='0'", "index='1'")
                                + "<input bus='usb'><address bus='1'/></input>"),
                        "devices/controller[2]/@model | ich9-ehci1 | qemu-xhci",
                        "devices/input | on USB controller 1 | on xHCI, or evdev"),
                fires(
                        id,
                        "a controller without a number",
                        SOUND,
                        devices(controller.replace(" index='0'", "") + tablet),
                        found,
                        "devices/input" + on),
                clear(id, "nothing on it", SOUND, devices(controller)),
                clear(id, "only others on it", SOUND, devices(controller + others())),
                clear(id, "a tablet on xHCI", SOUND, devices(xhci + tablet)),
                clear(
                        id,
                        "on the new one of two",
                        SOUND,
                        devices(xhci + controller.replace("index='0'", "index='1'") + tablet)),
                clear(id, "another kind of controller", SOUND, devices(controller.replace("usb", "pci") + tablet)),
                clear(id, "unsaid", SOUND, devices("<controller type='usb' index='0'/>" + tablet)));
    }

    private static String others() {
        return "<input type='mouse' bus='ps2'/><disk><target dev='sdc' bus='sata'/></disk><sound model='ich9'/>"
                + "<redirdev bus='usb' type='spicevmc'/>";
    }
}
