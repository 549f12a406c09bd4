package dev.nptune.vm;

import dev.nptune.host.CpuSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The edits of [Domain] about how many vCPUs there are, what the guest is told of them, and where its memory is.
final class CpuEdits {
    private static final Set<String> OF_VCPUS = Set.of("vcpusched", "cachetune", "memorytune");

    private CpuEdits() {}

    /// Sets how many vCPU numbers there are and which of them the guest starts with. Pins of numbers that are not in
    /// use
    /// go, and so do such numbers where others than pins name them.
    static void vcpus(MarkupEdit edit, Element root, int maximum, CpuSet enabled) {
        boolean all = enabled.size() == maximum;
        Optional<Element> vcpu = root.child("vcpu");
        if (vcpu.isPresent()) {
            edit.content(vcpu.get(), Integer.toString(maximum));
            if (all) {
                edit.unset(vcpu.get(), "current");
            } else {
                edit.set(vcpu.get(), "current", Integer.toString(enabled.size()));
            }
        } else {
            String current = all ? "" : " current='" + enabled.size() + "'";
            DomainEdits.insert(
                    edit,
                    root,
                    List.of("memoryBacking", "currentMemory", "memory"),
                    List.of("<vcpu placement='static'" + current + ">" + maximum + "</vcpu>"));
        }
        Optional<Element> list = root.child("vcpus");
        List<String> lines = all ? List.of() : list(maximum, enabled);
        if (list.isPresent() && all) {
            edit.remove(list.get());
        } else if (list.isPresent()) {
            edit.replace(list.get(), lines);
        } else if (!all && vcpu.isPresent()) {
            edit.after(vcpu.get(), lines);
        }
        root.child("cputune").stream()
                .flatMap(tune -> tune.children("vcpupin").stream())
                .filter(pin -> !enabled.contains(
                        Integer.parseInt(pin.attribute("vcpu").orElse("0").strip())))
                .forEach(edit::remove);
        root.child("cputune").stream()
                .flatMap(tune -> tune.children().stream())
                .filter(e -> OF_VCPUS.contains(e.name()))
                .forEach(e -> keepNumbers(edit, root, e, enabled));
    }

    /// What was said of all vCPUs is said of all, what was said of some of those that are left.
    private static void keepNumbers(MarkupEdit edit, Element root, Element element, CpuSet enabled) {
        Optional<CpuSet> numbers = element.attribute("vcpus").map(CpuSet::parse);
        CpuSet before = new DomainReader(root).vcpus().enabled();
        CpuSet left = numbers.filter(n -> n.containsAll(before)).isPresent()
                ? enabled
                : numbers.orElse(enabled).and(enabled);
        if (left.isEmpty()) {
            edit.remove(element);
        } else if (numbers.isPresent()) {
            edit.set(element, "vcpus", left.toString());
        }
    }

    /// From the first disabled one on all are hotpluggable: libvirt wants those that are not to come first, and plugs
    /// the
    /// enabled ones in before the guest runs.
    private static List<String> list(int maximum, CpuSet enabled) {
        List<String> lines = new ArrayList<>(List.of("<vcpus>"));
        boolean plugged = false;
        for (int id = 0; id < maximum; id++) {
            boolean on = enabled.contains(id);
            plugged |= !on;
            lines.add("\t<vcpu id='" + id + "' enabled='" + (on ? "yes" : "no") + "' hotpluggable='"
                    + (plugged ? "yes" : "no") + "'/>");
        }
        lines.add("</vcpus>");
        return lines;
    }

    /// Passes the host's caches through.
    static void cachePassthrough(MarkupEdit edit, Element root) {
        Optional<Element> cache = root.find("cpu/cache");
        if (cache.isPresent()) {
            edit.set(cache.get(), "mode", "passthrough");
            edit.unset(cache.get(), "level");
        } else {
            DomainEdits.cpu(edit, root, "<cache mode='passthrough'/>", List.of("topology", "vendor", "model"));
        }
    }

    /// Takes all memory from some nodes of the host.
    static void memoryNodes(MarkupEdit edit, Element root, CpuSet nodes) {
        Optional<Element> memory = root.find("numatune/memory");
        if (memory.isPresent()) {
            edit.set(memory.get(), "mode", "strict");
            edit.unset(memory.get(), "placement");
            edit.set(memory.get(), "nodeset", nodes.toString());
            return;
        }
        String line = "<memory mode='strict' nodeset='" + nodes + "'/>";
        Optional<Element> tune = root.child("numatune");
        if (tune.isPresent()) {
            edit.append(tune.get(), List.of(line));
        } else {
            numatune(edit, root, List.of("\t" + line));
        }
    }

    private static void numatune(MarkupEdit edit, Element root, List<String> lines) {
        List<String> all = new ArrayList<>(List.of("<numatune>"));
        all.addAll(lines);
        all.add("</numatune>");
        DomainEdits.insert(
                edit,
                root,
                List.of("cputune", "iothreadids", "iothreads", "vcpus", "vcpu", "currentMemory", "memory"),
                all);
    }

    /// Shows the guest nodes, each with memory of one of the host's. It must have none before.
    static void guestNodes(MarkupEdit edit, Element root, List<GuestNode> nodes) {
        List<String> cells = new ArrayList<>(List.of("<numa>"));
        List<String> tune = new ArrayList<>();
        for (int id = 0; id < nodes.size(); id++) {
            GuestNode node = nodes.get(id);
            cells.add("\t<cell id='" + id + "' cpus='" + node.vcpus() + "' memory='" + (node.memoryBytes() >> 10)
                    + "' unit='KiB'/>");
            tune.add("\t<memnode cellid='" + id + "' mode='strict' nodeset='" + node.hostNode() + "'/>");
        }
        cells.add("</numa>");
        Optional<Element> cpu = root.child("cpu");
        if (cpu.isPresent()) {
            edit.append(cpu.get(), cells);
        } else {
            List<String> whole = new ArrayList<>(List.of("<cpu>"));
            cells.forEach(line -> whole.add("\t" + line));
            whole.add("</cpu>");
            DomainEdits.insert(edit, root, List.of("features", "os"), whole);
        }
        root.child("numatune").ifPresent(edit::remove);
        numatune(edit, root, tune);
    }

    /// Sets how much memory the guest has and starts with; the most it may ever have is raised where it is less.
    static void memory(MarkupEdit edit, Element root, long bytes) {
        root.child("maxMemory")
                .filter(e ->
                        DomainReader.bytes(e, e.content(), e.attribute("unit").orElse("KiB")) < bytes)
                .ifPresent(e -> {
                    edit.content(e, Long.toString(bytes >> 10));
                    edit.set(e, "unit", "KiB");
                });
        for (String name : Set.of("memory", "currentMemory")) {
            root.child(name).ifPresent(element -> {
                edit.content(element, Long.toString(bytes >> 10));
                edit.set(element, "unit", "KiB");
            });
        }
    }
}
