package dev.nptune.doctor;

import dev.nptune.host.CommandLine;
import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.CpuTopology;
import dev.nptune.host.Fact;
import dev.nptune.host.Gap;
import dev.nptune.host.Host;
import dev.nptune.host.Kernel;
import dev.nptune.host.KernelLog;
import dev.nptune.host.Memory;
import dev.nptune.host.Memory.HugePagePool;
import dev.nptune.host.PciFunction;
import dev.nptune.host.Virtualization;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import dev.nptune.vm.HostDev;
import dev.nptune.vm.HugePages;
import dev.nptune.vm.Pin;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Questions that several rules and the planner ask of a host and a domain.
public final class HostFacts {
    /// Page size in bytes of the default huge page pool on x86 unless the command line says otherwise.
    public static final long TWO_MIB = 2L << 20;

    /// Lines of a log shown as evidence.
    static final int MOST_LINES = 3;

    private static final Pattern DEFAULT_SIZE = Pattern.compile("default_hugepagesz=([0-9]{1,9})([KMGkmg])B?");

    private static final String PCI = "/sys/bus/pci/devices";

    private static final Set<String> TRUE = Set.of("1", "y", "Y", "t", "T", "on", "On", "ON");
    private static final Set<String> FALSE = Set.of("0", "n", "N", "f", "F", "off", "Off", "OFF");

    /// Where libvirt's hook scripts are.
    static final String HOOKS = "/etc/libvirt/hooks";
    private static final List<String> UNITS = List.of("bytes", "KiB", "MiB", "GiB");

    private HostFacts() {}

    /// Whether the kernel takes that text for true as a Boolean module parameter.
    public static boolean isTrue(String parameter) {
        return TRUE.contains(parameter);
    }

    /// Whether the kernel takes that text for false as a Boolean module parameter.
    public static boolean isFalse(String parameter) {
        return FALSE.contains(parameter);
    }

    /// Whether the processor is AMD's; false, and noted, if that is not known.
    static boolean amd(Host host, Examination notes) {
        return notes.read(host.cpu().vendor()).filter("AuthenticAMD"::equals).isPresent();
    }

    /// Whether the processor has a flag of `/proc/cpuinfo`; false, and noted, if that is not known.
    static boolean flag(Host host, String flag, Examination notes) {
        return notes.read(host.cpu().flags()).filter(f -> f.contains(flag)).isPresent();
    }

    /// The kvm module for this processor; empty, and noted, if its vendor is not known.
    static Optional<String> kvmModule(Host host, Examination notes) {
        return notes.read(host.cpu().vendor()).flatMap(v -> switch (v) {
            case "AuthenticAMD", "HygonGenuine" -> Optional.of("kvm_amd");
            case "GenuineIntel" -> Optional.of("kvm_intel");
            default -> Optional.empty();
        });
    }

    /// What the kernel says of a hardware vulnerability; empty for one it does not know, or, noted, if it was not
    /// asked.
    static Optional<String> vulnerability(Host host, String name, Examination notes) {
        String directory = "/sys/devices/system/cpu/vulnerabilities";
        if (host.cpu().vulnerabilities().isEmpty()) {
            notes.missing(directory, why(host, directory, "no vulnerability was read"));
        }
        return Optional.ofNullable(host.cpu().vulnerabilities().get(name)).flatMap(notes::read);
    }

    /// A parameter of a loaded module.
    static Optional<String> parameter(Host host, String module, String parameter, Examination notes) {
        return host.kernel()
                .module(module)
                .flatMap(m -> Optional.ofNullable(m.parameters().get(parameter)))
                .flatMap(notes::read);
    }

    /// A loaded or built-in module; noted where no module at all was read.
    static Optional<Kernel.Module> module(Host host, String module, Examination notes) {
        if (host.kernel().modules().isEmpty()) {
            notes.missing("/sys/module", why(host, "/sys/module", "no module was read"));
        }
        return host.kernel().module(module);
    }

    /// A parameter of a module that should be loaded; noted where it is not.
    static Optional<String> loadedParameter(Host host, String module, String parameter, Examination notes) {
        if (module(host, module, notes).isEmpty()) {
            notes.missing(parameterPath(module, parameter), module + " is not loaded");
        }
        return parameter(host, module, parameter, notes);
    }

    /// The kernel's version; empty, and noted, if it is not known.
    public static Optional<KernelVersion> kernel(Host host, Examination notes) {
        return version(host.kernel().release(), notes);
    }

    /// The version at the head of a text, of the kernel or of a program; empty, and noted, if it is not known.
    static Optional<KernelVersion> version(Fact<String> release, Examination notes) {
        Optional<String> text = notes.read(release);
        Optional<KernelVersion> version = text.flatMap(KernelVersion::parse);
        if (text.isPresent() && version.isEmpty()) {
            notes.missing(release.source(), "'" + text.get() + "' does not start with a version");
        }
        return version;
    }

    /// Whether a version, of the kernel or of a program, is known and not before another.
    public static boolean atLeast(Fact<String> release, int major, int minor) {
        return release.get()
                .flatMap(KernelVersion::parse)
                .filter(v -> !v.before(major, minor))
                .isPresent();
    }

    /// Lines of the kernel's log that say something, whatever they are about; noted if there are none and the log may
    /// have lost them.
    static List<String> logLines(Host host, Predicate<String> wanted, Examination notes) {
        return ofLog(
                host,
                notes,
                log -> log.lines().stream()
                        .map(KernelLog.Line::text)
                        .filter(wanted)
                        .distinct()
                        .toList());
    }

    /// Some lines of the kernel's log; noted if there are none and the log may have lost them.
    private static <T> List<T> ofLog(Host host, Examination notes, Function<KernelLog, List<T>> some) {
        return notes.read(host.kernel().log())
                .map(log -> {
                    List<T> lines = some.apply(log);
                    if (lines.isEmpty() && !log.fromBoot()) {
                        notes.missing(host.kernel().log().source(), "the log no longer holds the lines of the start");
                    }
                    return lines;
                })
                .orElse(List.of());
    }

    /// The scripts libvirt itself runs when a VM starts, if they are executable.
    public static List<Virtualization.Hook> qemuHooks(Host host) {
        return host.virtualization().hooks().stream()
                .filter(h -> h.path().equals(HOOKS + "/qemu") || h.path().startsWith(HOOKS + "/qemu.d/"))
                .toList();
    }

    /// A size in bytes in the largest unit of which it is a whole number.
    static String size(long bytes) {
        int unit = 0;
        long value = bytes;
        while (unit < UNITS.size() - 1 && value >= 1024 && value % 1024 == 0) {
            value /= 1024;
            unit++;
        }
        return value + " " + UNITS.get(unit);
    }

    /// Notes that what lies at or below a path could not be read whole.
    static void gap(Host host, String path, Examination notes) {
        host.gap(path).ifPresent(g -> notes.missing(g.source(), g.reason()));
    }

    /// The element of a domain's XML at a path as [Element#path] gives it.
    static Optional<Element> element(Domain domain, String path) {
        return domain.root().at(path);
    }

    /// The kernel's command line taken apart; without parameters, and noted, if it is not known.
    static CommandLine commandLine(Host host, Examination notes) {
        return notes.read(host.kernel().parameters()).orElse(CommandLine.parse(""));
    }

    /// Notes the parameters of the kernel's command line that are wrong.
    static void onCommandLine(Host host, Examination notes, Predicate<CommandLine.Parameter> wrong, String wanted) {
        commandLine(host, notes).parameters().stream()
                .filter(wrong)
                .forEach(p -> notes.found(host.kernel().commandLine().source(), p.toString(), wanted));
    }

    /// Lines of the kernel's log of a category; noted if there are none and the log may have lost them.
    static List<KernelLog.Line> log(Host host, KernelLog.Category category, Examination notes) {
        return ofLog(host, notes, log -> log.lines(category));
    }

    /// Lines of the kernel's log of a category with a pattern in them; noted if there are none, but the log may have
    /// lost some or was not kept whole.
    static List<KernelLog.Line> logged(Host host, KernelLog.Category category, Pattern pattern, Examination notes) {
        List<KernelLog.Line> all = log(host, category, notes);
        List<KernelLog.Line> lines =
                all.stream().filter(l -> pattern.matcher(l.text()).find()).toList();
        Fact<KernelLog> log = host.kernel().log();
        if (lines.isEmpty()
                && !all.isEmpty()
                && log.get().filter(l -> !l.fromBoot()).isPresent()) {
            notes.missing(log.source(), "the log no longer holds the lines of the start");
        }
        if (lines.isEmpty() && all.size() >= KernelLog.MOST) {
            notes.missing(log.source(), "it has more such lines than were kept");
        }
        return lines;
    }

    /// Notes the first few lines of a log as wrong.
    static void lines(String source, List<String> lines, String wanted, Examination notes) {
        lines.stream().distinct().limit(MOST_LINES).forEach(l -> notes.found(source, l, wanted));
    }

    /// The PCI functions of the machine; noted if none was read.
    static List<PciFunction> pci(Host host, Examination notes) {
        if (host.pci().isEmpty()) {
            notes.missing(PCI, why(host, PCI, "no PCI device was read"));
        }
        return host.pci();
    }

    /// Why a list of the host is empty: what could not be read, else in other words.
    static String why(Host host, String path, String otherwise) {
        return host.gap(path).map(Gap::reason).orElse(otherwise);
    }

    /// The topology of the online CPUs; noted if they are not known.
    static CpuTopology topology(Host host, Examination notes) {
        CpuTopology topology = CpuTopology.of(host.cpu());
        if (topology.cpus().isEmpty()) {
            notes.missing(host.cpu().online().source(), "the machine's CPUs are not known");
        }
        return topology;
    }

    /// Where a module parameter is read.
    static String parameterPath(String module, String parameter) {
        return "/sys/module/" + module + "/parameters/" + parameter;
    }

    /// The parameters on a kernel command line, each as one word.
    public static List<String> words(String commandLine) {
        return CommandLine.parse(commandLine).parameters().stream()
                .map(CommandLine.Parameter::toString)
                .toList();
    }

    /// The words of a modprobe configuration that set a parameter of a module.
    public static Stream<Kernel.ModuleOption> options(Host host, String module, String parameter) {
        return host.kernel().moduleOptions().stream()
                .filter(o -> o.module().equals(module))
                .filter(o -> o.options().stream().anyMatch(w -> w.startsWith(parameter + "=")));
    }

    /// The passed functions that are display controllers. A passed function that the machine does not have is noted:
    /// it may be one.
    static List<HostDev> passedDisplays(Host host, Domain domain, Examination notes) {
        return domain.hostdevs().stream()
                .filter(d ->
                        passed(host, d, notes).filter(PciFunction::isDisplay).isPresent())
                .toList();
    }

    /// The function behind a hostdev.
    static Optional<PciFunction> passed(Host host, HostDev hostdev, Examination notes) {
        Optional<PciFunction> function = host.function(hostdev.address());
        if (function.isEmpty()) {
            notes.missing(
                    PCI + "/" + hostdev.address(),
                    host.pci().isEmpty()
                            ? why(host, PCI, "no PCI device was read")
                            : "this machine has no such device");
        }
        return function;
    }

    /// Host CPUs that some enabled vCPU is bound to.
    public static CpuSet pinned(Domain domain) {
        return domain.vcpuPins().stream()
                .filter(p -> domain.vcpus().enabled().contains(p.thread()))
                .map(Pin::cpus)
                .reduce(CpuSet.of(), CpuSet::or);
    }

    /// Enabled vCPUs without a pin.
    public static CpuSet unpinned(Domain domain) {
        CpuSet pins = CpuSet.of(domain.vcpuPins().stream().mapToInt(Pin::thread).toArray());
        return domain.vcpus().enabled().minus(pins);
    }

    /// The cores of a machine as sets of online logical CPUs, in order of their first; a CPU whose siblings are not
    /// known is noted and left out.
    static List<CpuSet> cores(Host host, Examination notes) {
        CpuSet online = notes.read(host.cpu().online()).orElse(CpuSet.of());
        return host.cpu().logical().stream()
                .map(LogicalCpu::threadSiblings)
                .flatMap(f -> notes.read(f).stream())
                .map(online::and)
                .filter(c -> !c.isEmpty())
                .distinct()
                .toList();
    }

    /// Page size in bytes of the pool that a domain's memory is taken from.
    static Optional<Long> pageBytes(Host host, HugePages pages, Examination notes) {
        return pages.pageBytes()
                .or(() -> notes.read(host.kernel().commandLine()).map(HostFacts::defaultPageBytes));
    }

    /// Page size in bytes of the default pool under a kernel command line.
    public static long defaultPageBytes(String commandLine) {
        return words(commandLine).stream()
                .map(DEFAULT_SIZE::matcher)
                .filter(Matcher::matches)
                .map(m -> Long.parseLong(m.group(1))
                        << (10 * (1 + "kmg".indexOf(m.group(2).toLowerCase(Locale.ROOT)))))
                .reduce(TWO_MIB, (_, last) -> last);
    }

    /// The pool of a page size.
    public static Optional<HugePagePool> pool(Host host, long pageBytes) {
        return host.memory().hugePages().stream()
                .filter(p -> p.pageBytes() == pageBytes)
                .findFirst();
    }

    /// The QEMU that runs the domain now; empty if none is seen to.
    static Optional<Virtualization.QemuProcess> running(Host host, Domain domain) {
        return host.virtualization().running().stream()
                .filter(q -> q.name().get().filter(domain.name()::equals).isPresent())
                .findFirst();
    }

    /// Whether libvirt is that version or newer; empty if its version is not known.
    public static Optional<Boolean> libvirtFrom(Host host, int major, int minor) {
        return host.tools().libvirt().get().flatMap(KernelVersion::parse).map(v -> !v.before(major, minor));
    }

    /// How a hook script begins that nptune made, below the shell's own line.
    public static final String OWN_HOOK = Hooks.OURS;

    /// Whether nptune made a hook script.
    public static boolean isOwnHook(Virtualization.Hook hook) {
        return Hooks.ours(hook);
    }

    /// Whether a hook script that may run for a domain, and that nptune did not make, has one of these words in it,
    /// comments left out.
    public static boolean othersHooksMention(Host host, Domain domain, String... words) {
        return Hooks.othersMention(host, domain, words);
    }

    /// The only NUMA node that a domain's memory may come from, on a machine that has several.
    public static Optional<Memory.Node> onlyNode(Host host, Domain domain) {
        List<CpuSet> strict = domain.root().all("numatune/memory").stream()
                .filter(e -> e.has("mode", "strict"))
                .flatMap(e -> e.attribute("nodeset").stream())
                .flatMap(text -> TopologyRules.numbers(text).stream())
                .toList();
        return host.memory().nodes().size() > 1
                        && strict.size() == 1
                        && strict.getFirst().size() == 1
                ? host.memory().nodes().stream()
                        .filter(n -> strict.getFirst().contains(n.id()))
                        .findFirst()
                : Optional.empty();
    }

    /// How many pages hold that many bytes.
    public static long pages(long bytes, long pageBytes) {
        return Math.ceilDiv(bytes, pageBytes);
    }
}
