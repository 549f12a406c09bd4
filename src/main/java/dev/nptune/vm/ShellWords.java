package dev.nptune.vm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The words of a shell script's commands, as far as they can be known without running anything.
///
/// Known are quotes, escapes, comments, lines continued by a backslash, here-documents (skipped), redirections (left
/// out), variables and arrays that the text itself sets, in the order in which it sets them, and `${name:-default}`.
/// Every branch of a condition is taken as if it ran. What only a run could tell (`$(…)`, positional parameters,
/// variables from elsewhere) stays in the words as it is written.
///
/// A backslash with blanks behind it at the end of a line counts as continuing the line, as it was meant; a shell
/// would not have it so, but blanks are what pasting adds.
///
/// Bounds: [#MAX_WORDS] words; variables may make the text no longer than [#MAX_EXPANDED] characters.
final class ShellWords {
    /// The most words read.
    static final int MAX_WORDS = 8192;
    /// The most characters that variables may add.
    static final int MAX_EXPANDED = 4 << 20;

    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(\\+?)=");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern BRACED =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?:(\\[[@*]\\])|(:?-)([^$`\"']*))?", Pattern.DOTALL);
    private static final Set<String> DECLARING = Set.of("export", "local", "declare", "typeset", "readonly");
    private static final Set<String> LEADING = Set.of("then", "do", "else", "{", "!");
    private static final Set<String> BRANCHING = Set.of("if", "case", "for", "while", "until", "select");
    private static final Set<String> JOINING = Set.of("fi", "esac", "done");

    private final String text;
    private final Map<String, List<String>> variables = new HashMap<>();
    private final List<Command> commands = new ArrayList<>();
    private final List<String> hereDocuments = new ArrayList<>();
    private int at;
    private int expanded;
    private int wordCount;
    private int branches;
    private boolean emptyArray;
    private int line = 1;
    private int lineCountedTo;
    private Command command = Command.empty();

    private ShellWords(String text) {
        this.text = text;
    }

    /// A command.
    ///
    /// @param line the number of the line it begins on, from 1
    /// @param words its words, without assignments and redirections
    /// @param environment the variables it sets for itself, or for all if it has no words, as `NAME=value`
    /// @param assigned names of the variables that it sets within a condition or a loop
    record Command(int line, List<String> words, List<String> environment, List<String> assigned) {
        private static Command empty() {
            return new Command(0, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    /// Reads a script's commands.
    ///
    /// @throws IllegalArgumentException if it is out of bounds
    static List<Command> read(String text) {
        ShellWords words = new ShellWords(text.replace("\r\n", "\n"));
        words.readAll();
        return words.commands;
    }

    private void readAll() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                at++;
                endCommand();
                skipHereDocuments();
            } else if (c == ' ' || c == '\t') {
                at++;
            } else if (c == '#') {
                skipComment();
            } else if (c == '&' && next(1) == '>') {
                at++;
            } else if (c == ';' || c == '&' || c == '|' || c == '(' || c == ')') {
                at++;
                endCommand();
            } else if (c == '<' || c == '>') {
                redirection();
            } else if (continuation(at) > 0) {
                at = continuation(at);
            } else {
                word();
            }
        }
        endCommand();
    }

    private void endCommand() {
        if (command.line() > 0) {
            commands.add(command);
            String first = command.words().stream()
                    .filter(w -> !LEADING.contains(w))
                    .findFirst()
                    .orElse("");
            branches = Math.max(0, branches + (BRANCHING.contains(first) ? 1 : JOINING.contains(first) ? -1 : 0));
        }
        command = Command.empty();
    }

    private void skipComment() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    /// Behind a backslash and the end of its line; 0 if there is none here.
    private int continuation(int from) {
        if (from >= text.length() || text.charAt(from) != '\\') {
            return 0;
        }
        int end = from + 1;
        while (end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
            end++;
        }
        return end == text.length() || text.charAt(end) == '\n' ? Math.min(end + 1, text.length()) : 0;
    }

    private void redirection() {
        List<String> words = command.words();
        boolean digits = at > 0 && Character.isDigit(text.charAt(at - 1));
        if (digits && !words.isEmpty() && words.getLast().matches("[0-9]")) {
            words.removeLast();
        }
        String operator = text.startsWith("<<<", at) ? "<<<" : text.startsWith("<<", at) ? "<<" : "";
        if (operator.isEmpty() && next(1) == '(') {
            at++;
            skipBalanced();
            return;
        }
        while (at < text.length() && "<>&|-".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        Fields target = new Fields(false);
        fill(target);
        if (operator.equals("<<")) {
            hereDocuments.add(target.joined());
        }
    }

    private void skipHereDocuments() {
        for (String delimiter : hereDocuments) {
            boolean open = true;
            while (open && at < text.length()) {
                int end = text.indexOf('\n', at);
                String line = text.substring(at, end < 0 ? text.length() : end);
                at = end < 0 ? text.length() : end + 1;
                open = !line.strip().equals(delimiter);
            }
        }
        hereDocuments.clear();
    }

    private void word() {
        if (command.line() == 0) {
            command = new Command(line(), command.words(), command.environment(), command.assigned());
        }
        Matcher assignment = ASSIGNMENT.matcher(text).region(at, text.length());
        boolean mayAssign = command.words().isEmpty()
                || DECLARING.contains(command.words().getFirst())
                || LEADING.contains(command.words().getLast());
        if (mayAssign && assignment.lookingAt()) {
            at = assignment.end();
            assign(assignment.group(1), !assignment.group(2).isEmpty());
            return;
        }
        Fields fields = new Fields(true);
        fill(fields);
        fields.all().forEach(this::addWord);
    }

    private void addWord(String word) {
        count();
        command.words().add(word);
    }

    private void count() {
        if (++wordCount > MAX_WORDS) {
            throw new IllegalArgumentException("more than " + MAX_WORDS + " words");
        }
    }

    private void assign(String name, boolean append) {
        if (branches > 0) {
            command.assigned().add(name);
        }
        List<String> before = append ? variables.getOrDefault(name, List.of()) : List.of();
        if (next(0) == '(') {
            at++;
            List<String> elements = new ArrayList<>(before);
            elements.addAll(elements());
            spend(elements.stream().mapToInt(String::length).sum() + elements.size());
            variables.put(name, elements);
            return;
        }
        Fields fields = new Fields(false);
        fill(fields);
        String value = String.join(" ", before) + fields.joined();
        spend(value.length());
        count();
        variables.put(name, List.of(value));
        command.environment().add(name + "=" + value);
    }

    /// The elements of an array, through its closing parenthesis.
    private List<String> elements() {
        List<String> elements = new ArrayList<>();
        while (at < text.length() && text.charAt(at) != ')') {
            char c = text.charAt(at);
            if (c == '#') {
                skipComment();
            } else if (continuation(at) > 0) {
                at = continuation(at);
            } else if (" \t\n;&|<>(".indexOf(c) >= 0) {
                at++;
            } else {
                Fields fields = new Fields(true);
                fill(fields);
                for (String word : fields.all()) {
                    count();
                    elements.add(word);
                }
            }
        }
        at = Math.min(at + 1, text.length());
        return elements;
    }

    /// Reads one word from here, which an unquoted variable may make into several or none.
    private void fill(Fields fields) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (" \t\n;&|<>()".indexOf(c) >= 0) {
                return;
            }
            if (continuation(at) > 0) {
                at = continuation(at);
                if (at == text.length() || text.charAt(at) == '#') {
                    return;
                }
                continue;
            }
            switch (c) {
                case '\\' -> {
                    fields.quoted(text.substring(at + 1, Math.min(at + 2, text.length())));
                    at = Math.min(at + 2, text.length());
                }
                case '\'' -> singleQuoted(fields);
                case '"' -> doubleQuoted(fields);
                case '`' -> fields.quoted(backtick());
                case '$' -> dollar(fields, false);
                default -> {
                    fields.quoted(String.valueOf(c));
                    at++;
                }
            }
        }
    }

    private void singleQuoted(Fields fields) {
        int end = text.indexOf('\'', at + 1);
        if (end < 0) {
            throw new IllegalArgumentException("line " + line() + ": a ' that no other ' closes");
        }
        fields.quoted(text.substring(at + 1, end));
        at = end + 1;
    }

    private void doubleQuoted(Fields fields) {
        int opened = line();
        at++;
        emptyArray = false;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at);
            if (c == '\\' && next(1) == '\n') {
                at += 2;
            } else if (c == '\\' && "$`\"\\".indexOf(next(1)) >= 0) {
                fields.quoted(String.valueOf(next(1)));
                at += 2;
            } else if (c == '`') {
                fields.quoted(backtick());
            } else if (c == '$') {
                dollar(fields, true);
            } else {
                fields.quoted(String.valueOf(c));
                at++;
            }
        }
        if (at == text.length()) {
            throw new IllegalArgumentException("line " + opened + ": a \" that no other \" closes");
        }
        if (!emptyArray) {
            fields.quoted("");
        }
        at++;
    }

    private String backtick() {
        int start = at;
        int end = text.indexOf('`', at + 1);
        at = end < 0 ? text.length() : end + 1;
        return text.substring(start, at);
    }

    private void dollar(Fields fields, boolean quoted) {
        int start = at;
        if (next(1) == '(') {
            at++;
            skipBalanced();
            fields.quoted(text.substring(start, at));
        } else if (next(1) == '{') {
            int end = text.indexOf('}', at);
            at = end < 0 ? text.length() : end + 1;
            braced(fields, quoted, text.substring(start, at));
        } else if (next(1) == '\'' && !quoted) {
            at++;
            singleQuoted(fields);
        } else {
            Matcher name = NAME.matcher(text).region(at + 1, text.length());
            if (name.lookingAt()) {
                at = name.end();
                List<String> value = variables.get(name.group());
                expand(fields, quoted, value == null ? null : value.subList(0, Math.min(1, value.size())), start);
            } else {
                at = Math.min(at + 2, text.length());
                fields.quoted(text.substring(start, at));
            }
        }
    }

    private void braced(Fields fields, boolean quoted, String written) {
        Matcher inside = BRACED.matcher(written.substring(2, Math.max(2, written.length() - 1)));
        if (!inside.matches()) {
            fields.quoted(written);
            return;
        }
        List<String> value = variables.get(Objects.requireNonNull(inside.group(1)));
        String fallback = inside.group(4);
        boolean missing = value == null
                || (":-".equals(inside.group(3)) && String.join("", value).isEmpty());
        if (fallback != null && missing) {
            value = List.of(fallback);
        }
        String index = inside.group(2);
        if (value != null && index == null) {
            value = value.subList(0, Math.min(1, value.size()));
        } else if (value != null && quoted && "[*]".equals(index)) {
            value = List.of(String.join(" ", value));
        }
        expand(fields, quoted, value, at - written.length());
    }

    private void expand(Fields fields, boolean quoted, @Nullable List<String> value, int start) {
        if (value == null) {
            fields.quoted(text.substring(start, at));
            return;
        }
        spend(value.stream().mapToInt(String::length).sum());
        emptyArray |= value.isEmpty();
        if (quoted || !fields.splitting) {
            fields.elements(value);
        } else {
            for (int i = 0; i < value.size(); i++) {
                fields.split((i > 0 ? " " : "") + value.get(i));
            }
        }
    }

    private void spend(int characters) {
        expanded += characters;
        if (expanded > MAX_EXPANDED) {
            throw new IllegalArgumentException("its variables make more than " + MAX_EXPANDED + " characters");
        }
    }

    /// Moves behind the parenthesis that closes the one here.
    private void skipBalanced() {
        int depth = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0) {
                return;
            }
        }
    }

    private char next(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
    }

    private int line() {
        for (; lineCountedTo < at; lineCountedTo++) {
            line += text.charAt(lineCountedTo) == '\n' ? 1 : 0;
        }
        return line;
    }

    /// What one written word becomes.
    private static final class Fields {
        private final boolean splitting;
        private final List<String> done = new ArrayList<>();
        private Optional<StringBuilder> open = Optional.empty();

        Fields(boolean splitting) {
            this.splitting = splitting;
        }

        /// Goes on with the present field.
        void quoted(String part) {
            if (open.isEmpty()) {
                open = Optional.of(new StringBuilder());
            }
            open.get().append(part);
        }

        /// The elements of an array in quotes: the first goes on, the last is gone on with.
        void elements(List<String> elements) {
            for (int i = 0; i < elements.size(); i++) {
                if (i > 0) {
                    close(splitting);
                }
                quoted(elements.get(i));
            }
        }

        /// Text that blanks divide.
        void split(String part) {
            for (int i = 0; i < part.length(); i++) {
                char c = part.charAt(i);
                if (c == ' ' || c == '\t' || c == '\n') {
                    close(true);
                } else {
                    quoted(String.valueOf(c));
                }
            }
        }

        private void close(boolean field) {
            if (!field) {
                quoted(" ");
                return;
            }
            open.ifPresent(o -> done.add(o.toString()));
            open = Optional.empty();
        }

        List<String> all() {
            close(true);
            return done;
        }

        String joined() {
            return all().stream().collect(Collectors.joining(" "));
        }
    }
}
