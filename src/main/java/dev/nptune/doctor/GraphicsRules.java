package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.Graphics.AddressRange;
import dev.nptune.host.Graphics.FrameBuffer;
import dev.nptune.host.Graphics.Holder;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.host.PciResources.Bar;
import dev.nptune.host.PciResources.ResizableBar;
import dev.nptune.host.PciResources.Space;
import dev.nptune.host.Virtualization.Hook;
import dev.nptune.vm.Domain;
import dev.nptune.vm.HostDev;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Rules about graphics cards.
final class GraphicsRules {
    private GraphicsRules() {}

    static List<Rule> all() {
        return Stream.concat(
                        Stream.of(BOOTFB_HELD, ONE_GPU_NO_HOOK, AMD_RESET, SME_ON, ROM_BAD, LINK_WIDTH, REBAR),
                        LookingGlassRules.all().stream())
                .toList();
    }

    /// A passed display function with its place in the domain's XML.
    private record Card(HostDev hostdev, PciFunction function) {
        String directory() {
            return "/sys/bus/pci/devices/" + function.address();
        }
    }

    private static List<Card> cards(Host host, Domain domain, Examination notes) {
        return HostFacts.passedDisplays(host, domain, notes).stream()
                .map(d -> new Card(d, host.function(d.address()).orElseThrow()))
                .toList();
    }

    private static final Rule BOOTFB_HELD = Rule.of(
                    "bootfb-held", Category.GRAPHICS, Severity.CRITICAL, Need.DOMAIN, Need.PCI, Need.GRAPHICS, Need.LOG)
            .title("The firmware's framebuffer still holds memory of a passed card")
            .effect("vfio cannot map the card's memory: a black screen, and the guest's driver fails.")
            .fix("Boot with initcall_blacklist=sysfb_init; before Linux 5.15 with video=efifb:off.")
            .risk("No console until a driver draws one; failed on 6.18 with simpledrm built in (single-user report).")
            .source("siderolabs/talos issue 14356")
            .when(GraphicsRules::bootFramebuffer);

    private static void bootFramebuffer(Host host, Domain domain, Examination notes) {
        List<Card> cards = cards(host, domain, notes);
        if (cards.isEmpty()) {
            return;
        }
        Fact<List<AddressRange>> held = host.graphics().bootFramebuffers();
        for (Card card : cards) {
            for (var range : notes.read(held).orElse(List.of())) {
                for (Bar bar : notes.read(card.function().resources().bars()).orElse(List.of())) {
                    if (overlaps(bar, range.start(), range.last())) {
                        held(
                                card,
                                notes,
                                held.source(),
                                range.name() + " inside BAR " + bar.index() + " of "
                                        + card.function().address());
                    }
                }
            }
            host.graphics().frameBuffers().stream()
                    .filter(f -> isOn(f, card.function(), held))
                    .forEach(f -> held(
                            card,
                            notes,
                            "/sys/class/graphics/fb" + f.number(),
                            f.name().get().orElseThrow() + " on "
                                    + card.function().address()));
            HostFacts.logLines(
                            host,
                            l -> l.contains("can't reserve")
                                    && l.contains(card.function().address().toString()),
                            notes)
                    .forEach(l -> notes.found(host.kernel().log().source(), l, "no such line"));
        }
    }

    /// While the card is not on vfio-pci yet, a kernel from 6.0 on may still take the framebuffer away when it gets
    /// there.
    private static void held(Card card, Examination notes, String where, String found) {
        String wanted = "nothing on a passed card";
        if (card.function().driver().get().filter("vfio-pci"::equals).isPresent()) {
            notes.found(where, found, wanted);
        } else {
            notes.possible(where, found, wanted);
        }
    }

    private static boolean overlaps(Bar bar, long start, long last) {
        return bar.space() == Space.MEMORY
                && bar.assigned()
                && Long.compareUnsigned(start, bar.start() + bar.bytes()) < 0
                && Long.compareUnsigned(last, bar.start()) >= 0;
    }

    /// Only those of the firmware: a driver of the card itself leaves with the card. They are platform devices; where
    /// the memory map does not say whose memory they are in, it is the card's that the firmware drew on.
    private static boolean isOn(FrameBuffer buffer, PciFunction card, Fact<List<AddressRange>> ranges) {
        if (buffer.name().get().filter(GraphicsRules::ofFirmware).isEmpty()) {
            return false;
        }
        return buffer.function()
                .get()
                .map(card.address()::equals)
                .orElseGet(() -> ranges.get().isEmpty() && card.bootVga().get().orElse(false));
    }

    private static boolean ofFirmware(String name) {
        return name.equals("EFI VGA")
                || name.equals("VESA VGA")
                || name.startsWith("simple")
                || name.startsWith("efidrm")
                || name.startsWith("vesadrm");
    }

    private static final Rule ONE_GPU_NO_HOOK = Rule.of(
                    "one-gpu-no-hook",
                    Category.GRAPHICS,
                    Severity.CRITICAL,
                    Need.DOMAIN,
                    Need.PCI,
                    Need.GRAPHICS,
                    Need.VIRTUALIZATION,
                    Need.HOOKS)
            .title("The machine's only graphics card is passed and nothing takes it from the desktop")
            .effect("Programs of the host hold the card: unbinding its driver hangs, and the VM does not start.")
            .fix("Add a second GPU, or plan it with --single-gpu: a hook of libvirt's then stops the desktop first.")
            .risk("The host shows nothing while the VM runs; have SSH ready.")
            .when(GraphicsRules::onlyCard);

    private static void onlyCard(Host host, Domain domain, Examination notes) {
        List<Card> cards = cards(host, domain, notes).stream()
                .filter(c -> c.hostdev().managed())
                .toList();
        long displays = host.pci().stream().filter(PciFunction::isDisplay).count();
        if (cards.isEmpty() || cards.size() < displays) {
            return;
        }
        List<Card> inUse = cards.stream()
                .filter(c -> notes.read(c.function().driver())
                        .filter(d -> !PciRules.isVfio(d))
                        .isPresent())
                .toList();
        if (inUse.isEmpty()) {
            return;
        }
        List<Evidence> holders = inUse.stream()
                .flatMap(c -> host.graphics().holders().stream().filter(h -> holds(h, c.function())))
                .map(h -> new Evidence("/proc/" + h.pid() + "/fd", h.process() + " has " + h.device(), "nobody"))
                .toList();
        if (holders.isEmpty()) {
            notes.read(host.virtualization().processes());
            HostFacts.gap(host, "/proc", notes);
            return;
        }
        if (hooked(host, domain, notes)) {
            return;
        }
        for (Card card : inUse) {
            notes.found(
                    card.function().driver().source(),
                    card.function().driver().get().orElseThrow() + ", the only graphics card",
                    "a second one for the host");
        }
        holders.forEach(h -> notes.found(h.where(), h.found(), h.wanted()));
        notes.found("/etc/libvirt/hooks/qemu", "none that takes the card", "an executable hook that stops the desktop");
    }

    private static boolean holds(Holder holder, PciFunction card) {
        return !holder.device().startsWith("/dev/vfio")
                && holder.functions()
                        .get()
                        .filter(f -> f.contains(card.address()))
                        .isPresent();
    }

    /// Whether a hook of libvirt's takes the card from the desktop, or whether that is not known, which is noted.
    private static boolean hooked(Host host, Domain domain, Examination notes) {
        if (Hooks.takeCards(host, domain, notes)) {
            return true;
        }
        HostFacts.gap(host, HostFacts.HOOKS, notes);
        HostFacts.qemuHooks(host).stream().map(Hook::mode).forEach(notes::read);
        return !notes.missing().isEmpty();
    }

    private static final Rule AMD_RESET = Rule.of(
                    "amd-reset", Category.GRAPHICS, Severity.HIGH, Need.DOMAIN, Need.PCI, Need.MODULES)
            .title("This AMD card may not come back from a reset")
            .effect("The second start of the VM hangs until the host is suspended or started again.")
            .fix("Load vendor-reset and write device_specific to reset_method; RDNA4: a hook that suspends once.")
            .risk("An out-of-tree module; Vega and Navi 1x only.")
            .source("gnif/vendor-reset issues 35 and 46")
            .when(GraphicsRules::amdReset);

    private static void amdReset(Host host, Domain domain, Examination notes) {
        for (Card card : cards(host, domain, notes)) {
            PciFunction f = card.function();
            if (f.vendorId() == PciFunction.UNKNOWN_ID || f.deviceId() == PciFunction.UNKNOWN_ID) {
                notes.missing(card.directory() + "/device", "whose card it is could not be read");
                continue;
            }
            AmdChip.of(f).ifPresent(chip -> {
                Fact<List<String>> methods = f.state().resetMethods();
                Optional<List<String>> known =
                        methods instanceof Fact.Absent<?> ? Optional.of(List.of()) : notes.read(methods);
                known.filter(m -> !m.contains("device_specific"))
                        .filter(_ -> !vendorResetHooks(host, chip, methods, notes))
                        .ifPresent(m -> {
                            String found = f.id() + ", " + chip.words() + "; resets: "
                                    + (m.isEmpty() ? "not named" : String.join(" ", m));
                            if (chip == AmdChip.RDNA_4) {
                                notes.possible(methods.source(), found, "tried, or a hook that suspends once");
                            } else {
                                notes.found(methods.source(), found, "device_specific, by vendor-reset");
                            }
                        });
            });
        }
    }

    /// Before Linux 5.15, which has no `reset_method`, the module is asked first as soon as it is loaded.
    private static boolean vendorResetHooks(Host host, AmdChip chip, Fact<List<String>> methods, Examination notes) {
        return chip != AmdChip.RDNA_4
                && methods instanceof Fact.Absent<?>
                && (HostFacts.module(host, "vendor_reset", notes).isPresent()
                        || host.kernel().modules().isEmpty());
    }

    private static final Rule SME_ON = Rule.of(
                    "sme-on",
                    Category.GRAPHICS,
                    Severity.HIGH,
                    Need.DOMAIN,
                    Need.PROCESSOR,
                    Need.COMMAND_LINE,
                    Need.PCI,
                    Need.LOG)
            .title("The host encrypts its memory (SME)")
            .effect("A passed GPU may fail to initialise (seen on Linux 4.19).")
            .fix("Boot with mem_encrypt=off.")
            .risk("Memory modules can be read by who takes them out.")
            .source("tripleback.net, \"qemu numa performance revisited\"")
            .when(GraphicsRules::encrypted);

    private static void encrypted(Host host, Domain domain, Examination notes) {
        if (domain.hostdevs().isEmpty()
                || notes.read(host.cpu().flags()).filter(f -> f.contains("sme")).isEmpty()
                || cards(host, domain, notes).isEmpty()) {
            return;
        }
        Optional<String> asked = HostFacts.commandLine(host, notes).parameters().stream()
                .filter(p -> p.is("mem_encrypt"))
                .reduce((_, last) -> last)
                .map(p -> p.value().orElse(""));
        if (asked.filter("on"::equals).isPresent()) {
            notes.found(host.kernel().commandLine().source(), "mem_encrypt=on", "mem_encrypt=off");
        } else if (asked.isEmpty()) {
            HostFacts.logLines(host, GraphicsRules::saysEncrypted, notes)
                    .forEach(l -> notes.found(host.kernel().log().source(), l, "mem_encrypt=off"));
        }
    }

    /// `Memory Encryption Features active: AMD SME`, before 5.10 `AMD Secure Memory Encryption (SME) active`.
    private static boolean saysEncrypted(String line) {
        return line.contains("Encryption") && line.contains("active") && line.contains("SME");
    }

    private static final Rule ROM_BAD = Rule.of(
                    "rom-bad", Category.GRAPHICS, Severity.MEDIUM, Need.DOMAIN, Need.PCI, Need.LOG)
            .title("The guest may get no usable ROM of the card")
            .effect("The guest's firmware cannot start the card: a black screen until its driver loads, or for ever.")
            .fix("Dump the card's ROM and add <rom file='/path/card.rom'/> to the hostdev of function 0 alone.")
            .risk("Another card's ROM can crash host or card.")
            .when(GraphicsRules::rom);

    private static void rom(Host host, Domain domain, Examination notes) {
        for (Card card : cards(host, domain, notes)) {
            if (ownRom(domain, card.hostdev())) {
                continue;
            }
            HostFacts.logLines(
                            host,
                            l -> l.contains("Invalid PCI ROM")
                                    && l.contains(card.function().address().toString()),
                            notes)
                    .forEach(l -> notes.found(host.kernel().log().source(), l, "no such line, or <rom file=…/>"));
            Fact<Boolean> boot = card.function().bootVga();
            notes.read(boot).filter(b -> b).ifPresent(_ -> {
                notes.possible(boot.source(), "1: the firmware has run its ROM already", "0, or <rom file=…/>");
                notes.possible(card.hostdev().path() + "/rom/@file", "(absent)", "the card's ROM");
            });
        }
    }

    /// Whether the guest is given a ROM from a file, or none on purpose.
    private static boolean ownRom(Domain domain, HostDev hostdev) {
        return HostFacts.element(domain, hostdev.path())
                .flatMap(e -> e.child("rom"))
                .filter(e -> e.attribute("file").isPresent() || e.has("bar", "off") || e.has("enabled", "no"))
                .isPresent();
    }

    private static final Rule REBAR = Rule.of("rebar", Category.GRAPHICS, Severity.LOW, Need.DOMAIN, Need.PCI)
            .versions("resourceN_resize from Linux 6.1, QEMU from 8.1 on")
            .title("The card's memory is seen through a small window")
            .effect("Resizable BAR is not in use: games that profit from it lose a few percent.")
            .fix("Turn on Resizable BAR and Above 4G Decoding, or write the size to resourceN_resize while unbound.")
            .risk("Some cards fail with Code 43 after a resize.")
            .source("Linux commit 91fa127794ac")
            .when(GraphicsRules::smallBar);

    private static void smallBar(Host host, Domain domain, Examination notes) {
        for (Card card : cards(host, domain, notes)) {
            notes.read(card.function().resources().resizableBars()).stream()
                    .flatMap(List::stream)
                    .filter(b -> !b.sizes().isEmpty())
                    .max(Comparator.comparingLong(GraphicsRules::largest))
                    .ifPresent(bar -> notes.read(bar.current())
                            .filter(now -> now < largest(bar))
                            .ifPresent(now -> notes.found(
                                    card.directory() + "/resource" + bar.index() + "_resize",
                                    HostFacts.size(now),
                                    HostFacts.size(largest(bar)))));
        }
    }

    private static long largest(ResizableBar bar) {
        return bar.sizes().getLast();
    }

    private static final Rule LINK_WIDTH = Rule.of(
                    "link-width", Category.GRAPHICS, Severity.MEDIUM, Need.DOMAIN, Need.PCI, Need.VIRTUALIZATION)
            .title("A passed card runs on fewer lanes than it has")
            .effect("Less bandwidth for textures and uploads: long loading, lower minimum frame rates.")
            .fix("Move the card to a slot of the CPU with all lanes; reseat it, and leave out risers.")
            .risk("Another slot changes PCI addresses and IOMMU groups.")
            .source("gnif/LookingGlass install_libvirt.rst")
            .when(LinkWidth::look);
}
