package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what the kernel is, what it was started with, and the modules virtualization rests on.
final class KernelReader {
    private static final String MODULES = "/sys/module";
    private static final Pattern OF_INTEREST =
            Pattern.compile("kvm|kvm_amd|kvm_intel|kvmfr|vfio[a-z0-9_]{0,60}|irqbypass|pci_stub|vendor_reset"
                    + "|(?:amd_)?iommu[a-z0-9_]{0,60}");
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+~-]{0,127}");
    private static final String BOOT_LOG = "/var/log/dmesg";
    private static final String ACS_OVERRIDE = "pcie_acs_override";

    private KernelReader() {}

    static Kernel read(Tree tree, Commands commands) {
        Fact<String> release = tree.value("/proc/sys/kernel/osrelease");
        Fact<String> version = tree.value("/proc/version");
        Fact<String> commandLine = tree.value("/proc/cmdline");
        Fact<String> packageName = KernelPackage.name(tree, release);
        Fact<Map<String, String>> os = osRelease(tree);
        Fact<KernelLog> log = log(tree, commands, version);
        ModprobeReader.Lines modprobe = ModprobeReader.read(tree);
        return new Kernel(
                release,
                version,
                packageName,
                KernelPackage.version(tree, release, version, packageName),
                Values.field(os, "PRETTY_NAME", name -> name),
                distribution(os),
                commandLine,
                acsOverride(commandLine.map(CommandLine::parse), log),
                KernelConfig.read(tree, release),
                tree.value("/proc/sys/kernel/tainted").map(Taints::parse),
                tree.value("/proc/sys/kernel/split_lock_mitigate").map(Values::integer),
                Values.absentIf(tree.value("/sys/class/misc/hw_random/rng_current"), "none"::equals),
                log,
                modules(tree, release),
                modprobe.options(),
                modprobe.directives());
    }

    /// os-release(5): the copy of the vendor counts only where there is none in `/etc`.
    private static Fact<Map<String, String>> osRelease(Tree tree) {
        Fact<String> release = tree.text("/etc/os-release");
        if (release instanceof Fact.Absent<String>) {
            Fact<String> vendor = tree.text("/usr/lib/os-release");
            release = vendor instanceof Fact.Absent<String> ? release : vendor;
        }
        return release.map(OsRelease::parse);
    }

    private static Kernel.Distribution distribution(Fact<Map<String, String>> os) {
        return new Kernel.Distribution(
                Values.field(os, "ID", id -> id),
                Values.field(
                        os,
                        "ID_LIKE",
                        like -> Arrays.stream(like.split("\\s+"))
                                .filter(word -> !word.isEmpty())
                                .toList()),
                Values.field(os, "VERSION_ID", version -> version),
                Values.field(os, "VARIANT_ID", variant -> variant));
    }

    /// A kernel's release where it becomes part of a path.
    ///
    /// @throws IllegalArgumentException if it could name anything but a file
    static String fileName(String release) {
        if (!FILE_NAME.matcher(release).matches()) {
            throw new IllegalArgumentException("no name for a file: '" + Values.brief(release) + "'");
        }
        return release;
    }

    /// The kernel's own buffer; where it cannot be asked, the copy some distributions make at boot, if it is of the
    /// very kernel that runs.
    private static Fact<KernelLog> log(Tree tree, Commands commands, Fact<String> version) {
        Fact<String> answer = commands.output(Command.KERNEL_LOG);
        if (answer instanceof Fact.Known<String>) {
            return answer.map(KernelLogParser::parse);
        }
        Optional<Fact<String>> copy = version.get()
                .flatMap(v -> Optional.of(tree.text(BOOT_LOG))
                        .filter(text -> text.get().filter(t -> isOf(t, v)).isPresent()));
        return copy.orElse(answer).map(KernelLogParser::parse);
    }

    private static boolean isOf(String log, String version) {
        return log.lines().limit(200).map(KernelLogParser::withoutTime).anyMatch(version::equals);
    }

    private static Fact<Kernel.AcsOverride> acsOverride(Fact<CommandLine> commandLine, Fact<KernelLog> log) {
        if (commandLine.get().filter(c -> !c.has(ACS_OVERRIDE)).isPresent()) {
            return Fact.absent(commandLine.source());
        }
        return commandLine.map(
                c -> new Kernel.AcsOverride(c.last(ACS_OVERRIDE).orElse(""), log.map(KernelReader::patched)));
    }

    private static boolean patched(KernelLog log) {
        if (!log.lines(KernelLog.Category.ACS_OVERRIDE).isEmpty()) {
            return true;
        }
        boolean unknown = log.lines(KernelLog.Category.UNKNOWN_PARAMETER).stream()
                .anyMatch(line -> line.text().contains(ACS_OVERRIDE));
        if (!unknown && !log.fromBoot()) {
            throw new IllegalArgumentException("the log no longer holds the lines of the start");
        }
        return false;
    }

    /// Modules under `/sys/module`, and those built in without parameters, which are not there.
    private static List<Kernel.Module> modules(Tree tree, Fact<String> release) {
        Map<String, Kernel.Module> modules = new TreeMap<>();
        String file = release.get()
                .filter(r -> FILE_NAME.matcher(r).matches())
                .map(r -> "/lib/modules/" + r + "/modules.builtin")
                .orElse(null);
        for (String name : builtIn(tree, file)) {
            modules.put(name, new Kernel.Module(name, Fact.known(true, String.valueOf(file)), Map.of()));
        }
        for (String name : tree.namesOrGap(MODULES)) {
            if (OF_INTEREST.matcher(name).matches()) {
                String directory = MODULES + "/" + name;
                modules.put(
                        name,
                        new Kernel.Module(
                                name, isBuiltIn(tree, directory), parameters(tree, directory + "/parameters")));
            }
        }
        return List.copyOf(modules.values());
    }

    private static List<String> builtIn(Tree tree, @Nullable String file) {
        return file == null
                ? List.of()
                : tree.text(file).get().stream()
                        .flatMap(String::lines)
                        .map(line -> line.substring(line.lastIndexOf('/') + 1).replaceFirst("\\.ko$", ""))
                        .map(name -> name.replace('-', '_'))
                        .filter(name -> OF_INTEREST.matcher(name).matches())
                        .toList();
    }

    /// A module that was loaded has a state, one that is part of the image has none.
    private static Fact<Boolean> isBuiltIn(Tree tree, String directory) {
        Fact<String> state = tree.value(directory + "/initstate");
        return state instanceof Fact.Absent<String>(String source) ? Fact.known(true, source) : state.map(_ -> false);
    }

    private static Map<String, Fact<String>> parameters(Tree tree, String directory) {
        Map<String, Fact<String>> parameters = new TreeMap<>();
        for (String name : tree.namesOrGap(directory)) {
            parameters.put(Printable.line(name), tree.value(directory + "/" + name));
        }
        return parameters;
    }
}
