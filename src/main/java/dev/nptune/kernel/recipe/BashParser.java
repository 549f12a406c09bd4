package dev.nptune.kernel.recipe;

import dev.nptune.kernel.recipe.Bash.Assignment;
import dev.nptune.kernel.recipe.Bash.Compound;
import dev.nptune.kernel.recipe.Bash.Function;
import dev.nptune.kernel.recipe.Bash.Node;
import dev.nptune.kernel.recipe.Bash.Piece;
import dev.nptune.kernel.recipe.Bash.Simple;
import dev.nptune.kernel.recipe.Bash.Word;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a bash script of up to 1 MiB into its commands, without running anything: quotes, here-documents, arrays,
/// functions, loops, branches, command substitutions. What it does not understand is [Unclear]. Source: the manual of
/// bash, 3.2 (shell commands), 3.3 (functions), 3.6 (redirections), 6.7 (arrays).
final class BashParser extends BashWords {
    private static final int MAX_TEXT = 1 << 20;
    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(\\[[^\\]\\n]*])?(\\+?)=");
    private static final Pattern REDIRECTION =
            Pattern.compile("(?:[0-9]{1,3}|\\{\\w+})?(?:<<<|<<-?|&>>|&>|<>|<&|>&|>>|>\\||<(?!\\()|>(?!\\())");
    private static final Pattern RESERVED = Pattern.compile("[a-z{}!]+|\\[\\[");
    private static final Pattern FUNCTION = Pattern.compile("[ \\t]*\\([ \\t]*\\)\\s*");
    private static final Set<String> DECLARING = Set.of("declare", "typeset", "local", "export", "readonly");

    private final Deque<Heredoc> pending = new ArrayDeque<>();

    private record Heredoc(String end, boolean tabs, int at) {}

    private BashParser(String text) {
        super(text);
    }

    /// Reads a script.
    ///
    /// @throws Unclear if there is something that is not understood
    static List<Node> parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw new Unclear(1, "longer than 1 MiB");
        }
        BashParser parser = new BashParser(text);
        List<Node> nodes = parser.list(Set.of());
        if (!parser.ended()) {
            throw parser.unclear(parser.at, "the character " + parser.peek() + " where a command should begin");
        }
        parser.heredocs();
        return nodes;
    }

    @Override
    void command() {
        int open = at;
        list(Set.of());
        expect(")", open);
    }

    private void expect(String what, int open) {
        if (!sees(what)) {
            throw unclear(ended() ? open : at, "no " + what + " where one belongs");
        }
        at += what.length();
    }

    /// Commands up to one of these words, a closing parenthesis, `;;` or the end.
    private List<Node> list(Set<String> ends) {
        deeper();
        List<Node> nodes = new ArrayList<>();
        boolean depends = false;
        while (true) {
            space();
            if (ended() || peek() == ')' || sees(";;") || sees(";&") || ends.contains(reserved())) {
                back();
                return List.copyOf(nodes);
            }
            if (peek() == ';' || peek() == '&' || peek() == '|') {
                if (nodes.isEmpty()) {
                    throw unclear(at, "the character " + peek() + " with nothing before it");
                }
                depends = depends || sees("&&") || sees("||");
                at++;
            } else {
                Node node = node();
                nodes.add(depends ? new Compound(node.from(), node.to(), "&&", List.of(), List.of(node)) : node);
                depends = false;
            }
        }
    }

    /// Blanks, line ends, comments.
    private void space() {
        while (!ended()) {
            if (isBlank(peek())) {
                at++;
            } else if (peek() == '\n') {
                at++;
                heredocs();
            } else if (sees("\\\n")) {
                at += 2;
            } else if (peek() == '#') {
                at = Splices.lineEnd(text, at);
            } else {
                return;
            }
        }
    }

    private void blanks() {
        while (isBlank(peek()) || sees("\\\n")) {
            at += isBlank(peek()) ? 1 : 2;
        }
    }

    private void heredocs() {
        while (!pending.isEmpty()) {
            Heredoc doc = pending.removeFirst();
            while (true) {
                if (ended()) {
                    throw unclear(doc.at(), "a here-document that does not end");
                }
                int end = Splices.lineEnd(text, at);
                String line = text.substring(at, end);
                at = Math.min(end + 1, text.length());
                if ((doc.tabs() ? line.replaceFirst("^\\t+", "") : line).equals(doc.end())) {
                    break;
                }
            }
        }
    }

    /// The word here if it may be a reserved one; empty otherwise.
    private String reserved() {
        Matcher word = RESERVED.matcher(text).region(at, text.length());
        boolean whole = word.lookingAt() && (word.end() == text.length() || isMeta(text.charAt(word.end())));
        return whole ? word.group() : "";
    }

    private Node node() {
        int from = at;
        if (sees("((")) {
            return arithmetic(from);
        }
        if (peek() == '(') {
            at++;
            List<Node> inner = list(Set.of());
            expect(")", from);
            return compound(from, "(", List.of(), inner);
        }
        String word = reserved();
        return switch (word) {
            case "if" -> between(from, word, Set.of("then", "elif", "else"), "fi");
            case "while", "until" -> between(from, word, Set.of("do"), "done");
            case "for", "select" -> loop(from, word);
            case "case" -> branches(from);
            case "{" -> between(from, word, Set.of(), "}");
            case "[[" -> test(from);
            case "function" -> {
                at += word.length();
                blanks();
                yield function(from, word());
            }
            case "!", "time" -> {
                at += word.length();
                blanks();
                deeper();
                Node node = node();
                back();
                yield node;
            }
            case "coproc", "then", "do", "done", "fi", "esac", "elif", "else", "}" ->
                throw unclear(at, "the word " + word + " where a command should begin");
            default -> simple(from);
        };
    }

    private Node compound(int from, String kind, List<Word> over, List<Node> inner) {
        redirections();
        return new Compound(from, at, kind, List.copyOf(over), List.copyOf(inner));
    }

    private Node between(int from, String word, Set<String> middles, String end) {
        at += word.length();
        List<Node> inner = new ArrayList<>();
        while (true) {
            inner.addAll(list(union(middles, end)));
            String found = reserved();
            if (found.equals(end)) {
                at += end.length();
                return compound(from, word, List.of(), inner);
            }
            if (!middles.contains(found)) {
                throw unclear(from, word + " without " + end);
            }
            at += found.length();
        }
    }

    private static Set<String> union(Set<String> some, String more) {
        List<String> all = new ArrayList<>(some);
        all.add(more);
        return Set.copyOf(all);
    }

    private Node arithmetic(int from) {
        int end = text.indexOf("))", at);
        if (end < 0) {
            throw unclear(from, "arithmetic that is not closed");
        }
        at = end + 2;
        return compound(from, "((", List.of(), List.of());
    }

    private Node test(int from) {
        at += 2;
        while (true) {
            space();
            if (ended()) {
                throw unclear(from, "[[ without ]]");
            }
            if (isMeta(peek())) {
                at++;
            } else if (word().literal().filter("]]"::equals).isPresent()) {
                return compound(from, "[[", List.of(), List.of());
            }
        }
    }

    private Node loop(int from, String kind) {
        at += kind.length();
        blanks();
        List<Word> over = new ArrayList<>();
        if (sees("((")) {
            arithmetic(at);
        } else {
            word();
            space();
            if (reserved().equals("in")) {
                at += 2;
                for (blanks(); atWord(); blanks()) {
                    over.add(word());
                }
            }
        }
        space();
        if (peek() == ';') {
            at++;
            space();
        }
        if (!reserved().equals("do")) {
            throw unclear(from, kind + " without do");
        }
        at += 2;
        List<Node> inner = list(Set.of("done"));
        expect("done", from);
        return compound(from, kind, over, inner);
    }

    private Node branches(int from) {
        at += 4;
        blanks();
        word();
        space();
        expect("in", from);
        List<Node> inner = new ArrayList<>();
        for (space(); !reserved().equals("esac"); space()) {
            if (peek() == '(') {
                at++;
            }
            for (blanks(); atWord() || peek() == '|'; blanks()) {
                if (peek() == '|') {
                    at++;
                } else {
                    word();
                }
            }
            expect(")", from);
            inner.addAll(list(Set.of("esac")));
            while (peek() == ';' || peek() == '&') {
                at++;
            }
        }
        at += 4;
        return compound(from, "case", List.of(), inner);
    }

    private Node simple(int from) {
        List<Assignment> assignments = new ArrayList<>();
        List<Word> words = new ArrayList<>();
        int to = at;
        for (blanks(); !ended(); blanks()) {
            Matcher redirection = REDIRECTION.matcher(text).region(at, text.length());
            Matcher assignment = ASSIGNMENT.matcher(text).region(at, text.length());
            boolean declares = words.isEmpty()
                    || words.getFirst().literal().filter(DECLARING::contains).isPresent();
            if (redirection.lookingAt()) {
                redirection(redirection);
            } else if (peek() == '#' || !atWord()) {
                break;
            } else if (declares && assignment.lookingAt()) {
                assignments.add(assignment(assignment));
            } else {
                words.add(word());
                if (words.size() == 1 && (peek() == '(' || sees(" ()"))) {
                    return function(from, words.getFirst());
                }
            }
            to = at;
        }
        if (to == from) {
            throw unclear(from, "the character " + peek() + " where a command should begin");
        }
        return new Simple(from, to, List.copyOf(assignments), List.copyOf(words));
    }

    private Node function(int from, Word name) {
        Matcher parentheses = FUNCTION.matcher(text).region(at, text.length());
        if (parentheses.lookingAt()) {
            at = parentheses.end();
        }
        space();
        if (!reserved().equals("{")) {
            throw unclear(at, "a function without braces");
        }
        int open = at++;
        List<Node> inner = list(Set.of("}"));
        int close = at;
        expect("}", from);
        redirections();
        return new Function(from, at, text.substring(name.from(), name.to()), open, close, inner);
    }

    private Assignment assignment(Matcher found) {
        int from = at;
        at = found.end();
        int valueFrom = at;
        String name = found.group(1) + (found.group(2) == null ? "" : found.group(2));
        boolean appends = !found.group(3).isEmpty();
        if (peek() != '(') {
            Word value = atWord() ? word() : new Word(at, at, List.<Piece>of());
            return new Assignment(name, appends, from, valueFrom, at, null, value);
        }
        at++;
        List<Word> elements = new ArrayList<>();
        for (space(); atWord(); space()) {
            elements.add(word());
        }
        expect(")", from);
        return new Assignment(name, appends, from, valueFrom, at, List.copyOf(elements), null);
    }

    private void redirections() {
        while (true) {
            int before = at;
            blanks();
            Matcher redirection = REDIRECTION.matcher(text).region(at, text.length());
            if (!redirection.lookingAt()) {
                at = before;
                return;
            }
            redirection(redirection);
        }
    }

    private void redirection(Matcher found) {
        at = found.end();
        blanks();
        int where = at;
        if (!atWord()) {
            throw unclear(where, "a redirection to nowhere");
        }
        Word target = word();
        String sign = found.group();
        if ((sign.endsWith("<<") && !sign.endsWith("<<<")) || sign.endsWith("<<-")) {
            String end = target.literal().orElseThrow(() -> unclear(where, "a here-document whose end is computed"));
            pending.addLast(new Heredoc(end, sign.endsWith("-"), where));
        }
    }
}
