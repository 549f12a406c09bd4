package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Reads what the kernel is, what it was started with, and the modules virtualization rests on.
final class KernelReader {
    private static final String MODULES = "/sys/module";
    private static final Pattern OF_INTEREST = Pattern.compile("kvm|kvm_amd|kvm_intel|vfio[a-z0-9_]{0,60}");

    private KernelReader() {}

    static Kernel read(Tree tree) {
        return new Kernel(
                tree.value("/proc/sys/kernel/osrelease"),
                distribution(tree),
                tree.value("/proc/cmdline"),
                modules(tree),
                ModprobeReader.read(tree));
    }

    /// os-release(5): the copy of the vendor counts only where there is none in `/etc`.
    private static Fact<String> distribution(Tree tree) {
        Fact<String> release = tree.text("/etc/os-release");
        if (release instanceof Fact.Absent<String>) {
            Fact<String> vendor = tree.text("/usr/lib/os-release");
            release = vendor instanceof Fact.Absent<String> ? release : vendor;
        }
        return Values.field(release.map(OsRelease::parse), "PRETTY_NAME", name -> name);
    }

    private static List<Kernel.Module> modules(Tree tree) {
        return tree.namesOrGap(MODULES).stream()
                .filter(name -> OF_INTEREST.matcher(name).matches())
                .map(name -> new Kernel.Module(name, parameters(tree, MODULES + "/" + name + "/parameters")))
                .toList();
    }

    private static Map<String, Fact<String>> parameters(Tree tree, String directory) {
        Map<String, Fact<String>> parameters = new TreeMap<>();
        for (String name : tree.namesOrGap(directory)) {
            parameters.put(Printable.line(name), tree.value(directory + "/" + name));
        }
        return parameters;
    }
}
