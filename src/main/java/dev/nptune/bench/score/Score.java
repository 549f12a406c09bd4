package dev.nptune.bench.score;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A score of 3DMark's; more is better.
///
/// @param element the XML element it stood in, `TimeSpyPerformanceGraphicsScore`
/// @param test the benchmark, `Time Spy`
/// @param kind what was scored
/// @param value the score
public record Score(String element, String test, Kind kind, double value) {
    /// What was scored.
    public enum Kind {
        OVERALL,
        GRAPHICS,
        /// `CPU` or `Physics`.
        CPU,
        /// Graphics and physics at once.
        COMBINED,
        OTHER
    }

    private static final Pattern NAME = Pattern.compile(
            "(.*?)(?:Performance)?(3DMark|Overall|Graphics|CPU|Physics|Combined)?Score([a-z]?)",
            Pattern.CASE_INSENSITIVE);
    /// Tests whose elements are all in lower case.
    private static final Map<String, String> LOWER_CASE = Map.of(
            "firestrike", "Fire Strike", "icestorm", "Ice Storm", "cloudgate", "Cloud Gate", "skydiver", "Sky Diver");

    /// Whether an element holds the score of a whole run: its name ends with `Score`, `scorep` and the like. Those of a
    /// single pass end with `ForPass`.
    static boolean isName(String element) {
        return NAME.matcher(element).matches();
    }

    static Score of(String element, double value) {
        Matcher m = NAME.matcher(element);
        if (!m.matches()) {
            throw new IllegalArgumentException("'" + element + "' is no score");
        }
        String part = m.group(2) == null ? "" : m.group(2).toLowerCase(Locale.ROOT);
        Kind kind = switch (part) {
            case "3dmark", "overall" -> Kind.OVERALL;
            case "graphics" -> Kind.GRAPHICS;
            case "cpu", "physics" -> Kind.CPU;
            case "combined" -> Kind.COMBINED;
            default -> Kind.OTHER;
        };
        return new Score(element, test(m.group(1), m.group(3)), kind, value);
    }

    /// `p` stands for the usual settings; what other letters stand for is left to who reads it.
    private static String test(String name, String letter) {
        String words = LOWER_CASE.getOrDefault(
                name.toLowerCase(Locale.ROOT),
                name.replaceAll("(?<=[a-z])(?=[A-Z0-9])", " ").replace('_', ' ').strip());
        return letter.isEmpty() || letter.equalsIgnoreCase("p")
                ? words
                : words + " (" + letter.toUpperCase(Locale.ROOT) + ")";
    }
}
