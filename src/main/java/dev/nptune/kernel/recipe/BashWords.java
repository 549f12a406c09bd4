package dev.nptune.kernel.recipe;

import dev.nptune.kernel.recipe.Bash.Piece;
import dev.nptune.kernel.recipe.Bash.Word;
import java.util.ArrayList;
import java.util.List;

/// Reads words of bash: quotes, escapes and expansions, which are skipped over and not looked into. Source: the manual
/// of bash, 3.1.2 (quoting) and 3.5 (expansions).
abstract class BashWords {
    private static final int MAX_DEPTH = 100;

    final String text;
    int at;
    private int depth;

    BashWords(String text) {
        this.text = text;
    }

    boolean ended() {
        return at >= text.length();
    }

    char peek() {
        return ended() ? '\0' : text.charAt(at);
    }

    boolean sees(String what) {
        return text.startsWith(what, at);
    }

    Unclear unclear(int where, String what) {
        return Unclear.at(text, where, what);
    }

    void deeper() {
        if (++depth > MAX_DEPTH) {
            throw unclear(at, "nested deeper than " + MAX_DEPTH);
        }
    }

    void back() {
        depth--;
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    static boolean isMeta(char c) {
        return " \t\n;&|<>()".indexOf(c) >= 0;
    }

    /// Whether a word begins here.
    boolean atWord() {
        return !ended() && (!isMeta(peek()) || sees("<(") || sees(">("));
    }

    Word word() {
        int from = at;
        List<Piece> pieces = new ArrayList<>();
        if (sees("<(") || sees(">(")) {
            at += 2;
            computed(pieces, from, false, this::command);
        }
        while (!ended() && (!isMeta(peek()) || extendedGlob())) {
            piece(pieces);
        }
        return new Word(from, at, List.copyOf(pieces));
    }

    private boolean extendedGlob() {
        return peek() == '(' && at > 0 && "@?*+!".indexOf(text.charAt(at - 1)) >= 0;
    }

    private void piece(List<Piece> pieces) {
        int from = at;
        switch (peek()) {
            case '\\' -> {
                if (at + 1 >= text.length()) {
                    throw unclear(at, "a backslash at the end");
                }
                if (text.charAt(at + 1) != '\n') {
                    pieces.add(new Piece(text.substring(at + 1, at + 2), true, false));
                }
                at += 2;
            }
            case '\'' -> {
                single();
                pieces.add(new Piece(text.substring(from + 1, at - 1), true, false));
            }
            case '"' -> doubled(pieces);
            case '$' -> dollar(pieces, false);
            case '`' -> computed(pieces, from, false, this::backquoted);
            case '(' -> computed(pieces, from, false, this::glob);
            default -> {
                while (!ended() && !isMeta(peek()) && "\\'\"$`".indexOf(peek()) < 0) {
                    at++;
                }
                pieces.add(new Piece(text.substring(from, at), false, false));
            }
        }
    }

    private void computed(List<Piece> pieces, int from, boolean quoted, Runnable skip) {
        deeper();
        skip.run();
        back();
        pieces.add(new Piece(text.substring(from, at), quoted, true));
    }

    private void single() {
        int end = text.indexOf('\'', at + 1);
        if (end < 0) {
            throw unclear(at, "a quote that is not closed");
        }
        at = end + 1;
    }

    private void doubled(List<Piece> pieces) {
        int open = at++;
        StringBuilder plain = new StringBuilder();
        while (true) {
            if (ended()) {
                throw unclear(open, "a quote that is not closed");
            }
            char c = peek();
            if (c == '$' || c == '`' || c == '"') {
                pieces.add(new Piece(plain.toString(), true, false));
                plain.setLength(0);
            }
            if (c == '"') {
                at++;
                return;
            }
            switch (c) {
                case '$' -> dollar(pieces, true);
                case '`' -> computed(pieces, at, true, this::backquoted);
                case '\\' -> plain.append(escapeInQuotes());
                default -> {
                    plain.append(c);
                    at++;
                }
            }
        }
    }

    private String escapeInQuotes() {
        char next = at + 1 < text.length() ? text.charAt(at + 1) : '\0';
        at += 2;
        if (next == '\n') {
            return "";
        }
        return "$`\"\\".indexOf(next) >= 0 ? String.valueOf(next) : "\\" + next;
    }

    private void dollar(List<Piece> pieces, boolean quoted) {
        int from = at;
        char next = at + 1 < text.length() ? text.charAt(at + 1) : '\0';
        if (next == '\'' && !quoted) {
            at += 2;
            computed(pieces, from, true, () -> until('\''));
        } else if (next == '"' && !quoted) {
            at++;
            doubled(pieces);
        } else if (sees("$((") && arithmetic()) {
            pieces.add(new Piece(text.substring(from, at), quoted, true));
        } else if (next == '(') {
            at += 2;
            computed(pieces, from, quoted, this::command);
        } else if (next == '{') {
            computed(pieces, from, quoted, () -> parameter(quoted));
        } else if (next == '[') {
            throw unclear(at, "arithmetic in square brackets");
        } else {
            at++;
            name();
            boolean plain = at == from + 1;
            if (plain && "@*#?$!-0123456789".indexOf(peek()) >= 0 && !ended()) {
                at++;
                plain = false;
            }
            pieces.add(new Piece(text.substring(from, at), quoted, !plain));
        }
    }

    private void name() {
        if (Character.isDigit(peek())) {
            return;
        }
        while (!ended() && (peek() == '_' || (peek() < 0x80 && Character.isLetterOrDigit(peek())))) {
            at++;
        }
    }

    /// `$(( … ))`; false, and nothing passed over, if it is a command in a command.
    private boolean arithmetic() {
        int open = 0;
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (open == 1 && c == ')' && !text.startsWith(")", i + 1)) {
                return false;
            }
            if (open == 0) {
                at = i + 1;
                return true;
            }
        }
        return false;
    }

    private void until(char end) {
        int open = at;
        while (peek() != end) {
            if (ended()) {
                throw unclear(open, "a quote that is not closed");
            }
            at += peek() == '\\' ? 2 : 1;
        }
        at++;
    }

    private void backquoted() {
        at++;
        until('`');
    }

    private void glob() {
        int open = at++;
        List<Piece> ignored = new ArrayList<>();
        while (peek() != ')') {
            if (ended() || peek() == '\n') {
                throw unclear(open, "a pattern that is not closed");
            }
            if (isMeta(peek()) && peek() != '(') {
                at++;
            } else {
                piece(ignored);
            }
        }
        at++;
    }

    /// `${ … }`. Single quotes come in pairs here even where the whole stands in double quotes, unlike in POSIX's sh.
    private void parameter(boolean quoted) {
        int open = at;
        at += 2;
        List<Piece> ignored = new ArrayList<>();
        while (peek() != '}') {
            if (ended()) {
                throw unclear(open, "an expansion that is not closed");
            }
            switch (peek()) {
                case '\\' -> at += 2;
                case '\'' -> single();
                case '"' -> doubled(ignored);
                case '$' -> dollar(ignored, quoted);
                case '`' -> backquoted();
                default -> at++;
            }
        }
        at++;
    }

    /// What stands in `$( )`, up to and with the parenthesis.
    abstract void command();
}
