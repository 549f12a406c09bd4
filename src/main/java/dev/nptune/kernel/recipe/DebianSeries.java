package dev.nptune.kernel.recipe;

import java.util.List;
import java.util.Optional;

/// `debian/patches/series`: the patches in their order, one a line, with options of patch behind them and comments.
/// Source: quilt(1).
final class DebianSeries {
    private DebianSeries() {}

    /// The entry of a file, whatever folder it lies in.
    static Optional<String> entry(String series, String file) {
        return entries(series).stream()
                .filter(e -> e.equals(file) || e.endsWith("/" + file))
                .filter(e -> !e.startsWith("/") && !List.of(e.split("/")).contains(".."))
                .findFirst();
    }

    static List<String> entries(String series) {
        return series.lines()
                .map(l -> l.replaceFirst("(?:^|\\s)#.*", "").strip())
                .filter(l -> !l.isEmpty())
                .map(l -> l.split("\\s+")[0])
                .toList();
    }

    /// Whether patches lie in folders by what they are for, as the kernel team has them.
    static boolean hasFolders(String series) {
        return entries(series).stream().anyMatch(e -> e.startsWith("features/") || e.startsWith("bugfix/"));
    }

    static String with(String series, String path) {
        return series + (series.isEmpty() || series.endsWith("\n") ? "" : "\n") + path + "\n";
    }
}
