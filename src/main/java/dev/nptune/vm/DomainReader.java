package dev.nptune.vm;

import dev.nptune.host.CpuSet;
import dev.nptune.host.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Reads typed values out of a domain's XML; a value that is not what libvirt takes is refused with its path.
final class DomainReader {
    private static final Pattern WINDOWS = Pattern.compile("(?i)\\bwindows[ _-]?(?:xp|7|8|10|11)(?![0-9])");

    private final Element root;

    DomainReader(Element root) {
        this.root = root;
    }

    String name() {
        return root.child("name")
                .map(Element::content)
                .filter(n -> !n.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException("domain without a name"));
    }

    Vcpus vcpus() {
        Optional<Element> vcpu = root.child("vcpu");
        int maximum = vcpu.map(e -> number(e, "", e.content(), Vcpus.MAX)).orElse(1);
        int current = vcpu.flatMap(e -> e.attribute("current").map(v -> number(e, "current", v, maximum)))
                .orElse(maximum);
        List<Element> single = root.find("vcpus").map(e -> e.children("vcpu")).orElse(List.of());
        IntStream enabled = single.isEmpty()
                ? IntStream.range(0, current)
                : single.stream()
                        .filter(e -> !e.attribute("enabled").equals(Optional.of("no")))
                        .mapToInt(e -> number(e, "id", required(e, "id"), maximum - 1));
        Optional<CpuSet> cpuset = vcpu.flatMap(e -> e.attribute("cpuset").map(v -> cpus(e, "cpuset", v)));
        return new Vcpus("vcpu", maximum, CpuSet.of(enabled.toArray()), cpuset);
    }

    List<Pin> pins(String element, String key) {
        return root.find("cputune").map(e -> e.children(element)).orElse(List.of()).stream()
                .map(e -> new Pin(
                        e.path(),
                        number(e, key, required(e, key), Vcpus.MAX),
                        cpus(e, "cpuset", required(e, "cpuset"))))
                .toList();
    }

    Optional<Located<CpuSet>> emulatorPin() {
        return root.find("cputune/emulatorpin")
                .map(e -> new Located<>(e.path(), cpus(e, "cpuset", required(e, "cpuset"))));
    }

    /// The numbers of the iothreads: those under `iothreadids`, then the lowest free ones up to the count.
    Optional<Located<CpuSet>> iothreads() {
        List<Integer> ids = root.find("iothreadids").map(e -> e.children("iothread")).orElse(List.of()).stream()
                .map(e -> number(e, "id", required(e, "id"), CpuSet.MAX_CPU))
                .collect(Collectors.toCollection(ArrayList::new));
        int count = root.child("iothreads")
                .map(e -> number(e, "", e.content(), Vcpus.MAX - 1))
                .orElse(0);
        for (int id = 1; ids.size() < count; id++) {
            if (!ids.contains(id)) {
                ids.add(id);
            }
        }
        CpuSet set = CpuSet.of(ids.stream().mapToInt(i -> i).toArray());
        return set.isEmpty() ? Optional.empty() : Optional.of(new Located<>("iothreads", set));
    }

    /// The numbers of the iothreads that a disk or a controller names.
    CpuSet iothreadsInUse() {
        Stream<Element> drivers = devices().stream().flatMap(d -> d.children("driver").stream());
        return CpuSet.of(drivers.flatMap(d -> Stream.concat(
                        Stream.of(d), d.find("iothreads").map(e -> e.children("iothread")).orElse(List.of()).stream()))
                .flatMap(e -> e
                        .attribute(e.name().equals("driver") ? "iothread" : "id")
                        .map(v -> number(e, "iothread", v, CpuSet.MAX_CPU))
                        .stream())
                .mapToInt(i -> i)
                .toArray());
    }

    long memoryBytes() {
        Element memory = root.child("memory").orElseThrow(() -> new IllegalArgumentException("domain without memory"));
        return bytes(memory, memory.content(), memory.attribute("unit").orElse("KiB"));
    }

    Optional<HugePages> hugePages() {
        return root.find("memoryBacking/hugepages")
                .map(e -> new HugePages(
                        e.path(),
                        e.child("page")
                                .map(p -> bytes(
                                        p,
                                        required(p, "size"),
                                        p.attribute("unit").orElse("KiB")))));
    }

    List<Disk> disks() {
        return devices().stream()
                .filter(e -> e.name().equals("disk"))
                .map(this::disk)
                .toList();
    }

    private Disk disk(Element e) {
        String target = e.child("target").flatMap(t -> t.attribute("dev")).orElse("");
        Optional<Element> driver = e.child("driver");
        Function<String, Optional<String>> option = key -> driver.flatMap(d -> d.attribute(key));
        return new Disk(
                e.path(),
                e.attribute("device").orElse("disk"),
                e.attribute("type").orElse("file"),
                e.child("target").flatMap(t -> t.attribute("bus")).orElse(inferredBus(target)),
                target,
                option.apply("cache"),
                option.apply("io"),
                option.apply("iothread").isPresent()
                        || driver.flatMap(d -> d.child("iothreads")).isPresent(),
                e.child("source").flatMap(s -> s.attribute("file").or(() -> s.attribute("dev"))));
    }

    private static String inferredBus(String target) {
        return switch (target.isEmpty() ? "" : target.substring(0, Math.min(2, target.length()))) {
            case "hd" -> "ide";
            case "fd" -> "fdc";
            case "vd" -> "virtio";
            case "xv" -> "xen";
            default -> "scsi";
        };
    }

    List<HostDev> hostdevs() {
        return devices().stream()
                .filter(e -> e.attribute("type").equals(Optional.of(e.name().equals("hostdev") ? "pci" : "hostdev")))
                .filter(e -> e.name().equals("hostdev") || e.name().equals("interface"))
                .flatMap(e -> e.find("source/address").stream()
                        .map(a -> new HostDev(
                                e.path(), pciAddress(a), e.attribute("managed").equals(Optional.of("yes")))))
                .toList();
    }

    Memballoon memballoon() {
        return root.find("devices/memballoon")
                .map(e -> new Memballoon(e.path(), e.attribute("model").orElse("virtio"), false))
                .orElse(new Memballoon("devices/memballoon", "virtio", true));
    }

    Optional<Located<String>> machine() {
        return root.find("os/type")
                .flatMap(e -> e.attribute("machine").map(m -> new Located<>(e.path() + "/@machine", m)));
    }

    Optional<Located<String>> cpuMode() {
        return root.child("cpu").flatMap(e -> e.attribute("mode").map(m -> new Located<>("cpu/@mode", m)));
    }

    Optional<Topology> topology() {
        return root.find("cpu/topology")
                .map(e -> new Topology(
                        e.path(),
                        count(e, "sockets"),
                        count(e, "dies"),
                        count(e, "clusters") * count(e, "cores"),
                        count(e, "threads")));
    }

    List<CpuFeature> features() {
        return root.child("cpu").map(e -> e.children("feature")).orElse(List.of()).stream()
                .map(e -> new CpuFeature(
                        e.path(),
                        e.attribute("name").orElse(""),
                        e.attribute("policy").orElse("require")))
                .toList();
    }

    /// Arguments handed to QEMU past libvirt.
    List<Located<String>> qemuArguments() {
        return root.children().stream()
                .filter(e -> e.name().endsWith(":commandline"))
                .flatMap(e -> e.children().stream())
                .filter(e -> e.name().endsWith(":arg"))
                .map(e -> new Located<>(e.path(), e.attribute("value").orElse("")))
                .toList();
    }

    /// What says that the guest is Windows.
    Optional<String> windows() {
        Optional<String> os = root.child("metadata").stream()
                .flatMap(m -> m.children().stream())
                .flatMap(e -> e.children().stream())
                .filter(e -> e.name().endsWith(":os"))
                .flatMap(e -> e.attribute("id").stream())
                .findFirst();
        if (os.isPresent()) {
            return os.filter(id -> id.contains("microsoft.com"));
        }
        if (isMac()) {
            return Optional.empty();
        }
        Stream<Element> hyperv = root.find("features/hyperv").stream();
        Stream<Element> hidden = root.find("features/kvm/hidden").filter(e -> is(e, "state", "on")).stream();
        Stream<Element> clock = root.child("clock").filter(e -> is(e, "offset", "localtime")).stream();
        Stream<Element> timer = root.child("clock").map(e -> e.children("timer")).orElse(List.of()).stream()
                .filter(e -> is(e, "name", "hypervclock"));
        Stream<Element> words = Stream.of("title", "description")
                .flatMap(name -> root.child(name).stream())
                .filter(e -> WINDOWS.matcher(e.content()).find());
        return Stream.of(hyperv, hidden, clock, timer, words)
                .flatMap(s -> s)
                .map(Element::path)
                .findFirst();
    }

    /// macOS starts only with Apple's key chip, which nothing else looks for.
    private boolean isMac() {
        return root.all("qemu:commandline/qemu:arg").stream()
                .flatMap(e -> e.attribute("value").stream())
                .anyMatch(v -> v.startsWith("isa-applesmc"));
    }

    private static boolean is(Element e, String key, String value) {
        return e.attribute(key).equals(Optional.of(value));
    }

    private List<Element> devices() {
        return root.child("devices").map(Element::children).orElse(List.of());
    }

    private static int count(Element e, String key) {
        return e.attribute(key).map(v -> number(e, key, v, Vcpus.MAX)).orElse(1);
    }

    private static String required(Element e, String key) {
        return e.attribute(key).orElseThrow(() -> new IllegalArgumentException(e.path() + " without " + key + "="));
    }

    private static int number(Element e, String key, String text, int maximum) {
        if (!text.strip().matches("[0-9]{1,9}") || Integer.parseInt(text.strip()) > maximum) {
            throw new IllegalArgumentException(at(e, key) + ": '" + text + "' is not a number from 0 to " + maximum);
        }
        return Integer.parseInt(text.strip());
    }

    private static CpuSet cpus(Element e, String key, String text) {
        try {
            return CpuSet.parse(text);
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(at(e, key) + ": " + bad.getMessage(), bad);
        }
    }

    private static String at(Element e, String key) {
        return key.isEmpty() ? e.path() : e.path() + "/@" + key;
    }

    private static PciAddress pciAddress(Element e) {
        return new PciAddress(
                hex(e, "domain", 0xffff), hex(e, "bus", 0xff), hex(e, "slot", 0x1f), hex(e, "function", 7));
    }

    /// libvirt writes these in hex with `0x` and takes decimal too.
    private static int hex(Element e, String key, int maximum) {
        String text = e.attribute(key).orElse("0");
        try {
            int value = Integer.decode(text);
            if (value >= 0 && value <= maximum) {
                return value;
            }
        } catch (NumberFormatException ignored) {
            // falls through to the refusal
        }
        throw new IllegalArgumentException(at(e, key) + ": '" + text + "' is no part of a PCI address");
    }

    /// Sizes as libvirt scales them: `KB` is a thousand, `K` and `KiB` are 1024, letter case does not matter.
    static long bytes(Element e, String value, String unit) {
        String u = unit.toLowerCase(Locale.ROOT);
        int power = u.isEmpty() ? -1 : "kmgtpe".indexOf(u.charAt(0));
        String suffix = power < 0 ? u : u.substring(1);
        long base = switch (suffix) {
            case "b" -> power < 0 ? 1 : 1000;
            case "byte", "bytes" -> power < 0 ? 1 : 0;
            case "", "ib" -> power < 0 ? 0 : 1024;
            default -> 0;
        };
        if (base == 0 || !value.strip().matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(e.path() + ": '" + value + "' " + unit + " is no size");
        }
        try {
            long bytes = Long.parseLong(value.strip());
            for (int i = 0; i <= power; i++) {
                bytes = Math.multiplyExact(bytes, base);
            }
            return bytes;
        } catch (ArithmeticException tooLarge) {
            throw new IllegalArgumentException(e.path() + ": " + value + " " + unit + " is too large", tooLarge);
        }
    }
}
