package dev.nptune.kernel.relocate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Finds functions, tables and structs by reading C text without understanding it: comments, strings,
/// conditional compilation and braces. Linear in the text. A brace in the first column closes whatever is open,
/// so that one mistake does not reach into the next function.
final class CScanner {
    private static final int MAX_CONDITIONS = 64;
    private static final int MAX_HEADER = 2000;

    private final Source file;
    private final List<Scope> found = new ArrayList<>();
    private final StringBuilder header = new StringBuilder();
    private final Deque<Integer> conditions = new ArrayDeque<>();

    private boolean comment;
    private boolean continued;
    private int depth;
    private int headerLine = -1;
    private int begin = -1;
    private List<String> names = List.of();
    private Scope.Kind kind = Scope.Kind.FUNCTION;

    CScanner(Source file) {
        this.file = file;
    }

    List<Scope> scopes() {
        for (int i = 0; i < file.size(); i++) {
            String text = file.text(i);
            if (!comment && (continued || text.startsWith("#"))) {
                directive(text);
                continued = text.endsWith("\\");
            } else {
                line(text, i);
            }
        }
        return found;
    }

    /// The branches of a condition begin at the same depth.
    private void directive(String text) {
        if (continued) {
            return;
        }
        String word = text.substring(1).strip();
        if (word.startsWith("if") && conditions.size() < MAX_CONDITIONS) {
            conditions.push(depth);
        } else if (word.startsWith("el") && !conditions.isEmpty()) {
            depth = conditions.element();
        } else if (word.startsWith("endif") && !conditions.isEmpty()) {
            conditions.pop();
        }
        int open = text.lastIndexOf("/*");
        comment = open >= 0 && text.indexOf("*/", open) < 0;
    }

    private void line(String text, int number) {
        if (!comment && text.startsWith("}") && depth > 1) {
            depth = 1;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (comment) {
                if (c == '*' && text.startsWith("*/", i)) {
                    comment = false;
                    i++;
                }
            } else if (c == '/' && text.startsWith("/*", i)) {
                comment = true;
                i++;
            } else if (c == '/' && text.startsWith("//", i)) {
                break;
            } else if (c == '"' || c == '\'') {
                i = endOfString(text, i);
            } else {
                character(c, number);
            }
        }
        if (depth == 0 && header.length() < MAX_HEADER) {
            header.append(' ');
        }
    }

    private static int endOfString(String text, int from) {
        char quote = text.charAt(from);
        for (int i = from + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == quote) {
                return i;
            }
        }
        return text.length();
    }

    private void character(char c, int line) {
        if (c == '{') {
            if (depth++ == 0) {
                open(line);
            }
        } else if (c == '}') {
            if (depth > 0 && --depth == 0) {
                close(line);
            }
        } else if (depth == 0) {
            if (c == ';') {
                clearHeader();
            } else if (header.length() < MAX_HEADER && (c > ' ' || !header.isEmpty())) {
                if (headerLine < 0) {
                    headerLine = line;
                }
                header.append(c);
            }
        }
    }

    private void clearHeader() {
        header.setLength(0);
        headerLine = -1;
        names = List.of();
    }

    private void open(int line) {
        List<String> before = names;
        Headers.Header read = Headers.of(header.toString().strip()).orElse(null);
        begin = headerLine < 0 ? line : headerLine;
        if (read == null) {
            names = List.of();
            return;
        }
        kind = read.kind();
        List<String> all = new ArrayList<>(before);
        all.add(read.name());
        names = all;
        // } pci_dev_acs_enabled[] = { goes on with the struct before it
        if (!before.isEmpty() && !found.isEmpty()) {
            begin = found.removeLast().begin();
        }
    }

    private void close(int line) {
        if (!names.isEmpty()) {
            found.add(new Scope(kind, names, begin, line));
        }
        boolean type = kind == Scope.Kind.STRUCT || kind == Scope.Kind.ENUM;
        List<String> kept = names;
        clearHeader();
        if (type) {
            names = kept;
        }
    }
}
