package dev.nptune.vm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Network, USB, sound, screens, shared memory and the other devices.
final class QemuDevices {
    private static final Map<String, String> USB = Map.ofEntries(
            Map.entry("qemu-xhci", "qemu-xhci"),
            Map.entry("nec-usb-xhci", "nec-xhci"),
            Map.entry("piix3-usb-uhci", "piix3-uhci"),
            Map.entry("piix4-usb-uhci", "piix4-uhci"),
            Map.entry("usb-ehci", "ehci"),
            Map.entry("pci-ohci", "pci-ohci"),
            Map.entry("vt82c686b-usb-uhci", "vt82c686b-uhci"),
            Map.entry("ich9-usb-ehci1", "ich9-ehci1"),
            Map.entry("ich9-usb-ehci2", "ich9-ehci1"),
            Map.entry("ich9-usb-uhci1", "ich9-uhci1"),
            Map.entry("ich9-usb-uhci2", "ich9-uhci2"),
            Map.entry("ich9-usb-uhci3", "ich9-uhci3"),
            Map.entry("ich9-usb-uhci4", "ich9-uhci1"),
            Map.entry("ich9-usb-uhci5", "ich9-uhci2"),
            Map.entry("ich9-usb-uhci6", "ich9-uhci3"));
    private static final Map<String, String> NETWORK = Map.ofEntries(
            Map.entry("virtio-net-pci", "virtio"),
            Map.entry("virtio-net", "virtio"),
            Map.entry("virtio", "virtio"),
            Map.entry("virtio-net-pci-non-transitional", "virtio-non-transitional"),
            Map.entry("virtio-net-pci-transitional", "virtio-transitional"),
            Map.entry("e1000", "e1000"),
            Map.entry("e1000-82540em", "e1000"),
            Map.entry("e1000-82544gc", "e1000"),
            Map.entry("e1000-82545em", "e1000"),
            Map.entry("e1000e", "e1000e"),
            Map.entry("igb", "igb"),
            Map.entry("rtl8139", "rtl8139"),
            Map.entry("ne2k_pci", "ne2k_pci"),
            Map.entry("pcnet", "pcnet"),
            Map.entry("i82559er", "i82559er"),
            Map.entry("i82551", "i82551"),
            Map.entry("vmxnet3", "vmxnet3"),
            Map.entry("usb-net", "usb-net"));
    private static final Map<String, String> SOUND = Map.of(
            "ich9-intel-hda", "ich9",
            "intel-hda", "ich6",
            "AC97", "ac97",
            "ac97", "ac97",
            "ES1370", "es1370",
            "es1370", "es1370",
            "sb16", "sb16",
            "usb-audio", "usb",
            "hda", "ich6",
            "virtio-sound-pci", "virtio");
    private static final Map<String, String> CODECS =
            Map.of("hda-duplex", "duplex", "hda-micro", "micro", "hda-output", "output");
    private static final Map<String, String> AUDIO = Map.of(
            "pa", "pulseaudio",
            "pipewire", "pipewire",
            "alsa", "alsa",
            "jack", "jack",
            "none", "none",
            "oss", "oss",
            "sdl", "sdl",
            "spice", "spice",
            "dbus", "dbus",
            "wav", "file");
    private static final Map<String, String> VIDEO = Map.ofEntries(
            Map.entry("std", "vga"),
            Map.entry("VGA", "vga"),
            Map.entry("secondary-vga", "vga"),
            Map.entry("qxl", "qxl"),
            Map.entry("qxl-vga", "qxl"),
            Map.entry("virtio", "virtio"),
            Map.entry("virtio-vga", "virtio"),
            Map.entry("virtio-vga-gl", "virtio"),
            Map.entry("virtio-gpu-pci", "virtio"),
            Map.entry("virtio-gpu-gl-pci", "virtio"),
            Map.entry("virtio-gpu", "virtio"),
            Map.entry("vmware", "vmvga"),
            Map.entry("vmware-svga", "vmvga"),
            Map.entry("cirrus", "cirrus"),
            Map.entry("cirrus-vga", "cirrus"),
            Map.entry("bochs-display", "bochs"),
            Map.entry("ramfb", "ramfb"),
            Map.entry("none", "none"));
    private static final Map<String, String> INPUT = Map.ofEntries(
            Map.entry("usb-tablet", "tablet usb"),
            Map.entry("usb-mouse", "mouse usb"),
            Map.entry("usb-kbd", "keyboard usb"),
            Map.entry("virtio-keyboard-pci", "keyboard virtio"),
            Map.entry("virtio-keyboard", "keyboard virtio"),
            Map.entry("virtio-mouse-pci", "mouse virtio"),
            Map.entry("virtio-mouse", "mouse virtio"),
            Map.entry("virtio-tablet-pci", "tablet virtio"),
            Map.entry("virtio-tablet", "tablet virtio"));
    /// Devices that other parts translate, or that no rule could want to know.
    private static final Pattern OTHERS = Pattern.compile("virtio-blk.*|vhost-user-blk.*|virtio-scsi.*|vhost-scsi.*"
            + "|scsi-.*|ide-.*|nvme.*|usb-storage|usb-bot|usb-uas|floppy|ahci|ich9-ahci|lsi.*|megasas.*|mptsas.*|pvscsi"
            + "|piix3-ide|vfio-pci.*|pcie-root-port|ioh3420|x3130-upstream|xio3130-downstream|pcie-pci-bridge"
            + "|i82801b11-bridge|pci-bridge|pxb.*|pc-dimm|nvdimm|virtio-mem.*|virtio-pmem.*"
            + "|virtio-serial.*|virtserialport|virtconsole|isa-serial|pci-serial.*|isa-parallel|isa-debugcon"
            + "|isa-debug-exit|usb-hub|usb-redir|usb-serial|usb-braille|usb-ccid|ccid-.*|u2f-.*|usb-mtp|usb-wacom.*"
            + "|vhost-vsock.*|vmcoreinfo|vmgenid|hyperv-testdev|vmbus-bridge|isa-applesmc|sga|pc-testdev|edu"
            + "|pci-testdev|loader|guest-loader|virtio-crypto.*|i6300esb|ib700|smbus-eeprom|acpi-erst|.*-x86_64-cpu");

    private final QemuTranslation all;
    private final QemuPci pci;
    private final Sketch devices;
    private final Map<String, List<QemuDevice>> codecs = new HashMap<>();

    QemuDevices(QemuTranslation all, QemuPci pci) {
        this.all = all;
        this.pci = pci;
        this.devices = all.at("devices");
    }

    void translate() {
        all.devices().forEach(this::device);
        network();
        usb();
        sound();
        screens();
        evdev();
        balloon();
        fileSystems();
    }

    private void device(QemuDevice device) {
        String driver = device.driver();
        if (USB.containsKey(driver)) {
            pci.address(usbController(USB.getOrDefault(driver, ""), device.text()), device);
        } else if (NETWORK.containsKey(driver)) {
            networkCard(device);
        } else if (SOUND.containsKey(driver)) {
            soundCard(device);
        } else if (VIDEO.containsKey(driver)) {
            pci.address(video(VIDEO.getOrDefault(driver, ""), device.text()), device);
        } else if (INPUT.containsKey(driver)) {
            input(INPUT.getOrDefault(driver, ""), device.text());
        } else {
            other(device);
        }
    }

    private void other(QemuDevice device) {
        String said = device.text();
        switch (device.driver()) {
            case "usb-host" -> usbHost(device);
            case "virtio-input-host-pci", "virtio-input-host" -> {
                Sketch input = input("passthrough virtio", said);
                input.add("source").set("evdev", device.get("evdev"));
            }
            case "ivshmem-plain", "ivshmem-doorbell", "ivshmem" -> sharedMemory(device);
            case "tpm-tis", "tpm-crb" -> tpm(device);
            case "virtio-rng-pci", "virtio-rng", "virtio-rng-pci-non-transitional" -> random(device);
            case "pvpanic" -> devices.add("panic").set("model", "isa").from(said);
            case "pvpanic-pci" -> devices.add("panic").set("model", "pvpanic").from(said);
            case "amd-iommu", "intel-iommu", "virtio-iommu-pci" -> {
                String model = device.driver().replaceFirst("-iommu.*", "");
                Sketch iommu = devices.add("iommu").set("model", model).from(said);
                iommu.place("driver")
                        .set("intremap", device.get("intremap").map(v -> QemuSettings.isOn(v) ? "on" : "off"));
            }
            case "vhost-user-fs-pci", "virtio-9p-pci" -> {
                boolean virtiofs = device.driver().startsWith("vhost");
                Sketch system = devices.add("filesystem").set("type", "mount").from(said);
                system.add("driver").set("type", virtiofs ? "virtiofs" : "path");
                system.add("target").set("dir", device.get("tag").or(() -> device.get("mount-tag")));
            }
            default -> {
                if (!CODECS.containsKey(device.driver())
                        && !device.driver().startsWith("virtio-balloon")
                        && !OTHERS.matcher(device.driver()).matches()) {
                    all.notUnderstood(device.argument());
                }
            }
        }
    }

    private void usbHost(QemuDevice device) {
        Sketch hostdev = devices.add("hostdev")
                .set("mode", "subsystem")
                .set("type", "usb")
                .set("managed", "no")
                .from(device.text());
        Sketch source = hostdev.add("source");
        device.get("vendorid").ifPresent(v -> source.add("vendor").set("id", v));
        device.get("productid").ifPresent(p -> source.add("product").set("id", p));
        device.get("hostbus")
                .ifPresent(bus -> source.add("address").set("bus", bus).set("device", device.get("hostaddr")));
    }

    private void networkCard(QemuDevice device) {
        Optional<QemuArgument> backend = all.byId("netdev", device.get("netdev"));
        Sketch card = card(
                backend.map(a -> all.settings(a, "type")).orElse(new QemuSettings(List.of())),
                device.driver(),
                device.get("mac"));
        backend.ifPresent(a -> card.from(a.text()));
        pci.address(card.from(device.text()), device);
    }

    private Sketch card(QemuSettings backend, String model, Optional<String> mac) {
        String type = backend.get("type", "user");
        Sketch card = devices.add("interface")
                .set(
                        "type",
                        switch (type) {
                            case "bridge" -> "bridge";
                            case "user", "slirp" -> "user";
                            case "vhost-user" -> "vhostuser";
                            case "vhost-vdpa" -> "vdpa";
                            default -> "ethernet";
                        });
        mac.ifPresent(m -> card.add("mac").set("address", m));
        if (type.equals("bridge")) {
            card.add("source").set("bridge", backend.get("br", "br0"));
        }
        card.add("model").set("type", NETWORK.getOrDefault(model, model));
        if (backend.on("vhost")) {
            card.add("driver").set("name", "vhost");
        }
        return card;
    }

    private void network() {
        String usual = QemuMachine.q35(all) ? "e1000e" : "e1000";
        for (QemuArgument nic : all.named("nic")) {
            QemuSettings settings = all.settings(nic, "type");
            if (!settings.has("type", "none")) {
                card(settings, settings.get("model", usual), settings.get("mac"))
                        .from(nic.text());
            }
        }
        List<QemuArgument> nets = all.named("net");
        Optional<QemuArgument> backend = nets.stream()
                .filter(a ->
                        !List.of("nic", "none").contains(all.settings(a, "type").get("type", "")))
                .findFirst();
        for (QemuArgument net : nets) {
            QemuSettings settings = all.settings(net, "type");
            if (settings.has("type", "nic")) {
                Sketch card = card(
                        backend.map(a -> all.settings(a, "type")).orElse(new QemuSettings(List.of())),
                        settings.get("model", usual),
                        settings.get("macaddr"));
                card.from(net.text());
            }
        }
        if (all.defaults() && !all.given("net", "nic", "netdev")) {
            card(new QemuSettings(List.of()), usual, Optional.empty())
                    .from("-nic (not given: QEMU adds a card of its own)");
        }
    }

    private Sketch usbController(String model, String said) {
        return devices.add("controller")
                .set("type", "usb")
                .set(
                        "index",
                        Integer.toString(
                                devices.all("controller", "type", "usb").size() - 1))
                .set("model", model)
                .from(said);
    }

    private void usb() {
        boolean onMachine = all.merged(all.named("machine", "M"), "type").on("usb");
        String switched = Stream.concat(
                        all.named("usb", "usbdevice").stream(),
                        onMachine ? all.named("machine", "M").stream() : Stream.empty())
                .map(QemuArgument::text)
                .findFirst()
                .orElse("");
        if (!switched.isEmpty()) {
            if (QemuMachine.q35(all)) {
                for (String model : List.of("ich9-ehci1", "ich9-uhci1", "ich9-uhci2", "ich9-uhci3")) {
                    usbController(model, switched);
                }
            } else {
                usbController("piix3-uhci", switched);
            }
        }
        for (QemuArgument argument : all.named("usbdevice")) {
            switch (argument.value()) {
                case "tablet", "mouse" -> input(argument.value() + " usb", argument.text());
                case "keyboard" -> input("keyboard usb", argument.text());
                default -> {
                    if (argument.value().startsWith("host:")) {
                        devices.add("hostdev")
                                .set("mode", "subsystem")
                                .set("type", "usb")
                                .set("managed", "no")
                                .from(argument.text())
                                .add("source");
                    }
                }
            }
        }
        if (devices.all("controller", "type", "usb").isEmpty()) {
            usbController("none", "-usb (not given)");
        }
    }

    private Sketch input(String kind, String said) {
        String[] parts = kind.split(" ");
        return devices.add("input").set("type", parts[0]).set("bus", parts[1]).from(said);
    }

    private void soundCard(QemuDevice device) {
        Sketch card = sound(SOUND.getOrDefault(device.driver(), ""), device.text());
        Optional<String> audio = device.get("audiodev");
        if (card.get("model").orElse("").startsWith("ich")) {
            List<QemuDevice> codecs = new ArrayList<>(codecs().getOrDefault(device.id(), List.of()));
            codecs.addAll(device.id().isEmpty() ? List.of() : codecs().getOrDefault("", List.of()));
            for (QemuDevice codec : codecs) {
                card.add("codec")
                        .set("type", CODECS.getOrDefault(codec.driver(), ""))
                        .from(codec.text());
                audio = audio.or(() -> codec.get("audiodev"));
            }
        }
        audio.flatMap(this::audioNumber).ifPresent(n -> card.add("audio").set("id", n));
        pci.address(card, device);
    }

    /// Codecs by the id of the card they are on; under the empty one those that name none.
    private Map<String, List<QemuDevice>> codecs() {
        if (codecs.isEmpty()) {
            for (QemuDevice device : all.devices()) {
                if (CODECS.containsKey(device.driver())) {
                    String bus = device.get("bus").orElse("");
                    int dot = bus.lastIndexOf('.');
                    codecs.computeIfAbsent(dot < 0 ? bus : bus.substring(0, dot), _ -> new ArrayList<>())
                            .add(device);
                }
            }
        }
        return codecs;
    }

    private Sketch sound(String model, String said) {
        return devices.add("sound").set("model", model).from(said);
    }

    private Optional<String> audioNumber(String id) {
        List<QemuArgument> audio = all.named("audiodev");
        for (int i = 0; i < audio.size(); i++) {
            if (all.settings(audio.get(i), "driver").has("id", id)) {
                return Optional.of(Integer.toString(i + 1));
            }
        }
        return Optional.empty();
    }

    private void sound() {
        int number = 1;
        for (QemuArgument argument : all.named("audiodev", "audio")) {
            QemuSettings settings = all.settings(argument, "driver");
            String driver = settings.get("driver", "");
            if (AUDIO.containsKey(driver)) {
                audio(settings, AUDIO.getOrDefault(driver, ""), number++).from(argument.text());
            } else {
                all.notUnderstood(argument);
            }
            if (argument.option().equals("audio")) {
                settings.get("model").ifPresent(m -> sound(SOUND.getOrDefault(m, m), argument.text()));
            }
        }
        for (QemuArgument argument : all.named("soundhw")) {
            for (String model : argument.value().split(",")) {
                if (SOUND.containsKey(model)) {
                    sound(SOUND.getOrDefault(model, ""), argument.text());
                } else {
                    all.notUnderstood(argument);
                }
            }
        }
    }

    private Sketch audio(QemuSettings settings, String type, int number) {
        Sketch audio = devices.add("audio").set("id", Integer.toString(number)).set("type", type);
        audio.set("timerPeriod", settings.get("timer-period"));
        switch (type) {
            case "pulseaudio" -> audio.set("serverName", settings.get("server"));
            case "file" -> audio.set("path", settings.get("path"));
            default -> {}
        }
        for (String way : List.of("in", "out")) {
            Sketch side = audio.place(way + "put");
            side.set(
                    "mixingEngine",
                    settings.get(way + ".mixing-engine").map(v -> QemuSettings.isOff(v) ? "no" : "yes"));
            side.set("bufferLength", settings.get(way + ".buffer-length"));
            side.set("latency", settings.get(way + ".latency"));
            side.set("clientName", settings.get(way + ".client-name"));
            side.set("dev", settings.get(way + ".dev"));
        }
        return audio;
    }

    private Sketch video(String model, String said) {
        Sketch video = devices.add("video").from(said);
        video.add("model").set("type", model);
        return video;
    }

    private void screens() {
        Optional<QemuArgument> vga = all.last("vga");
        vga.ifPresent(a -> {
            if (VIDEO.containsKey(a.value())) {
                boolean besides =
                        a.value().equals("none") && devices.find("video").isPresent();
                if (!besides) {
                    video(VIDEO.getOrDefault(a.value(), ""), a.text());
                }
            } else {
                all.notUnderstood(a);
            }
        });
        if (vga.isEmpty() && devices.find("video").isEmpty()) {
            if (all.defaults()) {
                video("vga", "-vga (not given: QEMU adds a screen of its own)");
            } else {
                video("none", "-vga (not given)");
            }
        }
        for (QemuArgument argument : all.named("display", "spice", "vnc", "sdl")) {
            screen(argument);
        }
    }

    private void screen(QemuArgument argument) {
        QemuSettings settings = all.settings(argument, argument.option().equals("display") ? "type" : "");
        String type = argument.option().equals("display") ? settings.get("type", "") : argument.option();
        Optional<String> kind = switch (type) {
            case "gtk", "sdl" -> Optional.of("sdl");
            case "spice", "spice-app" -> Optional.of("spice");
            case "egl-headless" -> Optional.of("egl-headless");
            case "dbus" -> Optional.of("dbus");
            default -> type.startsWith("vnc") ? Optional.of("vnc") : Optional.empty();
        };
        kind.filter(k -> !(k.equals("vnc") && argument.value().equals("none"))).ifPresent(k -> {
            Sketch graphics = devices.add("graphics").set("type", k).from(argument.text());
            graphics.set("port", settings.get("port").filter(_ -> k.equals("spice")));
            graphics.set("listen", settings.get("addr"));
            settings.get("gl").ifPresent(gl -> graphics.add("gl").set("enable", QemuSettings.isOff(gl) ? "no" : "yes"));
        });
    }

    private void evdev() {
        for (QemuArgument object : all.objects(Pattern.compile("input-linux"))) {
            QemuSettings settings = all.settings(object, "qom-type");
            Sketch source = devices.add("input")
                    .set("type", "evdev")
                    .from(object.text())
                    .add("source");
            source.set("dev", settings.get("evdev"));
            source.set("grab", settings.on("grab-all") ? Optional.of("all") : Optional.empty());
            source.set("repeat", settings.on("repeat") ? Optional.of("on") : Optional.empty());
            source.set("grabToggle", settings.get("grab-toggle"));
        }
    }

    /// libvirt's own way where it has one, which is a file in `/dev/shm`; else as a person would pass it.
    private void sharedMemory(QemuDevice device) {
        Optional<QemuArgument> backend = all.byId("object", device.get("memdev"));
        Optional<QemuSettings> memory = backend.map(a -> all.settings(a, "qom-type"));
        Optional<String> file = memory.flatMap(m -> m.get("mem-path"))
                .filter(p -> p.startsWith("/dev/shm/"))
                .map(p -> p.substring("/dev/shm/".length()));
        if (file.isEmpty()) {
            backend.ifPresent(all::pass);
            all.pass(device.argument());
            return;
        }
        Sketch shared = devices.add("shmem")
                .set("name", file.get())
                .from(backend.map(QemuArgument::text).orElse(""))
                .from(device.text());
        shared.add("model").set("type", device.driver());
        memory.flatMap(m -> m.get("size")).flatMap(s -> QemuMemory.bytes(s, 1)).ifPresent(bytes -> {
            boolean whole = bytes % (1 << 20) == 0;
            shared.add("size").set("unit", whole ? "M" : "B").text(Long.toString(whole ? bytes >> 20 : bytes));
        });
        pci.address(shared, device);
    }

    private void tpm(QemuDevice device) {
        Optional<QemuArgument> backend = all.byId("tpmdev", device.get("tpmdev"));
        Sketch tpm = devices.add("tpm").set("model", device.driver());
        backend.ifPresentOrElse(
                a -> {
                    QemuSettings settings = all.settings(a, "type");
                    Sketch of = tpm.from(a.text()).add("backend").set("type", settings.get("type", ""));
                    settings.get("path").ifPresent(p -> of.add("device").set("path", p));
                },
                () -> all.notUnderstood(device.argument(), "no tpmdev of that name"));
        tpm.from(device.text());
    }

    private void random(QemuDevice device) {
        Optional<QemuArgument> backend = all.byId("object", device.get("rng"));
        QemuSettings settings = backend.map(a -> all.settings(a, "qom-type")).orElse(new QemuSettings(List.of()));
        boolean file = settings.has("qom-type", "rng-random");
        Sketch rng = devices.add("rng").set("model", "virtio").from(device.text());
        rng.add("backend")
                .set("model", file ? "random" : "builtin")
                .text(file ? settings.get("filename", "/dev/urandom") : "");
    }

    private void balloon() {
        Optional<String> said = all.devices().stream()
                .filter(d -> d.driver().startsWith("virtio-balloon"))
                .map(QemuDevice::text)
                .findFirst()
                .or(() -> all.last("balloon")
                        .filter(a -> a.value().startsWith("virtio"))
                        .map(QemuArgument::text));
        devices.add("memballoon")
                .set("model", said.isPresent() ? "virtio" : "none")
                .from(said.orElse("-device virtio-balloon-pci (not given)"));
    }

    private void fileSystems() {
        for (QemuArgument argument : all.named("virtfs")) {
            QemuSettings settings = all.settings(argument, "type");
            Sketch system = devices.add("filesystem").set("type", "mount").from(argument.text());
            system.add("source").set("dir", settings.get("path"));
            system.add("target").set("dir", settings.get("mount-tag"));
        }
    }
}
