package dev.nptune.kernel.relocate;

import dev.nptune.kernel.relocate.Aligner.Alignment;
import dev.nptune.kernel.relocate.Windows.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks for the old side of a hunk in a file: at home, which is the function or table that the patch names, and
/// elsewhere.
final class Search {
    private static final int MAX_HOME = 5000;
    private static final int MAX_HOMES = 8;
    /// How many lines of the pieces before and after belong to a piece's surroundings.
    private static final int NEAR = 4;

    private final Source file;
    private final Structure structure;
    private final OldSide old;
    private final Tokens tokens = new Tokens();
    private final List<Window> home;
    private final List<Window> elsewhere;

    Search(Source file, Structure structure, OldSide old) {
        this.file = file;
        this.structure = structure;
        this.old = old;
        home = home();
        List<String> squeezed =
                old.lines().stream().map(line -> Source.squeeze(line.text())).toList();
        elsewhere = outside(new Windows(file).of(squeezed, weights(squeezed)));
    }

    /// @param texts the old side that was looked for, its names as the file has them
    /// @param renames what was done to them
    /// @param best the best place
    /// @param atHome whether it is at home
    /// @param runnerUp the next best place that counts: at home if the best one is
    /// @param outside the best place elsewhere, if the best one is at home
    /// @param all places, best first
    record Found(
            List<String> texts,
            Map<String, String> renames,
            Alignment best,
            boolean atHome,
            double runnerUp,
            double outside,
            List<Alignment> all) {}

    boolean hasHome() {
        return !home.isEmpty();
    }

    Found find() {
        List<String> texts = old.lines().stream().map(line -> line.text()).toList();
        Found first = find(texts, Map.of());
        Scope scope = function(first.best());
        if (scope == null) {
            return first;
        }
        Map<String, String> renames = Renames.of(file, texts, first.best().at(), scope.begin(), scope.end() + 1);
        if (renames.isEmpty()) {
            return first;
        }
        Found second =
                find(texts.stream().map(text -> Renames.apply(renames, text)).toList(), renames);
        return scope.equals(function(second.best())) ? second : first;
    }

    /// The function that most of the lines found lie in.
    private @Nullable Scope function(Alignment alignment) {
        Map<Scope, Integer> lines = new LinkedHashMap<>();
        for (int line : alignment.at()) {
            if (line >= 0) {
                structure.at(line).ifPresent(scope -> lines.merge(scope, 1, Integer::sum));
            }
        }
        return lines.entrySet().stream()
                .filter(entry -> entry.getKey().kind() == Scope.Kind.FUNCTION)
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    private Found find(List<String> texts, Map<String, String> renames) {
        List<String> squeezed = texts.stream().map(Source::squeeze).toList();
        Aligner aligner = new Aligner(file, tokens, texts, weights(squeezed));
        List<Alignment> near = best(aligner, home);
        List<Alignment> far = best(aligner, elsewhere);
        boolean atHome = !home.isEmpty() && near.getFirst().score() > 0;
        Alignment best = (atHome ? near : far).stream().findFirst().orElse(Alignment.NONE);
        double runnerUp = runnerUp(aligner, atHome ? home : elsewhere, best);
        double outside = atHome && !far.isEmpty() ? far.getFirst().score() : 0;
        List<Alignment> all = new ArrayList<>(near);
        all.addAll(far);
        all.sort(Comparator.comparingDouble(Alignment::score).reversed());
        return new Found(texts, renames, best, atHome, runnerUp, outside, all);
    }

    private static List<Alignment> best(Aligner aligner, List<Window> windows) {
        return windows.stream()
                .map(window -> aligner.align(window.begin(), window.end(), null))
                .sorted(Comparator.comparingDouble(Alignment::score).reversed())
                .toList();
    }

    /// The best place that shares no pair of lines with the best one.
    private static double runnerUp(Aligner aligner, List<Window> windows, Alignment best) {
        if (best.first() < 0) {
            return 0;
        }
        return windows.stream()
                .mapToDouble(window ->
                        aligner.align(window.begin(), window.end(), best.at()).score())
                .max()
                .orElse(0);
    }

    private double[] weights(List<String> squeezed) {
        double[] weights = new double[squeezed.size()];
        Arrays.setAll(
                weights,
                i -> Weights.of(
                        squeezed.get(i),
                        file.count(squeezed.get(i)),
                        old.removed().get(i)));
        return weights;
    }

    /// The pieces that the hunk names, up to the next ones, and a little before, where context may lie.
    private List<Window> home() {
        List<String> names = old.owners().stream()
                .flatMap(owner -> owner instanceof OldSide.Owner.In in ? Stream.of(in.name()) : Stream.of())
                .distinct()
                .toList();
        List<Window> windows = new ArrayList<>();
        for (String name : names) {
            for (Scope scope : structure.named(name)) {
                int before = Math.max(structure.previousEnd(scope.begin()) - NEAR, scope.begin() - old.size() - NEAR);
                int begin = Math.max(0, before);
                int next = structure.nextBegin(scope.end(), file.size()) + NEAR;
                int end = Math.min(Math.min(file.size(), next), scope.end() + 1 + old.size() + Windows.MARGIN);
                if (end - begin <= MAX_HOME && windows.size() < MAX_HOMES) {
                    windows.add(new Window(begin, end));
                }
            }
        }
        return merged(windows);
    }

    /// A hunk may reach from one function into the next.
    private static List<Window> merged(List<Window> windows) {
        List<Window> sorted = new ArrayList<>(windows);
        sorted.sort(Comparator.comparingInt(Window::begin));
        List<Window> merged = new ArrayList<>();
        for (Window window : sorted) {
            if (!merged.isEmpty() && window.begin() < merged.getLast().end()) {
                Window last = merged.removeLast();
                merged.add(new Window(last.begin(), Math.max(last.end(), window.end())));
            } else {
                merged.add(window);
            }
        }
        return merged;
    }

    private List<Window> outside(List<Window> windows) {
        List<Window> left = windows;
        for (Window taken : home) {
            List<Window> next = new ArrayList<>();
            for (Window window : left) {
                if (window.end() <= taken.begin() || window.begin() >= taken.end()) {
                    next.add(window);
                    continue;
                }
                if (window.begin() < taken.begin()) {
                    next.add(new Window(window.begin(), taken.begin()));
                }
                if (window.end() > taken.end()) {
                    next.add(new Window(taken.end(), window.end()));
                }
            }
            left = next;
        }
        return left;
    }
}
