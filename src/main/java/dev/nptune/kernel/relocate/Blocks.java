package dev.nptune.kernel.relocate;

import java.util.List;
import java.util.regex.Pattern;

/// What kind of lines a few lines are, as far as that decides whether their order matters.
final class Blocks {
    private static final Pattern DECLARATION = Pattern.compile(
            "(?:(?:static|const|unsigned|signed|volatile|register|struct \\w+|enum \\w+|union \\w+) )*(?:\\w+ )?[\\s*]*\\w+(?:\\[[^\\]]*\\])?(?: = [^;]*)?(?:, \\**\\w+(?: = [^;,]*)?)*;(?: /\\*.*\\*/)?");
    private static final Pattern LABEL = Pattern.compile("(?:case\\b.*|default ?):(?: /\\*.*\\*/)?");
    private static final Pattern LEAVES =
            Pattern.compile("(?:break|continue|fallthrough|return\\b[^;]*|goto \\w+);(?: /\\*.*\\*/)?");
    private static final Pattern NOT_A_TYPE =
            Pattern.compile("(?:return|goto|else|case|break|continue|do|if|while|for)\\b.*");

    private Blocks() {}

    static boolean allBlank(List<String> lines) {
        return lines.stream().allMatch(String::isEmpty);
    }

    /// Comments and blanks.
    static boolean isComment(List<String> lines) {
        boolean open = false;
        for (String line : lines) {
            if (open) {
                open = !line.contains("*/");
                if (!open && !line.endsWith("*/")) {
                    return false;
                }
            } else if (line.startsWith("/*")) {
                int close = line.indexOf("*/", 2);
                if (close >= 0 && close != line.length() - 2) {
                    return false;
                }
                open = close < 0;
            } else if (!line.isEmpty() && !line.startsWith("//")) {
                return false;
            }
        }
        return !open;
    }

    static boolean startsWithComment(List<String> lines) {
        return !lines.isEmpty() && lines.getFirst().startsWith("/*");
    }

    /// Every brace, parenthesis, comment and condition that is opened is closed, and none else.
    static boolean isBalanced(List<String> lines) {
        int braces = 0;
        int conditions = 0;
        boolean comment = false;
        for (String line : lines) {
            if (!comment && line.startsWith("#")) {
                String word = line.substring(1).strip();
                conditions += word.startsWith("if") ? 1 : word.startsWith("endif") ? -1 : 0;
                if (conditions < 0 || (conditions == 0 && word.startsWith("el"))) {
                    return false;
                }
                continue;
            }
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if (comment) {
                    comment = !line.startsWith("*/", i);
                } else if (line.startsWith("/*", i)) {
                    comment = true;
                    i++;
                } else if (c == '"' || c == '\'') {
                    i = endOfString(line, i);
                } else {
                    braces += c == '{' || c == '(' ? 1 : c == '}' || c == ')' ? -1 : 0;
                    if (braces < 0) {
                        return false;
                    }
                }
            }
        }
        return braces == 0 && conditions == 0 && !comment;
    }

    private static int endOfString(String line, int from) {
        char quote = line.charAt(from);
        for (int i = from + 1; i < line.length(); i++) {
            if (line.charAt(i) == '\\') {
                i++;
            } else if (line.charAt(i) == quote) {
                return i;
            }
        }
        return line.length();
    }

    /// Whole entries of a table, struct or enum: the last line of code ends with a comma, or a semicolon in a
    /// struct.
    static boolean areMembers(List<String> lines) {
        String last = lastCode(lines);
        return isBalanced(lines)
                && (last.endsWith(",")
                        || (last.endsWith(";") && !LEAVES.matcher(last).matches()));
    }

    /// Whole declarations, macros and functions of the outermost level.
    static boolean areTopLevel(List<String> lines) {
        String last = lastCode(lines);
        String first = firstCode(lines);
        return isBalanced(lines)
                && (last.endsWith(";") || last.startsWith("}") || last.startsWith("#") || last.endsWith(")"))
                && !first.startsWith("{")
                && !first.startsWith("}");
    }

    static boolean areDeclarations(List<String> lines) {
        return !lines.isEmpty() && lines.stream().allMatch(Blocks::isDeclaration);
    }

    static boolean isDeclaration(String line) {
        return line.contains(" ")
                && DECLARATION.matcher(line).matches()
                && !NOT_A_TYPE.matcher(line).matches();
    }

    static boolean areLabels(List<String> lines) {
        return !lines.isEmpty()
                && lines.stream().allMatch(line -> LABEL.matcher(line).matches());
    }

    /// One or more whole cases, each of which ends by leaving.
    static boolean areCases(List<String> lines) {
        String last = lastCode(lines);
        return isBalanced(lines)
                && !lines.isEmpty()
                && LABEL.matcher(firstCode(lines)).matches()
                && LEAVES.matcher(last).matches()
                && !last.startsWith("fallthrough");
    }

    /// Whether what follows this line is not reached from it.
    static boolean leaves(String line) {
        return LEAVES.matcher(line).matches() && !line.startsWith("fallthrough");
    }

    static boolean isLabel(String line) {
        return LABEL.matcher(line).matches();
    }

    private static String lastCode(List<String> lines) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            String code = withoutComment(lines.get(i));
            if (!code.isEmpty()) {
                return code;
            }
        }
        return "";
    }

    private static String firstCode(List<String> lines) {
        return lines.stream()
                .map(Blocks::withoutComment)
                .filter(code -> !code.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String withoutComment(String line) {
        if (line.startsWith("*")) {
            return "";
        }
        int comment = line.indexOf("/*");
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }
}
