package dev.nptune.plan.boot;

import java.util.Comparator;
import java.util.List;

/// A piece of text that takes the place of another.
///
/// @param from where the old piece begins
/// @param to where it ends; as `from` for an insertion
record Splice(int from, int to, String text) {

    /// Carries several out, none of which overlap; insertions come before what is replaced from the same place on.
    static String apply(String text, List<Splice> splices) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        for (Splice splice : splices.stream()
                .sorted(Comparator.comparingInt(Splice::from).thenComparingInt(Splice::to))
                .toList()) {
            out.append(text, at, splice.from()).append(splice.text());
            at = splice.to();
        }
        return out.append(text, at, text.length()).toString();
    }
}
