package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `vm.nr_hugepages` as it is set at boot: how many pages of the default huge page size the kernel reserves.
///
/// The files of all directories together are read in the order of their names, a file hiding those of its name in
/// later directories; `/etc/sysctl.conf` comes last, and the last word counts. Source: sysctl.d(5), sysctl(8).
public final class HugePageSysctl {
    /// The file that the planner writes.
    static final String FILE = "/etc/sysctl.d/90-nptune-hugepages.conf";

    /// The file that is read after all others.
    public static final String LAST = "/etc/sysctl.conf";

    /// Where sysctl looks for the others, the first hiding files of the same name in those after it.
    public static final List<String> DIRECTORIES =
            List.of("/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d");

    private static final Pattern LINE = Pattern.compile("\\s*-?\\s*vm[./]nr_hugepages\\s*=\\s*([0-9]{1,12})\\s*");
    private static final Pattern ON_COMMAND_LINE = Pattern.compile("hugepages=([0-9]{1,12})");

    private HugePageSysctl() {}

    /// A number of pages and the file that sets it.
    record Setting(String file, long pages) {
        /// Whether it is read after the planner's own file, and so wins over it.
        boolean winsOverOurs() {
            return !file.equals(FILE) && (file.equals(LAST) || name(file).compareTo(name(FILE)) > 0);
        }
    }

    /// The setting that counts at boot; empty if none of the files has one.
    ///
    /// @param files text by absolute path; other files than sysctl's are not looked at
    static Optional<Setting> inForce(Map<String, String> files) {
        TreeMap<String, String> inOrder = new TreeMap<>();
        for (String directory : DIRECTORIES) {
            files.keySet().stream()
                    .filter(f -> f.startsWith(directory + "/") && f.endsWith(".conf"))
                    .forEach(f -> inOrder.putIfAbsent(name(f), f));
        }
        Optional<Setting> last = Optional.empty();
        for (String file : inOrder.values()) {
            Optional<Setting> here = lastOf(file, files);
            last = here.isPresent() ? here : last;
        }
        Optional<Setting> end = lastOf(LAST, files);
        return end.isPresent() ? end : last;
    }

    private static Optional<Setting> lastOf(String file, Map<String, String> files) {
        return files.getOrDefault(file, "")
                .lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(m -> new Setting(file, Long.parseLong(m.group(1))))
                .reduce((_, later) -> later);
    }

    /// How many pages of the default size the kernel command line reserves.
    static long onCommandLine(String commandLine) {
        List<String> words = HostFacts.words(commandLine);
        long pages = 0;
        boolean ofDefaultSize = true;
        for (String word : words) {
            Matcher m = ON_COMMAND_LINE.matcher(word);
            if (word.startsWith("hugepagesz=")) {
                ofDefaultSize = word.equalsIgnoreCase("hugepagesz=2M");
            } else if (ofDefaultSize && m.matches()) {
                pages = Long.parseLong(m.group(1));
            }
        }
        return pages;
    }

    /// The text of the planner's file with that number in it.
    ///
    /// @param text what the file holds now; null if there is none
    static String with(@Nullable String text, long pages) {
        String others = text == null
                ? "# Reserved by nptune for VMs whose memory is in huge pages: without them they do not start.\n"
                : text.lines()
                        .filter(l -> !LINE.matcher(l).matches())
                        .map(l -> l + "\n")
                        .collect(Collectors.joining());
        return others + "vm.nr_hugepages = " + pages + "\n";
    }

    private static String name(String file) {
        return file.substring(file.lastIndexOf('/') + 1);
    }
}
