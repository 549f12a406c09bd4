package dev.nptune.report;

import dev.nptune.bench.LatencyClusters;
import dev.nptune.host.CoreLatencies;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One character for a latency, the darker the longer: that of the level it is nearest to, so that noise inside a level
/// does not show and a pair that belongs to another does.
///
/// @param anchors the latencies that stand for the characters, ascending
/// @param signs a character for each
record Shades(List<Double> anchors, String signs) {
    private static final String UNICODE = "·░▒▓█";
    private static final String ASCII = ".:+*#";

    /// The levels that were found; where that are none or too many, steps of equal ratio.
    static Shades of(CoreLatencies matrix, LatencyClusters clusters, boolean unicode) {
        String all = unicode ? UNICODE : ASCII;
        List<Double> anchors = Stream.concat(
                        clusters.levels().stream().map(LatencyClusters.Level::nanos), Stream.of(clusters.across()))
                .flatMap(Optional::stream)
                .sorted()
                .toList();
        if (anchors.size() < 2 || anchors.size() > all.length()) {
            anchors = LatencyScale.of(matrix, all.length())
                    .map(scale -> IntStream.range(0, scale.used())
                            .mapToObj(step -> Math.sqrt(scale.from(step) * scale.from(step + 1)))
                            .toList())
                    .orElse(List.of());
        }
        return new Shades(anchors, spread(all, anchors.size()));
    }

    private static String spread(String all, int count) {
        StringBuilder signs = new StringBuilder();
        for (int i = 0; i < count; i++) {
            signs.append(all.charAt(count == 1 ? 0 : i * (all.length() - 1) / (count - 1)));
        }
        return signs.toString();
    }

    char sign(double nanos) {
        return signs.charAt(IntStream.range(0, anchors.size())
                .boxed()
                .min(Comparator.comparingDouble(i -> Math.abs(Math.log(nanos / anchors.get(i)))))
                .orElseThrow());
    }

    String legend() {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < anchors.size(); i++) {
            parts.add(signs.charAt(i) + " " + LatencyScale.figure(anchors.get(i)));
        }
        return parts.stream().collect(Collectors.joining("  ", "", parts.isEmpty() ? "" : " ns, whichever is nearest"));
    }
}
