package dev.nptune.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parses what `lspci -vvv -nn -D` prints, to compare it with what this program reads.
final class LspciText {
    private static final Pattern HEAD = Pattern.compile(
            "(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]) .*\\[([0-9a-f]{4})]: .*\\[([0-9a-f]{4}:[0-9a-f]{4})].*");
    private static final Pattern CAPABILITY = Pattern.compile("\tCapabilities: \\[([0-9a-f]+)(?: v\\d+)?] (.*)");
    private static final Pattern LINK = Pattern.compile("\t\tLnk(Cap|Sta):.*?Speed ([0-9.]+)GT/s.*?, Width x(\\d+).*");
    private static final Pattern ACS = Pattern.compile("\t\tACS(Cap|Ctl):\t(.*)");
    private static final Pattern DRIVER = Pattern.compile("\tKernel driver in use: (.*)");
    private static final Pattern GROUP = Pattern.compile("\tIOMMU group: (\\d+)");

    private LspciText() {}

    /// One function.
    ///
    /// @param classCode four hex digits
    /// @param capabilities text by offset
    /// @param acsCapable the words of `ACSCap` with a plus; empty where there is no such line
    /// @param linkCap speed and width at most
    record Function(
            PciAddress address,
            String classCode,
            String id,
            Optional<String> driver,
            Optional<Integer> group,
            Map<Integer, String> capabilities,
            Optional<List<String>> acsCapable,
            Optional<List<String>> acsEnabled,
            Optional<Link> linkCap,
            Optional<Link> linkStatus) {}

    record Link(double speed, int width) {}

    static List<Function> parse(String text) {
        List<Function> functions = new ArrayList<>();
        for (String block : text.split("\n\n")) {
            String[] lines = block.split("\n");
            Matcher head = HEAD.matcher(lines[0]);
            if (head.matches()) {
                functions.add(function(head, Arrays.asList(lines)));
            }
        }
        return functions;
    }

    private static Function function(Matcher head, List<String> lines) {
        Map<Integer, String> capabilities = new LinkedHashMap<>();
        for (String line : lines) {
            Matcher m = CAPABILITY.matcher(line);
            if (m.matches()) {
                capabilities.put(Integer.parseInt(m.group(1), 16), m.group(2));
            }
        }
        String domain = head.group(1) == null ? "" : head.group(1) + ":";
        return new Function(
                PciAddress.parse(domain + head.group(2)),
                head.group(3),
                head.group(4),
                first(DRIVER, lines).map(m -> m.group(1)),
                first(GROUP, lines).map(m -> Integer.valueOf(m.group(1))),
                capabilities,
                acs(lines, "Cap"),
                acs(lines, "Ctl"),
                link(lines, "Cap"),
                link(lines, "Sta"));
    }

    private static Optional<List<String>> acs(List<String> lines, String kind) {
        return named(ACS, kind, lines)
                .map(m -> Arrays.stream(m.group(2).split(" "))
                        .filter(w -> w.endsWith("+"))
                        .map(w -> w.substring(0, w.length() - 1))
                        .toList());
    }

    private static Optional<Link> link(List<String> lines, String kind) {
        return named(LINK, kind, lines)
                .map(m -> new Link(Double.parseDouble(m.group(2)), Integer.parseInt(m.group(3))));
    }

    private static Optional<Matcher> first(Pattern pattern, List<String> lines) {
        return lines.stream().map(pattern::matcher).filter(Matcher::matches).findFirst();
    }

    private static Optional<Matcher> named(Pattern pattern, String kind, List<String> lines) {
        return lines.stream()
                .map(pattern::matcher)
                .filter(m -> m.matches() && m.group(1).equals(kind))
                .findFirst();
    }
}
