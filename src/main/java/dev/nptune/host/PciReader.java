package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the PCI functions from `/sys/bus/pci/devices`.
///
/// Configuration space is read no further than its capabilities lead.
final class PciReader {
    static final String DEVICES = "/sys/bus/pci/devices";

    private static final Pattern ADDRESS = Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");

    private final Tree tree;

    private PciReader(Tree tree) {
        this.tree = tree;
    }

    static List<PciFunction> read(Tree tree) {
        PciReader reader = new PciReader(tree);
        List<PciFunction> functions = tree.namesOrGap(DEVICES).stream()
                .flatMap(reader::address)
                .map(reader::function)
                .sorted(Comparator.comparing(PciFunction::address))
                .toList();
        return functions.stream().map(f -> withParent(f, functions)).toList();
    }

    private Stream<PciAddress> address(String name) {
        Fact<PciAddress> address =
                Fact.known(name, DEVICES + "/" + Printable.line(name)).map(PciAddress::parse);
        tree.noteGap(address);
        return address.get().stream();
    }

    private PciFunction function(PciAddress address) {
        String directory = DEVICES + "/" + address;
        int classCode = required(tree, directory + "/class", PciFunction.UNKNOWN_CLASS);
        int vendor = required(tree, directory + "/vendor", PciFunction.UNKNOWN_ID);
        int device = required(tree, directory + "/device", PciFunction.UNKNOWN_ID);
        Fact<ConfigSpace> config = config(directory + "/config");
        return new PciFunction(
                address,
                classCode,
                vendor,
                device,
                tree.link(directory + "/driver"),
                tree.link(directory + "/iommu_group").map(Values::integer),
                Values.absentIf(tree.value(directory + "/numa_node").map(Values::integer), node -> node < 0),
                tree.value(directory + "/boot_vga").map(Values::bit),
                identity(directory, classCode, vendor, device),
                parent(directory),
                link(directory),
                PciResourceReader.read(tree, directory, config),
                state(directory),
                config,
                classCode >> 16 == 0x03 ? ConnectorReader.read(tree, directory) : List.of());
    }

    /// What every device has; without it the device stays in the list as one of unknown kind, beside a gap.
    static int required(Tree tree, String path, int unknown) {
        Fact<Integer> number = tree.value(path).map(Values::hex);
        tree.noteGap(
                number instanceof Fact.Absent<Integer>(String source) ? Fact.unreadable(source, "missing") : number);
        return number.get().orElse(unknown);
    }

    private PciIdentity identity(String directory, int classCode, int vendor, int device) {
        Fact<Integer> subsystemVendor =
                none(tree.value(directory + "/subsystem_vendor").map(Values::hex));
        Fact<Integer> subsystemDevice = subsystemVendor instanceof Fact.Known<Integer>
                ? tree.value(directory + "/subsystem_device").map(Values::hex)
                : subsystemVendor;
        PciIds ids = PciIds.bundled();
        return new PciIdentity(
                subsystemVendor,
                subsystemDevice,
                tree.value(directory + "/revision").map(Values::hex),
                name(ids.vendor(vendor)),
                name(ids.device(vendor, device)),
                name(subsystemVendor.get().flatMap(ids::vendor)),
                name(subsystemVendor
                        .get()
                        .flatMap(sv -> subsystemDevice.get().flatMap(sd -> ids.subsystem(vendor, device, sv, sd)))),
                name(ids.className(classCode)));
    }

    /// A subsystem of 0000 is none.
    private static Fact<Integer> none(Fact<Integer> id) {
        return Values.absentIf(id, number -> number == 0);
    }

    private static Fact<String> name(Optional<String> name) {
        return name.map(n -> Fact.known(n, PciIds.SOURCE)).orElse(Fact.absent(PciIds.SOURCE));
    }

    /// In `…/pci0000:00/0000:00:01.3/0000:01:00.2` the name before the last is the bridge.
    private Fact<PciAddress> parent(String directory) {
        Fact<String> path = tree.realPath(directory);
        if (!(path instanceof Fact.Known<String>(String real, String source))) {
            return path.map(PciAddress::parse);
        }
        String[] names = real.split("/");
        String above = names.length < 2 ? "" : names[names.length - 2];
        if (above.startsWith("pci")) {
            return Fact.absent(source);
        }
        return ADDRESS.matcher(above).matches()
                ? Fact.known(above, source).map(PciAddress::parse)
                : Fact.unreadable(source, "its place in the tree of bridges is not told");
    }

    /// Where the path does not tell the bridge, its bus numbers may.
    private static PciFunction withParent(PciFunction function, List<PciFunction> all) {
        if (!(function.parent() instanceof Fact.Unreadable<PciAddress>)) {
            return function;
        }
        return all.stream()
                .filter(bridge -> leadsTo(bridge, function.address()))
                .findFirst()
                .map(bridge -> function.withParent(
                        Fact.known(bridge.address(), bridge.config().source())))
                .orElse(function);
    }

    private static boolean leadsTo(PciFunction bridge, PciAddress address) {
        return bridge.address().domain() == address.domain()
                && bridge.address().bus() != address.bus()
                && bridge.config()
                        .get()
                        .flatMap(c -> c.buses().get())
                        .filter(b -> b.secondary() == address.bus())
                        .isPresent();
    }

    private PciLink link(String directory) {
        return new PciLink(
                tree.value(directory + "/current_link_speed").map(PciReader::speed),
                tree.value(directory + "/max_link_speed").map(PciReader::speed),
                tree.value(directory + "/current_link_width").map(PciReader::width),
                tree.value(directory + "/max_link_width").map(PciReader::width));
    }

    /// `8.0 GT/s PCIe`, on older kernels `8 GT/s`.
    static double speed(String text) {
        return switch (text.replace(".0 ", " ").replace(" PCIe", "")) {
            case "2.5 GT/s" -> 2.5;
            case "5 GT/s" -> 5;
            case "8 GT/s" -> 8;
            case "16 GT/s" -> 16;
            case "32 GT/s" -> 32;
            case "64 GT/s" -> 64;
            default -> throw new IllegalArgumentException("no link speed: '" + Values.brief(text) + "'");
        };
    }

    /// The kernel writes 255 where it does not know.
    static int width(String text) {
        int width = Values.integer(text);
        if (width < 0 || width > 32) {
            throw new IllegalArgumentException("no link width: '" + Values.brief(text) + "'");
        }
        return width;
    }

    private PciState state(String directory) {
        return new PciState(
                resetMethods(directory),
                tree.value(directory + "/msi_bus").map(Values::bit),
                tree.names(directory + "/msi_irqs")
                        .map(names ->
                                names.stream().map(Values::integer).sorted().toList()),
                tree.value(directory + "/power_state"),
                tree.value(directory + "/d3cold_allowed").map(Values::bit),
                tree.value(directory + "/power/runtime_status"));
    }

    /// Kernels before 5.15 say only that there is a way.
    private Fact<List<String>> resetMethods(String directory) {
        Fact<List<String>> methods = tree.value(directory + "/reset_method")
                .map(text -> text.isEmpty() ? List.of() : List.of(text.split("\\s+")));
        if (methods instanceof Fact.Absent<List<String>>(String source)
                && tree.names(directory)
                        .get()
                        .filter(names -> names.contains("reset"))
                        .isPresent()) {
            return Fact.unreadable(source, "this kernel can reset it and does not say how");
        }
        return methods;
    }

    private Fact<ConfigSpace> config(String path) {
        return tree.bytes(path, 0, ConfigBytes.PAGE).map(first -> {
            ConfigBytes bytes = new ConfigBytes(page -> page == 0
                    ? first
                    : tree.bytes(path, page * ConfigBytes.PAGE, ConfigBytes.PAGE)
                            .get()
                            .orElse(new byte[0]));
            return new ConfigDecoder(path, bytes).decode();
        });
    }
}
