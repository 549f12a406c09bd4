package dev.nptune.host;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The processes of a machine, up to 4096 of them, looked at once for all readers.
///
/// @param seen how many there are; unreadable where the tree shows none, for no machine runs without
/// @param list those whose names could be read
record Processes(Fact<Integer> seen, List<Entry> list) {
    static final int MOST = 4096;
    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,8}");

    /// A process.
    ///
    /// @param name up to 15 characters, as the kernel keeps it
    record Entry(int pid, String name) {
        String directory() {
            return "/proc/" + pid;
        }
    }

    static Processes read(Tree tree) {
        List<Integer> pids = tree.names("/proc").get().stream()
                .flatMap(List::stream)
                .filter(name -> PID.matcher(name).matches())
                .map(Integer::valueOf)
                .sorted()
                .toList();
        if (pids.isEmpty()) {
            return new Processes(Fact.unreadable("/proc", "no process is shown there"), List.of());
        }
        if (pids.size() > MOST) {
            tree.noteGap(Fact.unreadable("/proc", "of " + pids.size() + " processes only " + MOST + " looked at"));
        }
        List<Entry> list = new ArrayList<>();
        for (int pid : pids.stream().limit(MOST).toList()) {
            tree.value("/proc/" + pid + "/comm").get().ifPresent(name -> list.add(new Entry(pid, name)));
        }
        return new Processes(Fact.known(pids.size(), "/proc"), list);
    }

    /// Processes of that name.
    Stream<Entry> named(Pattern name) {
        return list.stream().filter(p -> name.matcher(p.name()).matches());
    }
}
