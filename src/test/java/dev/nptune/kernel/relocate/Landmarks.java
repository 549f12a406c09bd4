package dev.nptune.kernel.relocate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The functions and tables of a C file in kernel style, for a generator of changes: what it does not recognise
/// it leaves alone. Apart from [Structure] on purpose.
final class Landmarks {
    private static final Pattern LOCAL = Pattern.compile(
            "(?:struct \\w+|unsigned int|unsigned long|int|long|bool|u8|u16|u32|u64|size_t|void) \\**(\\w+)(?=[;,)=\\[]| =)");

    /// @param begin the first line of the header
    /// @param open the line of the opening brace
    /// @param end the line of the closing brace
    record Piece(int begin, int open, int end) {}

    private final List<String> lines;
    private final List<Piece> functions = new ArrayList<>();
    private final List<Piece> tables = new ArrayList<>();

    Landmarks(List<String> lines) {
        this.lines = lines;
        int open = -1;
        boolean table = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (open < 0 && line.equals("{") && i > 0) {
                open = i;
                table = false;
            } else if (open < 0 && line.matches("(static|const|\\}).*= \\{")) {
                open = i;
                table = true;
            } else if (open >= 0 && line.startsWith("}") && !line.endsWith("{")) {
                if (table && line.equals("};")) {
                    tables.add(new Piece(open, open, i));
                } else if (!table && line.equals("}")) {
                    functions.add(new Piece(header(open), open, i));
                }
                open = -1;
            }
        }
    }

    private int header(int open) {
        int i = open - 1;
        while (i > 0
                && (lines.get(i).isEmpty()
                        || (!Character.isLetter(lines.get(i).charAt(0))
                                && !lines.get(i).startsWith("_")))) {
            i--;
        }
        return i;
    }

    List<Piece> functions() {
        return functions;
    }

    List<Piece> tables() {
        return tables;
    }

    /// Parameters and local variables.
    List<String> locals(Piece function) {
        Set<String> found = new LinkedHashSet<>();
        for (int i = function.begin(); i < function.end(); i++) {
            if ((i > function.open() && !lines.get(i).startsWith("\t"))
                    || lines.get(i).contains("for (")) {
                continue;
            }
            for (Matcher matcher = LOCAL.matcher(lines.get(i)); matcher.find(); ) {
                found.add(matcher.group(1));
            }
        }
        return List.copyOf(found);
    }
}
