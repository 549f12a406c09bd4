package dev.nptune.plan.boot;

import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.plan.PassedFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What booster's configuration does to a claim. booster runs nobody's scripts: the claim comes in the real root,
/// and is too late if the image has the card's driver loaded. By `modules_force_load: vfio_pci` and the kernel's
/// `vfio-pci.ids=` the image could take functions itself, but it would take a twin of a card as well, so it is not
/// asked to.
///
/// @see <a href="https://github.com/anatol/booster/blob/master/docs/manpage.md">booster(1)</a>
final class BoosterConfig {
    static final String FILE = "/etc/booster.yaml";

    private static final Pattern UNIVERSAL = Pattern.compile("universal:\\s*true\\b.*");
    private static final Pattern MODULES = Pattern.compile("(modules|modules_force_load):\\s*(.*)");

    private BoosterConfig() {}

    /// Tells of the lines by which the image would have a driver of the functions.
    static List<String> notes(Host host, Map<String, String> files, List<PassedFunction> functions) {
        List<String> drivers = functions.stream()
                .flatMap(f -> host.function(f.address()).stream())
                .filter(PciFunction::isDisplay)
                .flatMap(f -> f.driver().get().stream())
                .filter(d -> !d.endsWith("vfio-pci"))
                .distinct()
                .toList();
        List<String> notes = new ArrayList<>();
        List<String> lines = files.getOrDefault(FILE, "").lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            for (String driver : drivers) {
                if (loads(line, driver)) {
                    notes.add("booster runs no scripts, and line " + (i + 1) + " of " + FILE + " (" + line + ") has "
                            + driver + " in its image, which would take the card first: take it out there, put"
                            + " 'modules: -" + driver + "' in the file, and build the image anew");
                }
            }
        }
        return notes;
    }

    private static boolean loads(String line, String driver) {
        if (UNIVERSAL.matcher(line).matches()) {
            return true;
        }
        Matcher modules = MODULES.matcher(line);
        return modules.matches()
                && List.of(modules.group(2).split("[,\\s]+")).stream()
                        .map(word -> word.replace('-', '_'))
                        .anyMatch(word -> word.equals(driver)
                                || word.equals("*")
                                || word.startsWith("kernel/drivers/gpu")
                                || word.endsWith("/" + driver + ".ko"));
    }
}
