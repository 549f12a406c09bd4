package dev.nptune.host;

import dev.nptune.host.KernelLog.Category;
import dev.nptune.internal.text.Printable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Picks from `dmesg`'s output the lines that matter, of the first 65 536.
final class KernelLogParser {
    /// Lines are looked at up to here; none of the kernel's is longer than about a thousand characters.
    private static final int MAX_LINE = 1024;

    private static final int MAX_LINES = 1 << 16;
    private static final int MAX_SHOWN = 400;
    private static final Pattern PREFIX =
            Pattern.compile("^(?:<\\d{1,3}>)?\\[ {0,12}\\d{1,12}\\.\\d{1,9}](?:\\[ {0,8}[TC]\\d{1,8}])? ?");
    private static final Pattern START = Pattern.compile("^Linux version \\d");

    /// What tells a category; the first that fits counts.
    private static final Map<Category, Pattern> CATEGORIES = patterns();

    private KernelLogParser() {}

    private static Map<Category, Pattern> patterns() {
        Map<Category, String> texts = new LinkedHashMap<>();
        texts.put(Category.ACS_OVERRIDE, "(?i)PCIe ACS (?:override|invalid)");
        texts.put(Category.UNKNOWN_PARAMETER, "^Unknown kernel command line parameters");
        texts.put(Category.AER, "\\bAER\\b|PCIe Bus Error");
        texts.put(Category.MCE, "(?i)^mce:|\\bmachine check\\b|\\[Hardware Error]|^EDAC .*(?:CE|UE)\\b");
        texts.put(
                Category.LOCKUP,
                "soft lockup|hard LOCKUP|INFO: rcu_\\w{1,32} (?:self-)?detected|rcu_sched detected stalls");
        texts.put(Category.SPLIT_LOCK, "x86/split lock detection|split_lock|bus_lock trap");
        texts.put(Category.MEMORY_ENCRYPTION, "Memory Encryption Features active");
        texts.put(Category.ROM, "Invalid PCI ROM header");
        texts.put(
                Category.BAR,
                "can't claim|can't assign|can't reserve|failed to assign|no compatible bridge window|address conflict"
                        + "|not enough (?:MMIO|I/O) (?:resources|space)|BAR \\d+.{0,200} (?:conflict|overlap)|\\bresizable BAR");
        texts.put(Category.RESET, "not ready \\d+ms after|timed out waiting for pending transaction|vendor.reset");
        texts.put(Category.AMD_VI, "AMD-Vi|AMD IOMMU");
        texts.put(Category.DMAR, "\\bDMAR\\b");
        texts.put(Category.IOMMU, "\\biommu|\\bIOMMU");
        texts.put(Category.VFIO, "\\bvfio|^VFIO\\b");
        texts.put(Category.KVMFR, "\\bkvmfr\\b");
        texts.put(Category.KVM, "(?i)\\bkvm(?:_amd|_intel)?\\b|\\bSVM\\b|\\bVMX\\b");
        texts.put(Category.CLOCK, "(?i)\\btsc\\b|clocksource: (?:Switched|Marking|timekeeping)");
        texts.put(
                Category.FRAMEBUFFER,
                "\\befifb|\\bsimple-?drm|simple-framebuffer|vgaarb: (?:setting as boot|bridge control|VGA decodes)"
                        + "|switching to .{0,80} from (?:EFI VGA|simple)");
        texts.put(Category.LOCKDOWN, "[Ll]ockdown:|[Ss]ecure ?boot");
        Map<Category, Pattern> patterns = new LinkedHashMap<>();
        texts.forEach((category, text) -> patterns.put(category, Pattern.compile(text)));
        return patterns;
    }

    /// Picks the lines; there is no text that is no log.
    static KernelLog parse(String text) {
        List<KernelLog.Line> lines = new ArrayList<>();
        Map<Category, Integer> counts = new EnumMap<>(Category.class);
        boolean[] fromBoot = {false};
        int[] leftOut = {0};
        text.lines().limit(MAX_LINES).map(KernelLogParser::withoutTime).forEach(line -> {
            fromBoot[0] |= START.matcher(line).find();
            category(line).ifPresent(category -> {
                if (counts.merge(category, 1, Integer::sum) <= KernelLog.MOST) {
                    lines.add(new KernelLog.Line(category, Printable.brief(line, MAX_SHOWN)));
                } else {
                    leftOut[0]++;
                }
            });
        });
        return new KernelLog(lines, leftOut[0], fromBoot[0]);
    }

    /// The message itself.
    static String withoutTime(String line) {
        String head = line.length() > MAX_LINE ? line.substring(0, MAX_LINE) : line;
        Matcher m = PREFIX.matcher(head);
        return m.find() ? head.substring(m.end()) : head;
    }

    private static Optional<Category> category(String line) {
        if (line.startsWith("Command line:") || line.startsWith("Kernel command line:")) {
            return Optional.empty(); // names half of them
        }
        return CATEGORIES.entrySet().stream()
                .filter(e -> e.getValue().matcher(line).find())
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
