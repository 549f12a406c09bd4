package dev.nptune.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Kernel settings as they are made at each boot, and the planner's own file among those that make them.
///
/// The files of all directories together are read in the order of their names, a file hiding those of its name in
/// later directories, and the last word counts. systemd reads `/etc/sysctl.conf` only through a link to it among these,
/// which Debian had up to 12 and Arch has not; where there is no systemd, `sysctl --system` reads it last.
///
/// Sources: sysctl.d(5); sysctl(8).
public final class Sysctl {
    /// The file that the planner writes.
    static final String FILE = "/etc/sysctl.d/90-nptune.conf";

    /// The file that is read after all others where there is no systemd, and otherwise not by this name: to be given
    /// only if it is read.
    public static final String LAST = "/etc/sysctl.conf";

    /// Where sysctl looks for the others, the first hiding files of the same name in those after it.
    public static final List<String> DIRECTORIES =
            List.of("/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d");

    private final Map<String, String> files;
    private @Nullable String text;
    private final List<String> summaries = new ArrayList<>();
    private final Set<String> rules = new LinkedHashSet<>();

    /// @param files text by absolute path; other files than sysctl's are not looked at
    Sysctl(Map<String, String> files) {
        this.files = files;
        this.text = files.get(FILE);
    }

    /// A value and the file that sets it.
    record Setting(String file, String value) {
        /// Whether it is read after the planner's own file, and so wins over it.
        boolean winsOverOurs() {
            return !file.equals(FILE) && (file.equals(LAST) || name(file).compareTo(name(FILE)) > 0);
        }
    }

    /// The setting that counts at boot; empty if none of the files makes it.
    ///
    /// @param key as `vm.nr_hugepages`
    Optional<Setting> inForce(String key) {
        Map<String, String> all = new LinkedHashMap<>(files);
        if (text != null) {
            all.put(FILE, text);
        }
        TreeMap<String, String> inOrder = new TreeMap<>();
        for (String directory : DIRECTORIES) {
            all.keySet().stream()
                    .filter(f -> f.startsWith(directory + "/") && f.endsWith(".conf"))
                    .forEach(f -> inOrder.putIfAbsent(name(f), f));
        }
        Optional<Setting> last = Optional.empty();
        for (String file : inOrder.values()) {
            Optional<Setting> here = lastOf(key, file, all);
            last = here.isPresent() ? here : last;
        }
        Optional<Setting> end = lastOf(key, LAST, all);
        return end.isPresent() ? end : last;
    }

    private static Optional<Setting> lastOf(String key, String file, Map<String, String> files) {
        Pattern line = line(key);
        return files.getOrDefault(file, "")
                .lines()
                .map(line::matcher)
                .filter(Matcher::matches)
                .map(m -> new Setting(file, m.group(1)))
                .reduce((_, later) -> later);
    }

    private static Pattern line(String key) {
        return Pattern.compile(
                "\\s*-?\\s*" + Pattern.quote(key).replace(".", "\\E[./]\\Q") + "\\s*=\\s*(\\S{1,64})\\s*");
    }

    /// Plans a setting for every boot: a line in the planner's file, in place of one for the same key. Nothing is
    /// planned where a file that is read later says otherwise, since it would win.
    ///
    /// @param summary what it does, for people
    /// @param why what stands above the line, as a comment
    /// @return the setting that wins, if one does
    Optional<Setting> set(String rule, String key, String value, String summary, String why) {
        Optional<Setting> now = inForce(key);
        if (now.filter(s -> s.value().equals(value)).isPresent()) {
            return Optional.empty();
        }
        if (now.filter(Setting::winsOverOurs).isPresent()) {
            return now;
        }
        text = with(text, key, value, why);
        summaries.add(summary);
        rules.add(rule);
        return Optional.empty();
    }

    private static String with(@Nullable String text, String key, String value, String why) {
        String line = key + " = " + value;
        List<String> lines =
                new ArrayList<>(text == null ? List.of() : text.lines().toList());
        Pattern old = line(key);
        int first = 0;
        while (first < lines.size() && !old.matcher(lines.get(first)).matches()) {
            first++;
        }
        if (first == lines.size()) {
            lines.add("# " + why);
            lines.add(line);
        } else {
            lines.removeIf(l -> old.matcher(l).matches());
            lines.add(first, line);
        }
        return String.join("\n", lines) + "\n";
    }

    /// Adds the edit of the planner's file, if there is one.
    void addTo(Draft draft) {
        if (!rules.isEmpty()) {
            draft.change(
                    new Change.EditFile(String.join("; ", summaries), List.copyOf(rules), FILE, files.get(FILE), text));
        }
    }

    private static String name(String file) {
        return file.substring(file.lastIndexOf('/') + 1);
    }
}
