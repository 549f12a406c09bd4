package dev.nptune.vm;

import dev.nptune.host.PciAddress;
import java.util.ArrayList;
import java.util.List;

/// Writes the devices of a new domain, in the order in which libvirt prints them.
final class NewDevicesXml {
    private final NewDevices devices;
    private final XmlLines out;
    private final List<List<NewHostdev>> cards;
    private final boolean secured;

    NewDevicesXml(NewDomain domain, XmlLines out) {
        this.devices = domain.devices();
        this.secured = domain.guest().secured();
        this.out = out;
        this.cards = cards(devices.hostdevs());
    }

    /// The functions by card, in the order in which a card is first named, its functions ascending.
    private static List<List<NewHostdev>> cards(List<NewHostdev> hostdevs) {
        List<List<NewHostdev>> cards = new ArrayList<>();
        for (NewHostdev hostdev : hostdevs) {
            cards.stream()
                    .filter(card -> card.getFirst().address().sameDevice(hostdev.address()))
                    .findFirst()
                    .orElseGet(() -> {
                        List<NewHostdev> card = new ArrayList<>();
                        cards.add(card);
                        return card;
                    })
                    .add(hostdev);
        }
        cards.forEach(card -> card.sort((a, b) -> a.address().compareTo(b.address())));
        return cards;
    }

    void devices() {
        disks();
        isos();
        controllers();
        network();
        if (devices.spice()) {
            out.with(
                    "channel",
                    () -> out.leaf("target", "type", "virtio", "name", "com.redhat.spice.0"),
                    "type",
                    "spicevmc");
        }
        input();
        if (secured) {
            out.with("tpm", () -> out.leaf("backend", "type", "emulator", "version", "2.0"), "model", "tpm-crb");
        }
        graphics();
        sound();
        video();
        hostdevs();
        out.leaf("memballoon", "model", "none");
        out.with("rng", () -> out.text("backend", "/dev/urandom", "model", "random"), "model", "virtio");
        sharedMemory();
    }

    private void disks() {
        for (int i = 0; i < devices.disks().size(); i++) {
            NewDisk disk = devices.disks().get(i);
            String target = "vd" + (char) ('a' + i);
            String order = number(i + 1);
            out.with(
                    "disk",
                    () -> {
                        out.leaf("driver", driver(disk));
                        out.leaf("source", disk.kind().type().equals("block") ? "dev" : "file", disk.path());
                        out.leaf("target", "dev", target, "bus", "virtio");
                        out.leaf("boot", "order", order);
                    },
                    "type",
                    disk.kind().type(),
                    "device",
                    "disk");
        }
    }

    private static String[] driver(NewDisk disk) {
        List<String> driver =
                new ArrayList<>(List.of("name", "qemu", "type", disk.kind().format()));
        driver.addAll(List.of("cache", "none", "io", "native", "discard", "unmap"));
        disk.iothread().ifPresent(n -> driver.addAll(List.of("iothread", number(n))));
        return driver.toArray(String[]::new);
    }

    private void isos() {
        for (int i = 0; i < devices.isos().size(); i++) {
            String path = devices.isos().get(i);
            String target = "sd" + (char) ('a' + i);
            boolean first = i == 0;
            out.with(
                    "disk",
                    () -> {
                        out.leaf("driver", "name", "qemu", "type", "raw");
                        out.leaf("source", "file", path);
                        out.leaf("target", "dev", target, "bus", "sata");
                        out.leaf("readonly");
                        if (first) {
                            out.leaf("boot", "order", number(devices.disks().size() + 1));
                        }
                    },
                    "type",
                    "file",
                    "device",
                    "cdrom");
        }
    }

    /// libvirt would add those of SATA and virtio-serial itself, behind the root ports, and at its next start print
    /// them in another place.
    private void controllers() {
        out.leaf("controller", "type", "usb", "index", "0", "model", "qemu-xhci");
        out.leaf("controller", "type", "sata", "index", "0");
        if (devices.spice()) {
            out.leaf("controller", "type", "virtio-serial", "index", "0");
        }
        out.leaf("controller", "type", "pci", "index", "0", "model", "pcie-root");
        for (int i = 1; i <= cards.size(); i++) {
            out.leaf("controller", "type", "pci", "index", number(i), "model", "pcie-root-port");
        }
    }

    private void network() {
        switch (devices.network()) {
            case NewNetwork.None _ -> {}
            case NewNetwork.Network(String name) -> card("network", name);
            case NewNetwork.Bridge(String name) -> card("bridge", name);
        }
    }

    private void card(String type, String source) {
        out.with("interface", () -> out.leaf("source", type, source).leaf("model", "type", "virtio"), "type", type);
    }

    private void input() {
        switch (devices.input()) {
            case NewInput.Virtio _ ->
                out.leaf("input", "type", "mouse", "bus", "virtio").leaf("input", "type", "keyboard", "bus", "virtio");
            case NewInput.Evdev(List<String> keyboards, List<String> mice) -> {
                for (String dev : keyboards) {
                    evdev("dev", dev, "grab", "all", "grabToggle", "ctrl-ctrl", "repeat", "on");
                }
                for (String dev : mice) {
                    evdev("dev", dev);
                }
            }
        }
    }

    private void evdev(String... source) {
        out.with("input", () -> out.leaf("source", source), "type", "evdev");
    }

    private void graphics() {
        if (devices.spice()) {
            out.with(
                    "graphics",
                    () -> out.leaf("listen", "type", "address", "address", "127.0.0.1")
                            .leaf("image", "compression", "off"),
                    "type",
                    "spice",
                    "autoport",
                    "yes",
                    "listen",
                    "127.0.0.1");
        }
    }

    private void sound() {
        switch (devices.sound()) {
            case NewSound.None _ -> out.leaf("audio", "id", "1", "type", "none");
            case NewSound.Spice _ -> sound("id", "1", "type", "spice");
            case NewSound.Pipewire(String folder) -> sound("id", "1", "type", "pipewire", "runtimeDir", folder);
            case NewSound.Pulseaudio(String socket) -> sound("id", "1", "type", "pulseaudio", "serverName", socket);
        }
    }

    private void sound(String... audio) {
        out.with("sound", () -> out.leaf("audio", "id", "1"), "model", "ich9");
        out.leaf("audio", audio);
    }

    private void video() {
        switch (devices.screen()) {
            case NewScreen.Monitor _, NewScreen.LookingGlass _ ->
                out.with("video", () -> out.leaf("model", "type", "none"));
            case NewScreen.Viewer(NewScreen.Video video) -> out.with("video", () -> emulated(video));
        }
    }

    private void emulated(NewScreen.Video video) {
        switch (video) {
            case VIRTIO -> out.leaf("model", "type", "virtio", "heads", "1", "primary", "yes");
            case VGA -> out.leaf("model", "type", "vga", "vram", "16384", "heads", "1", "primary", "yes");
        }
    }

    /// All functions of a card sit in one slot of the guest, behind a root port of their own. Their numbers are kept,
    /// but a slot without function 0 is an empty one: then they are numbered anew.
    private void hostdevs() {
        for (int bus = 1; bus <= cards.size(); bus++) {
            List<NewHostdev> card = cards.get(bus - 1);
            boolean kept = card.getFirst().address().function() == 0;
            for (int i = 0; i < card.size(); i++) {
                NewHostdev hostdev = card.get(i);
                int function = kept ? hostdev.address().function() : i;
                hostdev(hostdev, new PciAddress(0, bus, 0, function), i == 0 && card.size() > 1);
            }
        }
    }

    private void hostdev(NewHostdev hostdev, PciAddress inGuest, boolean multifunction) {
        out.with(
                "hostdev",
                () -> {
                    out.leaf("driver", "name", "vfio");
                    out.with("source", () -> out.leaf("address", address(hostdev.address())));
                    hostdev.rom().ifPresent(file -> out.leaf("rom", "file", file));
                    List<String> address = new ArrayList<>(List.of("type", "pci"));
                    address.addAll(List.of(address(inGuest)));
                    if (multifunction) {
                        address.addAll(List.of("multifunction", "on"));
                    }
                    out.leaf("address", address.toArray(String[]::new));
                },
                "mode",
                "subsystem",
                "type",
                "pci",
                "managed",
                "yes");
    }

    private static String[] address(PciAddress address) {
        return new String[] {
            "domain", "0x%04x".formatted(address.domain()),
            "bus", "0x%02x".formatted(address.bus()),
            "slot", "0x%02x".formatted(address.slot()),
            "function", "0x%x".formatted(address.function())
        };
    }

    private void sharedMemory() {
        if (devices.screen() instanceof NewScreen.LookingGlass glass && !glass.kvmfr()) {
            out.with(
                    "shmem",
                    () -> out.leaf("model", "type", "ivshmem-plain")
                            .text("size", Long.toString(glass.mebibytes()), "unit", "M"),
                    "name",
                    "looking-glass");
        }
    }

    private static String number(int number) {
        return Integer.toString(number);
    }
}
