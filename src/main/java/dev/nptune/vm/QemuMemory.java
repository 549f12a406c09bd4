package dev.nptune.vm;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Memory: how much, from where, on which nodes.
final class QemuMemory {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,6})?)([bBkKmMgGtTpPeE]?)");
    private static final Pattern BACKEND = Pattern.compile("memory-backend-.*");
    private static final long MIB = 1 << 20;
    private static final long MOST = 1L << 56;
    /// The page's size in the usual names of mount points; the default one has none.
    private static final Pattern GIB = Pattern.compile("(?i).*(?:1g|1048576k).*", Pattern.DOTALL);
    private static final Pattern HUGE = Pattern.compile("(?i).*(?:huge).*", Pattern.DOTALL);

    private final QemuTranslation all;
    private final List<QemuArgument> numas;
    private final List<QemuSettings> nodes;
    private final Map<String, List<Integer>> cellsOf = new HashMap<>();

    QemuMemory(QemuTranslation all) {
        this.all = all;
        numas = all.named("numa");
        nodes = numas.stream()
                .map(a -> all.settings(a, "type"))
                .filter(s -> s.has("type", "node"))
                .toList();
        for (int i = 0; i < nodes.size(); i++) {
            cellsOf.computeIfAbsent(nodes.get(i).get("memdev", ""), _ -> new ArrayList<>())
                    .add(i);
        }
    }

    void translate() {
        size();
        all.at("memoryBacking").from(QemuTranslation.text(all.named("mem-path", "mem-prealloc"), "-mem-path"));
        all.last("mem-path").ifPresent(a -> file(a.value(), Optional.empty(), a.text()));
        all.last("mem-prealloc").ifPresent(a -> allocation(a.text()));
        all.last("overcommit").ifPresent(this::overcommit);
        all.named("realtime").stream()
                .filter(a -> all.settings(a, "").on("mlock"))
                .forEach(a -> all.at("memoryBacking").at("locked").from(a.text()));
        Set<String> ofGuest = new LinkedHashSet<>();
        all.merged(all.named("machine", "M"), "type").get("memory-backend").ifPresent(ofGuest::add);
        numas.forEach(a -> all.settings(a, "type").get("memdev").ifPresent(ofGuest::add));
        for (QemuArgument object : all.objects(BACKEND)) {
            QemuSettings backend = all.settings(object, "qom-type");
            if (backend.get("id").filter(ofGuest::contains).isPresent()) {
                backend(object, backend);
            }
        }
        cells();
        iothreads();
        all.devices("pc-dimm", "virtio-mem-pci", "nvdimm", "virtio-pmem-pci")
                .forEach(d -> all.notUnderstood(d.argument(), "memory beside that of -m"));
    }

    private void size() {
        List<QemuArgument> given = all.named("m");
        QemuSettings settings = all.merged(given, "size");
        Optional<Long> bytes = settings.get("size")
                .map(s -> bytes(s, MIB))
                .orElse(given.isEmpty() ? Optional.of(128 * MIB) : Optional.of(0L));
        if (bytes.filter(b -> b > 0).isEmpty()) {
            given.forEach(a -> all.notUnderstood(a, "no size of memory"));
        }
        all.at("memory")
                .set("unit", "KiB")
                .text(Long.toString(bytes.orElse(0L) >> 10))
                .from(QemuTranslation.text(given, "-m"));
    }

    /// Sizes as QEMU writes them, with a unit's letter or without.
    ///
    /// @param unit what a bare number counts
    static Optional<Long> bytes(String text, long unit) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            return Optional.empty();
        }
        String letter = String.valueOf(size.group(2));
        int power = letter.isEmpty() ? -1 : "BKMGTPE".indexOf(Character.toUpperCase(letter.charAt(0)));
        long scale = power < 0 ? unit : 1L << (10 * power);
        BigDecimal bytes = new BigDecimal(String.valueOf(size.group(1))).multiply(BigDecimal.valueOf(scale));
        return bytes.compareTo(BigDecimal.valueOf(MOST)) > 0 ? Optional.empty() : Optional.of(bytes.longValue());
    }

    private void overcommit(QemuArgument argument) {
        QemuSettings overcommit = all.merged(all.named("overcommit"), "");
        if (overcommit.on("mem-lock")) {
            all.at("memoryBacking").at("locked").from(argument.text());
        }
        if (overcommit.get("cpu-pm").isPresent()) {
            all.pass(argument);
        }
    }

    private void backend(QemuArgument object, QemuSettings backend) {
        String said = object.text();
        Sketch backing = all.at("memoryBacking");
        switch (backend.get("qom-type", "")) {
            case "memory-backend-file" -> file(backend.get("mem-path", ""), backend.get("pagesize"), said);
            case "memory-backend-memfd" -> {
                backing.at("source").set("type", "memfd").from(said);
                if (backend.on("hugetlb")) {
                    hugepages(backend.get("hugetlbsize"), said);
                }
            }
            case "memory-backend-ram" -> {}
            default -> all.notUnderstood(object);
        }
        if (backend.on("share")) {
            backing.at("access").set("mode", "shared").from(said);
        }
        if (backend.on("prealloc")) {
            allocation(said);
        }
        if (backend.off("merge")) {
            backing.at("nosharepages").from(said);
        }
        List<String> hostNodes = backend.every("host-nodes");
        String policy = backend.get("policy", "default");
        if (!hostNodes.isEmpty() && !policy.equals("default")) {
            nodes(object, backend, policy.equals("bind") ? "strict" : policy, String.join(",", hostNodes));
        }
    }

    private void nodes(QemuArgument object, QemuSettings backend, String mode, String hostNodes) {
        if (!hostNodes.matches("[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?){0,1023}")) {
            all.notUnderstood(object, "host-nodes");
            return;
        }
        List<Integer> cells = new ArrayList<>();
        if (nodes.size() > 1) {
            cells.addAll(cellsOf.getOrDefault(backend.get("id", ""), List.of()));
        }
        Sketch numatune = all.at("numatune");
        if (!cells.isEmpty()) {
            cells.forEach(cell -> numatune.add("memnode")
                    .set("cellid", nodes.get(cell).get("nodeid", Integer.toString(cell)))
                    .set("mode", mode)
                    .set("nodeset", hostNodes)
                    .from(object.text()));
        } else {
            numatune.at("memory").set("mode", mode).set("nodeset", hostNodes).from(object.text());
        }
    }

    private void cells() {
        int index = 0;
        for (QemuArgument numa : numas) {
            QemuSettings node = all.settings(numa, "type");
            if (!node.has("type", "node")) {
                continue;
            }
            Sketch cell = all.at("cpu")
                    .at("numa")
                    .add("cell")
                    .set("id", node.get("nodeid", Integer.toString(index++)))
                    .from(numa.text());
            List<String> cpus = node.every("cpus");
            if (!cpus.isEmpty()) {
                cell.set("cpus", String.join(",", cpus));
            }
            node.get("mem")
                    .or(() -> node.get("memdev").flatMap(this::backendSize))
                    .flatMap(m -> bytes(m, MIB))
                    .ifPresent(b -> cell.set("memory", Long.toString(b >> 10)).set("unit", "KiB"));
        }
    }

    /// The size of a backend, with a unit: bare numbers are bytes there.
    private Optional<String> backendSize(String id) {
        return all.byId("object", Optional.of(id))
                .flatMap(a -> all.settings(a, "qom-type").get("size"))
                .map(size -> size.matches("[0-9]+") ? size + "B" : size);
    }

    private void file(String path, Optional<String> pageSize, String said) {
        if (HUGE.matcher(path).matches()) {
            hugepages(pageSize.or(() -> GIB.matcher(path).matches() ? Optional.of("1G") : Optional.empty()), said);
        } else {
            all.at("memoryBacking").at("source").set("type", "file").from(said);
        }
    }

    private void hugepages(Optional<String> size, String said) {
        Sketch hugepages = all.at("memoryBacking").at("hugepages").from(said);
        size.flatMap(s -> bytes(s, 1))
                .filter(b -> b >= 1024)
                .ifPresent(b -> hugepages
                        .at("page")
                        .set("size", Long.toString(b >> 10))
                        .set("unit", "KiB")
                        .from(said));
    }

    private void allocation(String said) {
        all.at("memoryBacking").at("allocation").set("mode", "immediate").from(said);
    }

    private void iothreads() {
        List<QemuArgument> threads = all.objects(Pattern.compile("iothread"));
        if (!threads.isEmpty()) {
            all.at("iothreads")
                    .text(Integer.toString(threads.size()))
                    .from(QemuTranslation.text(threads, "-object iothread"));
        }
    }
}
