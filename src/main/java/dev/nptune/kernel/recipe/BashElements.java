package dev.nptune.kernel.recipe;

import dev.nptune.kernel.recipe.Bash.Piece;
import dev.nptune.kernel.recipe.Bash.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The elements that a word of an array becomes: one, or several if it has braces.
///
/// A variable within a longer word counts as text without blanks; a word that is nothing but a variable out of quotes,
/// an array or a pattern may become any number, and is [Unclear].
final class BashElements {
    private static final int MAX_ELEMENTS = 1000;
    private static final int MAX_BRACES = 256;
    /// Stands for a computed part.
    static final char COMPUTED = '\uf8ff';

    private static final char QUOTED = '\ue000';
    private static final Pattern MANY = Pattern.compile(".*\\[[@*]].*|\\$[@*]", Pattern.DOTALL);
    private static final Pattern SEQUENCE = Pattern.compile(".*\\{[^{},]*\\.\\.[^{},]*}.*", Pattern.DOTALL);

    private BashElements() {}

    /// Each element's text, computed parts as [#COMPUTED].
    static List<String> of(String text, Word word) {
        boolean lone = word.pieces().size() == 1;
        for (Piece piece : word.pieces()) {
            boolean many = MANY.matcher(piece.text()).matches() || (lone && !piece.quoted());
            if (piece.computed() ? many : !piece.quoted() && piece.text().contains("*")) {
                throw Unclear.at(
                        text,
                        word.from(),
                        "how many elements " + text.substring(word.from(), word.to()) + " becomes is not known");
            }
        }
        String form = word.pieces().stream().map(BashElements::form).collect(Collectors.joining());
        if (SEQUENCE.matcher(form).matches()) {
            throw Unclear.at(text, word.from(), "a sequence in braces");
        }
        List<String> out = new ArrayList<>();
        if (form.chars().filter(c -> c == '{').count() > MAX_BRACES) {
            throw Unclear.at(text, word.from(), "more than " + MAX_BRACES + " braces");
        }
        expand(form, out);
        if (out.size() > MAX_ELEMENTS) {
            throw Unclear.at(text, word.from(), "braces that become more than " + MAX_ELEMENTS + " words");
        }
        return out.stream().map(BashElements::plain).toList();
    }

    private static String form(Piece piece) {
        if (piece.computed()) {
            return String.valueOf(COMPUTED);
        }
        if (!piece.quoted()) {
            return piece.text();
        }
        StringBuilder out = new StringBuilder();
        piece.text().chars().forEach(c -> out.append((char) (QUOTED + c)));
        return out.toString();
    }

    private static String plain(String form) {
        StringBuilder out = new StringBuilder();
        form.chars().forEach(c -> out.append((char) (c >= QUOTED && c < QUOTED + 256 ? c - QUOTED : c)));
        return out.toString();
    }

    /// The first pair of braces with a comma of its own, then the rest.
    private static void expand(String form, List<String> out) {
        for (int open = form.indexOf('{'); open >= 0; open = form.indexOf('{', open + 1)) {
            List<Integer> cuts = cuts(form, open);
            if (cuts.size() > 2) {
                String rest = form.substring(cuts.getLast() + 1);
                for (int i = 0; i + 1 < cuts.size() && out.size() <= MAX_ELEMENTS; i++) {
                    expand(form.substring(0, open) + form.substring(cuts.get(i) + 1, cuts.get(i + 1)) + rest, out);
                }
                return;
            }
        }
        out.add(form);
    }

    /// Where the brace, its commas and the brace that closes it are; empty if nothing closes it.
    private static List<Integer> cuts(String form, int open) {
        List<Integer> cuts = new ArrayList<>(List.of(open));
        int depth = 0;
        for (int i = open; i < form.length(); i++) {
            char c = form.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0 || (depth == 1 && c == ',')) {
                cuts.add(i);
            }
            if (depth == 0) {
                return cuts;
            }
        }
        return List.of();
    }
}
