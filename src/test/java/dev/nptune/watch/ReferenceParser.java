package dev.nptune.watch;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The same files read by plain string handling.
final class ReferenceParser {
    private ReferenceParser() {}

    static List<Long> schedstat(String text) {
        return Arrays.stream(text.strip().split(" ")).map(Long::valueOf).toList();
    }

    static List<Long> sched(String text) {
        return List.of(field(text, "se.nr_migrations"), field(text, "nr_involuntary_switches"));
    }

    private static long field(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .map(Long::valueOf)
                .findFirst()
                .orElseThrow();
    }

    static List<Long> stat(String text) {
        String[] fields = text.substring(text.lastIndexOf(") ") + 2).strip().split(" ");
        return List.of(Long.valueOf(fields[7]), Long.valueOf(fields[9]), Long.valueOf(fields[36]));
    }

    /// Rows of `/proc/interrupts` with a count for each CPU, by label: CPU, count.
    static Map<String, Map<Integer, Long>> grid(String text) {
        List<String> lines = text.lines().toList();
        List<Integer> cpus = Arrays.stream(lines.getFirst().strip().split("\\s+"))
                .map(name -> Integer.valueOf(name.substring(3)))
                .toList();
        Map<String, Map<Integer, Long>> rows = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.strip().split(":?\\s+");
            if (parts.length > cpus.size() && parts[cpus.size()].matches("\\d+")) {
                Map<Integer, Long> row = new LinkedHashMap<>();
                for (int i = 0; i < cpus.size(); i++) {
                    row.put(cpus.get(i), Long.valueOf(parts[i + 1]));
                }
                rows.put(parts[0], row);
            }
        }
        return rows;
    }

    /// Busy time and time in interrupts of a CPU, in nanoseconds.
    static List<Long> load(String text, int cpu) {
        String line = text.lines()
                .filter(l -> l.startsWith("cpu" + cpu + " "))
                .findFirst()
                .orElseThrow();
        List<Long> ticks =
                Arrays.stream(line.split("\\s+")).skip(1).map(Long::valueOf).toList();
        long interrupts = ticks.get(5) + ticks.get(6);
        return List.of((ticks.get(0) + ticks.get(1) + ticks.get(2) + interrupts) * 10_000_000, interrupts * 10_000_000);
    }
}
