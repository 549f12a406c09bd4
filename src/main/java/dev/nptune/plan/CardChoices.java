package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import dev.nptune.doctor.OwnHooks;
import dev.nptune.host.Connector;
import dev.nptune.host.Fact;
import dev.nptune.host.FileMode;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.host.Virtualization.QemuProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Says what is decided for a card and what stands against it.
final class CardChoices {
    /// The choice to bind a card when the VM starts.
    static final String AT_START = "bind by address and id when the VM starts (managed='yes'), nothing by id alone";

    /// How the warnings begin that a card is taken from the host when the VM starts.
    static final String USED = "the host uses ";

    static final String DRAWN = "the firmware draws on ";

    private static final int NVIDIA = 0x10de;

    private final Host host;
    private final List<Card> cards;
    private final String self;
    private final boolean singleGpu;
    private final List<Choice> choices = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private boolean hook;

    /// @param cards all of the machine
    /// @param self the VM's name; `""` for one that is to be
    /// @param singleGpu whether a hook of ours may take the machine's only card from the desktop
    CardChoices(Host host, List<Card> cards, String self, boolean singleGpu) {
        this.host = host;
        this.singleGpu = singleGpu && cards.size() == 1;
        this.self = self;
        this.cards = cards;
    }

    List<Choice> choices() {
        return choices;
    }

    List<String> warnings() {
        return warnings;
    }

    /// Whether a hook is needed and missing.
    boolean hook() {
        return hook;
    }

    void warn(List<String> more) {
        more.stream().filter(w -> !warnings.contains(w)).forEach(warnings::add);
    }

    void chosen(Card card, String why) {
        List<PciFunction> rest =
                card.functions().stream().filter(f -> !f.equals(card.display())).toList();
        choices.add(Choice.of(
                Topic.GRAPHICS,
                "pass " + DeviceWords.withSlot(host, card.display())
                        + (rest.isEmpty()
                                ? ""
                                : " with " + rest.stream().map(DeviceWords::of).collect(Collectors.joining(" and "))),
                why));
    }

    void along(List<GroupVerdict.Member> others) {
        for (GroupVerdict.Member other : others) {
            choices.add(new Choice(
                    Topic.DEVICES,
                    "pass " + DeviceWords.of(other.function()) + " along",
                    "It shares the IOMMU group, which goes whole or not at all; it " + other.why() + ".",
                    "",
                    "the host is without it while the VM runs"));
        }
    }

    /// How it is bound, what its maker's driver wants, and what the host loses with it.
    void judge(Card card) {
        bind(card);
        if (card.display().vendorId() == NVIDIA) {
            choices.add(Choice.of(
                    Topic.GUEST,
                    "KVM is not hidden from NVIDIA's driver",
                    "It runs in a VM since release R465; older ones stop with Code 43."));
        }
        boot(card);
        inUse(card);
        if (card.integrated()) {
            warnings.add(DeviceWords.of(card.display()) + " is part of the processor: it uses the host's memory, and"
                    + " its ROM is in the board's firmware, so that the guest has none unless it is given a file");
        }
    }

    private void bind(Card card) {
        List<Card> twins = cards.stream().filter(card::isTwinOf).toList();
        String way = card.onVfio()
                ? "It is on vfio-pci already, and stays there."
                : "libvirt moves it to vfio-pci when the VM starts, and back afterwards.";
        choices.add(Choice.of(
                Topic.HOST,
                AT_START,
                twins.isEmpty()
                        ? way
                        : way + " By id alone, "
                                + twins.stream()
                                        .map(t -> t.display().address().toString())
                                        .collect(Collectors.joining(" and "))
                                + " would be taken too: it has the same id."));
        if (!twins.isEmpty()) {
            boundById(card.display().id())
                    .forEach(where -> warnings.add(where + " binds vfio-pci to "
                            + card.display().id() + ", and so to both cards: take the id out"));
        }
    }

    /// Where vfio-pci is told to take all of an id.
    private List<String> boundById(String id) {
        Stream<String> files = HostFacts.options(host, "vfio_pci", "ids")
                .filter(o -> o.options().stream()
                        .anyMatch(w -> w.toLowerCase(Locale.ROOT).contains(id)))
                .map(o -> o.file() + " line " + o.line());
        Stream<String> line = host.kernel().parameters().get().stream()
                .flatMap(c -> c.parameters().stream())
                .filter(p -> p.is("vfio_pci.ids"))
                .filter(p -> p.value()
                        .filter(v -> v.toLowerCase(Locale.ROOT).contains(id))
                        .isPresent())
                .map(_ -> host.kernel().commandLine().source());
        return Stream.concat(files, line).distinct().toList();
    }

    private void boot(Card card) {
        PciFunction display = card.display();
        if (display.bootVga() instanceof Fact.Unreadable<Boolean>(String source, String reason)) {
            warnings.add("not known: whether the firmware draws on " + display.address() + " (" + source + ": " + reason
                    + ")");
        }
        boolean only = cards.size() == 1;
        if (card.isBoot() && !card.onVfio()) {
            warnings.add(DRAWN + display.address() + ": the host's screen goes dark when the VM" + " starts"
                    + (only ? "" : "; make another card the first one in the firmware's setup if it can"));
        }
        if (only) {
            warnings.add("it is the machine's only graphics card: the host shows nothing while the VM runs; have SSH"
                    + " ready");
        }
    }

    private void inUse(Card card) {
        if (card.inUse()) {
            String who = Stream.concat(
                            card.monitors().orElse(List.of()).stream().map(CardChoices::monitor),
                            card.holders().stream().map(h -> h.process() + " has " + h.device() + " open"))
                    .distinct()
                    .collect(Collectors.joining("; "));
            hook = !hooked();
            warnings.add(USED + card.display().address() + " (" + who + "): "
                    + (hook
                            ? "a hook in /etc/libvirt/hooks/qemu must take it from the desktop before the VM starts, or"
                                    + " --bind boot keeps it from the desktop from boot on; --single-gpu, which ends the"
                                    + " desktop while the VM runs, is for a machine with one card"
                            : singleGpu
                                    ? "the hook that is written takes it from the desktop before the VM starts"
                                    : "libvirt's hook must take it from the desktop before the VM starts"));
        } else if (!card.onVfio() && (card.monitors().isEmpty() || !card.holdersKnown())) {
            warnings.add("not known: whether the host uses " + card.display().address()
                    + " now; run it as root to see the programs that do");
        }
        runningWith(card).forEach(warnings::add);
    }

    private static String monitor(Connector connector) {
        return connector.monitor().get().orElse("a monitor") + " on " + connector.name();
    }

    private boolean hooked() {
        return singleGpu
                || HostFacts.qemuHooks(host).stream()
                        .filter(h -> !HostFacts.isOwnHook(h) || h.path().equals(OwnHooks.screen(self)))
                        .anyMatch(
                                h -> h.mode().get().filter(FileMode::executable).isPresent());
    }

    private List<String> runningWith(Card card) {
        List<String> all = new ArrayList<>();
        List<Integer> own = host.virtualization().running().stream()
                .filter(q -> q.name().get().filter(self::equals).isPresent())
                .map(QemuProcess::pid)
                .toList();
        host.graphics().holders().stream()
                .filter(h -> h.device().startsWith("/dev/vfio") && !own.contains(h.pid()))
                .filter(h -> h.functions()
                        .get()
                        .filter(f -> f.contains(card.display().address()))
                        .isPresent())
                .forEach(h -> all.add("a VM that runs has " + card.display().address() + " now (" + h.process()
                        + ", process " + h.pid() + "): shut it down first"));
        PassedDevices.alsoIn(host, card.functions(), self)
                .forEach(name -> all.add("the VM '" + name + "' is given "
                        + card.display().address() + " too: only one of them can run at a time"));
        return all;
    }
}
