package dev.nptune.host;

import dev.nptune.host.Virtualization.QemuLog;
import dev.nptune.internal.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads what QEMU and libvirt complained of since a VM was started last: of the logs of up to 64 domains the last
/// 256 KiB, of these up to 64 lines of 400 characters.
///
/// The command line, which libvirt writes there too, and lines that tell of secrets are left out. `gather.sh` takes the
/// same lines and nothing else of a log, so that what this says of its copy is what it says of the log.
final class QemuLogReader {
    static final int MAX_TAIL = 256 << 10;
    static final int MAX_LINES = 64;
    static final int MAX_LOGS = 64;
    private static final int MAX_SHOWN = 400;
    private static final String LOGS = "/var/log/libvirt/qemu";
    private static final String ENDING = ".log";
    private static final String START = "starting up libvirt version";
    private static final Pattern OF_INTEREST = Pattern.compile("(?i)vfio|hyperthreading|warning:|error|dma_map|audio");
    private static final Pattern SECRET = Pattern.compile("(?i)passw|secret");

    /// How a command line that libvirt did not break into several begins, and what only such a one has.
    private static final Pattern COMMAND = Pattern.compile("^[A-Z_]+=| -uuid ");

    private QemuLogReader() {}

    static List<QemuLog> read(Tree tree) {
        List<String> names = tree.namesOrGap(LOGS).stream()
                .filter(name -> name.endsWith(ENDING) && !name.startsWith("."))
                .toList();
        if (names.size() > MAX_LOGS) {
            tree.noteGap(Fact.unreadable(LOGS, "only the first " + MAX_LOGS + " logs looked at"));
        }
        return names.stream().limit(MAX_LOGS).map(name -> log(tree, name)).toList();
    }

    private static QemuLog log(Tree tree, String name) {
        return new QemuLog(
                Printable.line(name.substring(0, name.length() - ENDING.length())),
                tree.tail(LOGS + "/" + name, MAX_TAIL).map(QemuLogReader::parse));
    }

    static List<String> parse(Tree.Tail tail) {
        List<String> kept = new ArrayList<>();
        boolean whole = !tail.cut();
        boolean continued = false;
        for (String line : tail.text().replace("\0", "").split("\n", -1)) {
            boolean command = continued || line.endsWith("\\");
            continued = line.endsWith("\\");
            if (whole && line.contains(START)) {
                kept.clear();
            } else if (whole && !command && kept.size() < MAX_LINES && isOfInterest(line)) {
                kept.add(Printable.brief(line, MAX_SHOWN));
            }
            whole = true;
        }
        return kept;
    }

    private static boolean isOfInterest(String line) {
        return OF_INTEREST.matcher(line).find()
                && !SECRET.matcher(line).find()
                && !COMMAND.matcher(line).find();
    }
}
