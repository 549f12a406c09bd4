package dev.nptune.kernel.relocate;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names in the lines that begin functions, tables, structs, and entries of a Kconfig file.
final class Headers {
    private static final Pattern CALL = Pattern.compile("(\\w+)\\s*\\(\\s*(\\w*)");
    private static final Pattern TABLE =
            Pattern.compile("(\\w+)\\s*(?:\\[[^\\]]*\\]\\s*)*(?:__\\w+\\s*(?:\\(\\(.*?\\)\\)\\s*)?)*=");
    private static final Pattern TYPE = Pattern.compile("\\b(struct|union|enum)\\s+(\\w+)?");
    private static final Pattern ENTRY = Pattern.compile("(?:menu)?config (\\w+)\\s*");
    private static final Pattern LABEL = Pattern.compile("\\w+:(?!:).*");
    private static final Set<String> ATTRIBUTES = Set.of(
            "__attribute__",
            "__printf",
            "__alloc_size",
            "__acquires",
            "__releases",
            "__must_hold",
            "__aligned",
            "__section",
            "__counted_by");

    private Headers() {}

    /// What the text before an opening brace begins.
    record Header(Scope.Kind kind, String name) {}

    /// Whether a line begins in the first column as functions and the like do.
    static boolean opens(String line) {
        return !line.isEmpty() && Tokens.isName(line) && !LABEL.matcher(line).matches();
    }

    /// The label that a line is; empty if it is none.
    static String label(String line) {
        int colon = line.indexOf(':');
        return colon > 0 && LABEL.matcher(line).matches() ? line.substring(0, colon) : "";
    }

    static Optional<String> entry(String line) {
        Matcher matcher = ENTRY.matcher(line);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /// @param text up to the brace, or the line if that is all there is
    static Optional<Header> of(String text) {
        Optional<String> entry = entry(text);
        if (entry.isPresent()) {
            return Optional.of(new Header(Scope.Kind.ENTRY, entry.get()));
        }
        int paren = text.indexOf('(');
        int equal = text.indexOf('=');
        if (equal >= 0 && (paren < 0 || equal < paren || text.indexOf('[') >= 0)) {
            Matcher table = TABLE.matcher(text);
            return table.find() ? Optional.of(new Header(Scope.Kind.TABLE, table.group(1))) : Optional.empty();
        }
        if (paren >= 0) {
            return function(text);
        }
        Matcher type = TYPE.matcher(text);
        if (!type.find() || type.group(2) == null) {
            return Optional.empty();
        }
        return Optional.of(
                new Header(type.group(1).equals("enum") ? Scope.Kind.ENUM : Scope.Kind.STRUCT, type.group(2)));
    }

    private static Optional<Header> function(String text) {
        for (Matcher call = CALL.matcher(text); call.find(); ) {
            String name = call.group(1);
            if (ATTRIBUTES.contains(name)) {
                continue;
            }
            // SYSCALL_DEFINE3(openat, …) and their like
            boolean macro =
                    name.equals(name.toUpperCase(Locale.ROOT)) && !call.group(2).isEmpty();
            return Optional.of(new Header(Scope.Kind.FUNCTION, macro ? call.group(2) : name));
        }
        return Optional.empty();
    }
}
