package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Rules about sound, network, USB and TPM.
final class DeviceRules {
    private static final Pattern PULSE = Pattern.compile("pa,(?:.{0,200},)?server=([^,]{1,200})(?:,.*)?");
    private static final Pattern SOUND_CARD =
            Pattern.compile("(?:ich9-)?intel-hda|hda-(?:duplex|micro|output)|AC97|usb-audio");
    private static final Set<String> OWN_NETWORK = Set.of("network", "bridge", "user", "direct", "ethernet");
    private static final Set<String> OLD_USB =
            Set.of("piix3-uhci", "piix4-uhci", "vt82c686b-uhci", "ich9-uhci1", "ehci", "ich9-ehci1", "pci-ohci");

    private DeviceRules() {}

    static List<Rule> all() {
        return List.of(TPM_PASSTHROUGH, AUDIO, NIC_EMULATED, USB_LEGACY);
    }

    private static final Rule TPM_PASSTHROUGH = Rule.of(
                    "tpm-passthrough", Category.DEVICES, Severity.MEDIUM, Need.DOMAIN)
            .title("The guest has the host's TPM")
            .effect("The guest can clear or fill the TPM on which the host's own keys rest.")
            .fix("<backend type='emulator' version='2.0'/> in <tpm>, with swtpm installed.")
            .risk("BitLocker and Windows Hello keys stay in the old TPM: keep the recovery key at hand.")
            .when((_, domain, notes) -> domain.root().all("devices/tpm/backend").stream()
                    .filter(e -> e.has("type", "passthrough"))
                    .forEach(e -> notes.found(e.path() + "/@type", "passthrough", "emulator")));

    private static final Rule AUDIO = Rule.of("audio", Category.DEVICES, Severity.LOW, Need.DOMAIN)
            .versions("QEMU_AUDIO_* is ignored from QEMU 8.2 on; pipewire needs libvirt 9.10, QEMU 8.1")
            .title("The guest's sound takes an old or a long way to the host")
            .effect("QEMU_AUDIO_DRV is gone from QEMU 8.2 on, and PulseAudio over TCP adds delay: silence, crackle.")
            .fix("<audio id='1' type='pipewire' runtimeDir='/run/user/1000'/>, JACK, Scream, or a passed USB card.")
            .risk("QEMU must run as a user who may use that sound server.")
            .source("libvirt formatdomain, \"Audio backends\"; QEMU removed features;"
                    + " Level1Techs, \"Patch NPT on Ryzen for Better Performance\"")
            .when(DeviceRules::audio);

    private static void audio(Host host, Domain domain, Examination notes) {
        if (!emulatedSound(domain)) {
            return;
        }
        String local = "the server's socket below /run/user, or pipewire";
        environment(domain, "QEMU_AUDIO_DRV")
                .filter(e -> !e.has("value", "none"))
                .forEach(e -> notes.found(e.path() + "/@value", value(e), "an <audio> element"));
        environment(domain, "PULSE_SERVER")
                .filter(e -> remote(value(e)))
                .forEach(e -> notes.found(e.path() + "/@value", value(e), local));
        domain.root().all("devices/audio").stream()
                .filter(e -> e.has("type", "pulseaudio"))
                .forEach(e -> e.attribute("serverName")
                        .filter(DeviceRules::remote)
                        .ifPresent(s -> notes.found(e.path() + "/@serverName", s, local)));
        domain.qemuArguments().stream()
                .filter(a -> pulseServer(a.value()).filter(DeviceRules::remote).isPresent())
                .forEach(a -> notes.found(a.path() + "/@value", a.value(), local));
    }

    /// A sound card that QEMU emulates, by libvirt or by hand.
    private static boolean emulatedSound(Domain domain) {
        return domain.root().find("devices/sound").isPresent()
                || domain.qemuArguments().stream()
                        .anyMatch(a -> SOUND_CARD.matcher(a.value()).lookingAt());
    }

    private static Stream<Element> environment(Domain domain, String name) {
        return domain.root().children().stream()
                .filter(e -> e.name().endsWith(":commandline"))
                .flatMap(e -> e.children().stream())
                .filter(e -> e.name().endsWith(":env") && e.has("name", name));
    }

    private static String value(Element e) {
        return e.attribute("value").orElse("");
    }

    /// What `-audiodev pa,…` connects to.
    private static Optional<String> pulseServer(String argument) {
        Matcher m = PULSE.matcher(argument);
        return m.matches() ? Optional.of(m.group(1)) : Optional.empty();
    }

    /// PulseAudio takes for a host's name what is neither a path nor says that it is a socket.
    private static boolean remote(String server) {
        return !server.isEmpty() && !server.startsWith("/") && !server.startsWith("{") && !server.startsWith("unix:");
    }

    private static final Rule NIC_EMULATED = Rule.of("nic-emulated", Category.DEVICES, Severity.LOW, Need.DOMAIN)
            .title("The network card is an emulated one")
            .effect("Each packet costs exits and copies in QEMU's main loop; a virtio card leaves it to the kernel.")
            .fix("Set <model type='virtio'/> on the interface.")
            .risk("Windows needs the NetKVM driver first, and takes it for another network.")
            .when((_, domain, notes) -> {
                if (macOs(domain)) {
                    return;
                }
                domain.root().all("devices/interface").stream()
                        .filter(e -> e.attribute("type")
                                .filter(OWN_NETWORK::contains)
                                .isPresent())
                        .forEach(e -> {
                            Optional<String> model = e.child("model").flatMap(m -> m.attribute("type"));
                            if (model.filter(m -> !emulatedCard(m)).isEmpty()) {
                                notes.found(e.path() + "/model/@type", model.orElse("(absent): rtl8139"), "virtio");
                            }
                        });
            });

    /// `e1000-82545em` is none of them: who names it wants it for macOS.
    static boolean emulatedCard(String model) {
        return model.equals("e1000") || model.equals("e1000e") || model.equals("rtl8139");
    }

    /// macOS starts on nothing without its SMC, and most of its releases know no virtio card.
    static boolean macOs(Domain domain) {
        return domain.qemuArguments().stream().anyMatch(a -> a.value().contains("isa-applesmc"));
    }

    private static final Rule USB_LEGACY = Rule.of("usb-legacy", Category.DEVICES, Severity.LOW, Need.DOMAIN)
            .title("USB devices hang on an old kind of controller")
            .effect("QEMU walks UHCI's and EHCI's lists up to a thousand times a second, busy or not.")
            .fix("<controller type='usb' model='qemu-xhci'/>; evdev for input, or pass a whole controller.")
            .risk("Windows 7 has no driver for xHCI.")
            .when(DeviceRules::usbLegacy);

    /// An old controller without a device is put to sleep by the guest, so it counts only with one on it.
    private static void usbLegacy(Host host, Domain domain, Examination notes) {
        Map<String, Element> old = new LinkedHashMap<>();
        domain.root().all("devices/controller").stream()
                .filter(e -> e.has("type", "usb"))
                .filter(e -> e.attribute("model").filter(OLD_USB::contains).isPresent())
                .forEach(e -> old.putIfAbsent(e.attribute("index").orElse("0"), e));
        List<Element> devices =
                domain.root().find("devices").map(Element::children).orElse(List.of());
        old.forEach((index, controller) -> {
            List<Element> attached =
                    devices.stream().filter(e -> usb(e) && bus(e).equals(index)).toList();
            if (!attached.isEmpty()) {
                notes.found(
                        controller.path() + "/@model",
                        controller.attribute("model").orElseThrow(),
                        "qemu-xhci");
                attached.forEach(e -> notes.found(e.path(), "on USB controller " + index, "on xHCI, or evdev"));
            }
        });
    }

    private static boolean usb(Element e) {
        return switch (e.name()) {
            case "input" -> e.has("bus", "usb");
            case "hostdev" -> e.has("type", "usb");
            case "disk" -> e.child("target").filter(t -> t.has("bus", "usb")).isPresent();
            case "sound" -> e.has("model", "usb");
            default -> false;
        };
    }

    private static String bus(Element e) {
        return e.child("address").flatMap(a -> a.attribute("bus")).orElse("0");
    }
}
