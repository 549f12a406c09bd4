package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// How the running kernel was built, as far as virtualization rests on it.
///
/// A configuration has up to 1 MiB, compressed or not.
final class KernelConfig {
    private static final int MAX = Tree.MAX_FILE;
    private static final Pattern SET = Pattern.compile("CONFIG_([A-Z0-9_a-z]{1,80})=(.{1,400})");
    private static final Pattern NOT_SET = Pattern.compile("# CONFIG_([A-Z0-9_a-z]{1,80}) is not set");
    private static final Pattern OF_INTEREST = Pattern.compile("""
                    (?x) KVM (?: _.* )? | VFIO .* | .* IOMMU .* | IRQ_REMAP | IRQ_BYPASS_MANAGER
                    | HZ .* | NO_HZ .* | PREEMPT .* | RCU_NOCB .* | SCHED_CLASS_EXT | CPU_ISOLATION
                    | TRANSPARENT_HUGEPAGE .* | HUGETLB .* | KSM | COMPACTION | NUMA | NUMA_BALANCING .*
                    | X86_.*_PSTATE .* | CPU_FREQ_DEFAULT .* | CPU_IDLE .* | HALTPOLL_CPUIDLE
                    | PCI | PCI_ .* | PCIEAER | PCIEASPM .* | PCIEPORTBUS | HOTPLUG_PCI
                    | SECURITY_LOCKDOWN .* | LOCK_DOWN .* | MODULE_SIG .* | STRICT_DEVMEM | IO_STRICT_DEVMEM
                    | FB_EFI | FB_VESA | DRM_SIMPLEDRM | SYSFB .* | FRAMEBUFFER_CONSOLE .* | VGA_ARB .*
                    | CPU_MITIGATIONS | SPECULATION_MITIGATIONS | MITIGATION_ .* | X86_AMD_PLATFORM_DEVICE | X86_X2APIC
                    | CC_VERSION_TEXT | LTO_CLANG .* | MZEN\\d? | GENERIC_CPU\\d? | UDMABUF
                    """);

    private KernelConfig() {}

    /// That of the running kernel itself, else the file its package brought.
    ///
    /// @param release of the running kernel, which names the files
    static Fact<Map<String, String>> read(Tree tree, Fact<String> release) {
        Fact<Map<String, String>> own =
                tree.bytes("/proc/config.gz", MAX).map(KernelConfig::unzip).map(KernelConfig::parse);
        if (own instanceof Fact.Known) {
            return own;
        }
        Fact<String> name = release.map(KernelReader::fileName);
        return switch (name) {
            case Fact.Known<String>(String r, String _) ->
                FirstOf.known(
                        () -> own,
                        () -> tree.text("/lib/modules/" + r + "/config").map(KernelConfig::parse),
                        () -> tree.text("/boot/config-" + r).map(KernelConfig::parse));
            case Fact.Absent<String> _, Fact.Unreadable<String> _ -> own;
        };
    }

    /// Text from gzip.
    ///
    /// @throws IllegalArgumentException if it is none, or longer than 1 MiB when unpacked
    static String unzip(byte[] content) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
            byte[] text = in.readNBytes(MAX + 1);
            if (text.length > MAX) {
                throw new IllegalArgumentException("longer than " + MAX + " bytes when unpacked");
            }
            return Printable.lines(new String(text, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalArgumentException("not gzip, or damaged", e);
        }
    }

    /// Options of interest in name order; quotes around texts are dropped.
    ///
    /// @throws IllegalArgumentException if there is no option of any kind in it
    static Map<String, String> parse(String text) {
        Map<String, String> options = new TreeMap<>();
        boolean any = false;
        for (String line : text.lines().toList()) {
            Matcher set = SET.matcher(line);
            Matcher not = NOT_SET.matcher(line);
            if (set.matches()) {
                any = true;
                put(options, set.group(1), unquoted(set.group(2)));
            } else if (not.matches()) {
                any = true;
                put(options, not.group(1), "n");
            }
        }
        if (!any) {
            throw new IllegalArgumentException("no kernel configuration");
        }
        return Collections.unmodifiableMap(options);
    }

    private static void put(Map<String, String> options, String name, String value) {
        if (OF_INTEREST.matcher(name).matches()) {
            options.put(name, value);
        }
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
