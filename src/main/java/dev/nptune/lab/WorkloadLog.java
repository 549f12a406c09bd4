package dev.nptune.lab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a measured machine printed on its console.
///
/// @param nanoseconds for each workload the time of one operation on the machine's clock, in ns
/// @param failed for each workload that could not run, the reason
/// @param gpu address and id of the display device the machine saw, if it saw one
/// @param machine kernel release, CPUs, disk and clock source, as the machine told them
public record WorkloadLog(
        Map<String, Double> nanoseconds, Map<String, String> failed, Optional<String> gpu, String machine) {
    private static final Pattern LINE =
            Pattern.compile(".*NPTUNE-(?<kind>RESULT|FAILED|GPU|MACHINE|DONE)(?: (?<rest>.*))?");
    private static final Pattern RESULT = Pattern.compile("(?<name>\\w+) (?<n>[1-9]\\d{0,11}) (?<ns>[1-9]\\d{0,14})");

    /// The log, once the machine has said that it is done. Lines that are cut or garbled are left out.
    static Optional<WorkloadLog> parse(List<String> console) {
        Map<String, Double> nanoseconds = new LinkedHashMap<>();
        Map<String, String> failed = new LinkedHashMap<>();
        Map<String, String> once = new LinkedHashMap<>();
        for (String line : console) {
            Matcher m = LINE.matcher(line);
            if (!m.matches()) {
                continue;
            }
            String rest = Objects.requireNonNullElse(m.group("rest"), "");
            switch (m.group("kind")) {
                case "RESULT" -> {
                    Matcher result = RESULT.matcher(rest);
                    if (result.matches()) {
                        double total = Double.parseDouble(result.group("ns"));
                        nanoseconds.put(result.group("name"), total / Long.parseLong(result.group("n")));
                    }
                }
                case "FAILED" -> failed.put(rest.replaceFirst(" .*", ""), rest.replaceFirst("\\S+ ?", ""));
                default -> once.put(m.group("kind"), rest);
            }
        }
        return once.containsKey("DONE")
                ? Optional.of(new WorkloadLog(
                        nanoseconds, failed, Optional.ofNullable(once.get("GPU")), once.getOrDefault("MACHINE", "")))
                : Optional.empty();
    }
}
