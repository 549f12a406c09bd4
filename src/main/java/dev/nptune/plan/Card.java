package dev.nptune.plan;

import dev.nptune.host.Connector;
import dev.nptune.host.Fact;
import dev.nptune.host.Graphics.Holder;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.host.PciResources.Bar;
import dev.nptune.host.PciResources.ResizableBar;
import dev.nptune.host.PciResources.Space;
import dev.nptune.host.PciTree;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// A graphics card as far as choosing one goes.
///
/// @param display the function that draws
/// @param functions what of it is passed, in order
/// @param integrated whether it is part of the processor
/// @param group what its IOMMU groups allow
/// @param monitors what is plugged in and shows a picture; empty if that is not known
/// @param holders programs of the host that have it open
/// @param holdersKnown whether all programs were looked into
record Card(
        PciFunction display,
        List<PciFunction> functions,
        boolean integrated,
        GroupVerdict group,
        Optional<List<Connector>> monitors,
        List<Holder> holders,
        boolean holdersKnown) {
    private static final int ASPEED = 0x1a03;
    private static final int MATROX = 0x102b;
    private static final int HUAWEI = 0x19e5;
    private static final int INTEL = 0x8086;
    private static final int AMD = 0x1002;
    private static final int AMD_PROCESSORS = 0x1022;
    private static final int AUDIO = 0x0403;

    static List<Card> all(Host host, GroupJudge judge) {
        return host.pci().stream()
                .filter(PciFunction::isDisplay)
                .filter(f -> host.pci().stream()
                        .noneMatch(o -> o.isDisplay()
                                && o.address().sameDevice(f.address())
                                && o.address().function() < f.address().function()))
                .map(f -> of(host, f, judge))
                .toList();
    }

    static Card of(Host host, PciFunction display, GroupJudge judge) {
        boolean integrated = isIntegrated(host, display);
        List<PciFunction> functions = functions(host, display, integrated);
        return new Card(
                display,
                functions,
                integrated,
                judge.judge(functions),
                monitors(functions),
                host.graphics().holders().stream()
                        .filter(h -> !h.device().startsWith("/dev/vfio"))
                        .filter(h -> h.functions()
                                .get()
                                .filter(f -> f.contains(display.address()))
                                .isPresent())
                        .toList(),
                host.gap("/proc").isEmpty());
    }

    /// Graphics of the processor are on its root bus, or, AMD's, one device with functions of the processor.
    static boolean isIntegrated(Host host, PciFunction display) {
        boolean onRootBus = display.address().bus() == 0 && !(display.parent() instanceof Fact.Known);
        return (onRootBus && (display.vendorId() == INTEL || display.vendorId() == AMD))
                || new PciTree(host.pci()).siblings(display).stream().anyMatch(s -> s.vendorId() == AMD_PROCESSORS);
    }

    /// All functions of a card; of the processor's graphics, whose device has other parts of the processor in it, what
    /// draws and its sound.
    static List<PciFunction> functions(Host host, PciFunction display, boolean integrated) {
        return host.pci().stream()
                .filter(f -> f.address().sameDevice(display.address()) && !f.isBridge())
                .filter(f -> !integrated
                        || f.isDisplay()
                        || (f.vendorId() == display.vendorId() && f.classCode() >> 8 == AUDIO))
                .sorted(Comparator.comparing(PciFunction::address))
                .toList();
    }

    /// None is known to show a picture where no status was to be read; under vfio-pci there are no connectors.
    private static Optional<List<Connector>> monitors(List<PciFunction> functions) {
        List<Connector> all =
                functions.stream().flatMap(f -> f.connectors().stream()).toList();
        if (all.stream().anyMatch(c -> c.status() instanceof Fact.Unreadable)) {
            return Optional.empty();
        }
        return Optional.of(all.stream()
                .filter(c -> c.status().get().filter("connected"::equals).isPresent())
                .filter(c -> c.enabled().get().orElse(true))
                .toList());
    }

    /// The display of a server's management controller draws no games. Source: the Linux drivers `ast`, `mgag200`
    /// (from G200SE on; before are cards) and `hibmc`.
    boolean isManagement() {
        int device = display.deviceId();
        return switch (display.vendorId()) {
            case ASPEED -> true;
            case MATROX -> device >= 0x0522 && device <= 0x053a;
            case HUAWEI -> device == 0x1711;
            default -> false;
        };
    }

    boolean onVfio() {
        return display.driver().get().filter(d -> d.endsWith("vfio-pci")).isPresent();
    }

    boolean isBoot() {
        return display.bootVga().get().orElse(false);
    }

    /// Whether the host draws on it now.
    boolean inUse() {
        return !onVfio()
                && (!holders.isEmpty() || monitors.filter(m -> !m.isEmpty()).isPresent());
    }

    boolean isTwinOf(Card other) {
        return display.id().equals(other.display.id()) && !display.equals(other.display);
    }

    /// How much memory it has as far as its windows tell: the largest it can open, which is all of it only where the
    /// window can be resized.
    Optional<Long> window() {
        LongStream bars = display.resources().bars().get().stream()
                .flatMap(List::stream)
                .filter(b -> b.space() == Space.MEMORY && b.prefetchable())
                .mapToLong(Bar::bytes);
        LongStream sizes = display.resources().resizableBars().get().stream()
                .flatMap(List::stream)
                .map(ResizableBar::sizes)
                .filter(s -> !s.isEmpty())
                .mapToLong(List::getLast);
        return Stream.of(bars, sizes).flatMap(LongStream::boxed).max(Comparator.naturalOrder());
    }

    /// Gigatransfers per second over all lanes in use, at the most speed the card can do: it idles at less.
    Optional<Double> bandwidth() {
        return display.link()
                .currentWidth()
                .get()
                .flatMap(w -> display.link().maxSpeed().get().map(s -> s * w));
    }
}
