package dev.nptune.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads who holds the graphics cards: open files of processes, framebuffers, consoles, claimed memory.
///
/// Of one process up to 1024 open files are looked at, of all together 65 536.
final class GraphicsReader {
    private static final int MAX_FILES = 1024;
    private static final int MAX_ALL_FILES = 1 << 16;
    private static final Pattern NODE = Pattern.compile("card\\d{1,3}|renderD\\d{1,3}");
    private static final Pattern DEVICE = Pattern.compile(
            "/dev/(?:dri/(card\\d{1,3}|renderD\\d{1,3})|nvidia(\\d{1,3})|nvidia[a-z-]{1,20}|vfio/(\\d{1,6})"
                    + "|vfio/devices/(vfio\\d{1,6}))");
    private static final Pattern MINOR = Pattern.compile("(?m)^Device Minor:\\s{1,20}(\\d{1,3})\\s*$");

    private final Tree tree;
    private final Map<String, Fact<List<PciAddress>>> functions = new HashMap<>();

    private GraphicsReader(Tree tree) {
        this.tree = tree;
    }

    static Graphics read(Tree tree, Processes processes) {
        GraphicsReader reader = new GraphicsReader(tree);
        return new Graphics(
                reader.nodes(),
                reader.holders(processes),
                reader.numbered(
                        "/sys/class/graphics",
                        "fb",
                        (number, directory) -> new Graphics.FrameBuffer(
                                number, tree.value(directory + "/name"), reader.function(directory + "/device"))),
                reader.numbered(
                        "/sys/class/vtconsole",
                        "vtcon",
                        (number, directory) -> new Graphics.ConsoleDriver(
                                number,
                                tree.value(directory + "/name").map(name -> name.replaceFirst("^\\([A-Z]\\) ", "")),
                                tree.value(directory + "/bind").map(Values::bit))),
                tree.text("/proc/iomem").map(BootFramebuffers::parse));
    }

    private List<Graphics.Node> nodes() {
        return tree.namesOrGap("/sys/class/drm").stream()
                .filter(name -> NODE.matcher(name).matches())
                .map(name -> new Graphics.Node("/dev/dri/" + name, function("/sys/class/drm/" + name + "/device")))
                .toList();
    }

    /// The PCI function a `device` link leads to; a device that is none, such as a platform's, is absent.
    private Fact<PciAddress> function(String link) {
        Fact<String> name = tree.link(link);
        return name.get().filter(n -> !n.contains(":")).isPresent() ? Fact.absent(link) : name.map(PciAddress::parse);
    }

    private <T> List<T> numbered(String directory, String prefix, BiFunction<Integer, String, T> reader) {
        SortedMap<Integer, T> found = new TreeMap<>();
        for (String name : tree.namesOrGap(directory)) {
            if (name.startsWith(prefix) && name.substring(prefix.length()).matches("\\d{1,3}")) {
                int number = Integer.parseInt(name.substring(prefix.length()));
                found.put(number, reader.apply(number, directory + "/" + name));
            }
        }
        return List.copyOf(found.values());
    }

    private List<Graphics.Holder> holders(Processes processes) {
        List<Graphics.Holder> holders = new ArrayList<>();
        int files = 0;
        Map<String, Integer> refused = new TreeMap<>();
        int notLookedAt = 0;
        for (Processes.Entry process : processes.list()) {
            if (files >= MAX_ALL_FILES) {
                notLookedAt++;
                continue;
            }
            Fact<SortedMap<String, String>> links = tree.links(process.directory() + "/fd", MAX_FILES);
            if (links instanceof Fact.Unreadable<?>(String _, String reason)) {
                refused.merge(reason, 1, Integer::sum);
            }
            List<String> targets = links.get().map(l -> List.copyOf(l.values())).orElse(List.of());
            files += targets.size();
            for (String device : new LinkedHashSet<>(targets)) {
                Matcher m = DEVICE.matcher(device);
                if (m.matches()) {
                    Fact<List<PciAddress>> behind = functions.computeIfAbsent(device, _ -> behind(device, m));
                    holders.add(new Graphics.Holder(process.pid(), process.name(), device, behind));
                }
            }
        }
        // the first process is there always, and a snapshot may hold no process at all
        if (refused.isEmpty()
                && processes.seen().get().isPresent()
                && tree.links("/proc/1/fd", 1) instanceof Fact.Unreadable<?>(String _, String reason)) {
            refused.put(reason, 1);
        }
        refused.forEach((reason, count) ->
                tree.noteGap(Fact.unreadable("/proc", "open files of " + count + " processes: " + reason)));
        if (notLookedAt > 0) {
            tree.noteGap(Fact.unreadable("/proc", "open files of " + notLookedAt + " processes: too many in all"));
        }
        return holders;
    }

    private Fact<List<PciAddress>> behind(String device, Matcher m) {
        if (m.group(1) != null) {
            return function("/sys/class/drm/" + m.group(1) + "/device").map(List::of);
        }
        if (m.group(2) != null) {
            return nvidia(Integer.parseInt(m.group(2)));
        }
        if (m.group(3) != null) {
            return tree.names("/sys/kernel/iommu_groups/" + m.group(3) + "/devices")
                    .map(names -> names.stream().map(PciAddress::parse).toList());
        }
        return m.group(4) != null
                ? function("/sys/class/vfio-dev/" + m.group(4) + "/device").map(List::of)
                : Fact.absent(device);
    }

    /// NVIDIA's own driver says which node belongs to which card.
    private Fact<List<PciAddress>> nvidia(int minor) {
        String directory = "/proc/driver/nvidia/gpus";
        return tree.names(directory)
                .map(names -> names.stream()
                        .filter(name -> minors(directory + "/" + name).anyMatch(n -> n == minor))
                        .map(PciAddress::parse)
                        .findFirst()
                        .map(List::of)
                        .orElseThrow(() -> new IllegalArgumentException("no card says it has minor number " + minor)));
    }

    private Stream<Integer> minors(String directory) {
        return tree.text(directory + "/information").get().stream()
                .flatMap(text -> MINOR.matcher(text).results())
                .map(r -> Integer.valueOf(r.group(1)));
    }
}
