package dev.nptune.kernel.relocate;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The names a function uses that are neither called nor members, and whether added lines use others.
final class LocalNames {
    private static final Set<String> WORDS = Set.of(
            "if",
            "else",
            "for",
            "while",
            "do",
            "switch",
            "case",
            "default",
            "break",
            "continue",
            "return",
            "goto",
            "sizeof",
            "struct",
            "enum",
            "union",
            "static",
            "const",
            "unsigned",
            "signed",
            "volatile",
            "int",
            "char",
            "long",
            "short",
            "void",
            "bool",
            "u8",
            "u16",
            "u32",
            "u64",
            "s8",
            "s16",
            "s32",
            "s64",
            "size_t",
            "true",
            "false",
            "fallthrough",
            "jiffies",
            "current",
            "inline",
            "float",
            "double",
            "typeof",
            "likely",
            "unlikely",
            "defined",
            "uintptr_t",
            "gfp_t");

    private final Source file;
    private final Structure structure;
    private final Scope scope;

    LocalNames(Source file, Structure structure, Scope scope) {
        this.file = file;
        this.structure = structure;
        this.scope = scope;
    }

    /// @param removed lines that used to be there: names in them are known
    Optional<String> unknown(List<String> added, List<String> removed) {
        Set<String> known =
                new HashSet<>(Renames.uses(file, scope.begin(), scope.end() + 1).keySet());
        removed.forEach(line -> known.addAll(Tokens.of(line)));
        Set<String> wanted = new HashSet<>();
        boolean comment = false;
        for (String line : added) {
            String code = comment ? "" : code(line);
            comment = comment ? !line.contains("*/") : line.contains("/*") && !line.contains("*/");
            List<String> tokens = Tokens.of(code);
            for (int i = 0; i < tokens.size(); i++) {
                if (isUse(tokens, i)) {
                    wanted.add(tokens.get(i));
                } else if (Tokens.isName(tokens.get(i))) {
                    declared(tokens, i, known);
                }
            }
        }
        return wanted.stream()
                .filter(name -> !known.contains(name) && !isElsewhere(name))
                .sorted()
                .findFirst();
    }

    private static String code(String line) {
        String code = line.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "\"\"").replaceAll("/\\*.*?(?:\\*/|$)", "");
        return code.startsWith("#") ? "" : code;
    }

    /// A name in small letters that is neither called, nor a member, a type, a label or a number.
    private static boolean isUse(List<String> tokens, int i) {
        String token = tokens.get(i);
        char first = token.charAt(0);
        if (!((first >= 'a' && first <= 'z') || first == '_') || WORDS.contains(token)) {
            return false;
        }
        String before = i > 0 ? tokens.get(i - 1) : "";
        String after = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
        boolean member = before.equals(".")
                || (before.equals(">") && i > 1 && tokens.get(i - 2).equals("-"));
        boolean type = Set.of("struct", "enum", "union").contains(before) || (!after.isEmpty() && Tokens.isName(after));
        return !member && !type && !after.equals("(") && !(after.equals(":") && i == 0) && !isDeclared(tokens, i);
    }

    /// `int x`, `struct y *x`
    private static boolean isDeclared(List<String> tokens, int i) {
        int k = i - 1;
        while (k >= 0 && tokens.get(k).equals("*")) {
            k--;
        }
        if (k < 0
                || !Tokens.isName(tokens.get(k))
                || Set.of("return", "goto", "case", "else", "sizeof").contains(tokens.get(k))) {
            return false;
        }
        return k == i - 1 || k == 0 || (k == 1 && Tokens.isName(tokens.getFirst()));
    }

    private static void declared(List<String> tokens, int i, Set<String> known) {
        if (isDeclared(tokens, i) || (i + 1 < tokens.size() && tokens.get(i + 1).equals(":") && i == 0)) {
            known.add(tokens.get(i));
        }
    }

    private boolean inFunction(int line) {
        return structure.at(line).map(Scope::kind).orElse(null) == Scope.Kind.FUNCTION;
    }

    /// A variable of the file.
    private boolean isElsewhere(String name) {
        for (int i = 0; i < file.size(); i++) {
            String text = file.text(i);
            if (Headers.opens(text) && text.contains(name) && Tokens.of(text).contains(name) && !inFunction(i)) {
                return true;
            }
        }
        return false;
    }
}
