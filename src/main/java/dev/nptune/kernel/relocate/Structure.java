package dev.nptune.kernel.relocate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The functions, tables, structs and entries of a file. They do not nest.
final class Structure {
    private final List<Scope> scopes;
    private final boolean c;

    private Structure(List<Scope> scopes, boolean c) {
        this.scopes = scopes;
        this.c = c;
    }

    static Structure of(Source file) {
        List<Scope> entries = entries(file);
        if (!entries.isEmpty()) {
            return new Structure(entries, false);
        }
        List<Scope> scopes = looksLikeC(file) ? new CScanner(file).scopes() : List.of();
        return new Structure(scopes, !scopes.isEmpty());
    }

    private static boolean looksLikeC(Source file) {
        int limit = Math.min(file.size(), 20_000);
        for (int i = 0; i < limit; i++) {
            String text = file.text(i);
            if (text.startsWith("{") || text.startsWith("}") || text.startsWith("#include")) {
                return true;
            }
        }
        return false;
    }

    private static List<Scope> entries(Source file) {
        List<Scope> found = new ArrayList<>();
        String name = "";
        int begin = 0;
        for (int i = 0; i <= file.size(); i++) {
            String text = i < file.size() ? file.text(i) : "x";
            boolean edge = !text.isEmpty() && Tokens.isWordPart(text.charAt(0));
            if (edge && !name.isEmpty()) {
                found.add(new Scope(Scope.Kind.ENTRY, List.of(name), begin, lastText(file, begin, i - 1)));
                name = "";
            }
            Optional<String> entry = i < file.size() ? Headers.entry(text) : Optional.empty();
            if (entry.isPresent()) {
                name = entry.get();
                begin = i;
            }
        }
        return found;
    }

    /// An entry ends with a blank line, which is counted in so that what is added before it is in the entry.
    private static int lastText(Source file, int begin, int from) {
        int last = from;
        while (last > begin && file.squeezed(last).isEmpty()) {
            last--;
        }
        return Math.min(last + 1, from);
    }

    /// Whether functions and the like were found.
    boolean isC() {
        return c;
    }

    List<Scope> named(String name) {
        return scopes.stream().filter(s -> s.names().contains(name)).toList();
    }

    /// Where a line would lie that is added before this one.
    Optional<Scope> before(int line) {
        int low = 0;
        int high = scopes.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (scopes.get(middle).end() < line) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < scopes.size() && scopes.get(low).holdsBefore(line)
                ? Optional.of(scopes.get(low))
                : Optional.empty();
    }

    /// Where a line lies.
    Optional<Scope> at(int line) {
        return before(line).or(() -> before(line + 1));
    }

    /// Whether the last function or the like that begins before a line is the named one.
    boolean follows(String name, int line) {
        return last(line).map(scope -> scope.names().contains(name)).orElse(scopes.isEmpty());
    }

    /// The first that begins after a line; the file's end if none does.
    int nextBegin(int line, int size) {
        return scopes.stream()
                .mapToInt(Scope::begin)
                .filter(begin -> begin > line)
                .findFirst()
                .orElse(size);
    }

    /// The last line of the one that ends before a line; -1 if none does.
    int previousEnd(int line) {
        int end = -1;
        for (Scope scope : scopes) {
            if (scope.end() < line) {
                end = scope.end();
            }
        }
        return end;
    }

    private Optional<Scope> last(int line) {
        Scope last = null;
        for (Scope scope : scopes) {
            if (scope.begin() >= line) {
                break;
            }
            last = scope;
        }
        return Optional.ofNullable(last);
    }

    /// Where a line lies, in words; empty if there is nothing to name.
    String words(int line) {
        Optional<Scope> in = at(line);
        if (in.isPresent()) {
            return "in " + in.get().words();
        }
        return c
                ? "outside of all functions"
                        + last(line).map(scope -> ", after " + scope.words()).orElse("")
                : "";
    }
}
