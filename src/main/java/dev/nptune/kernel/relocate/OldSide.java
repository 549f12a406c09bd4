package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkLine;
import dev.nptune.kernel.diff.HunkLine.Kind;
import dev.nptune.kernel.diff.TextLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The old side of a hunk, and in which pieces of the file its lines lie as far as the hunk tells.
///
/// @param lines context and removed lines
/// @param removed which of them are removed
/// @param owners before each line and after the last: what an added line there would lie in
record OldSide(List<TextLine> lines, List<Boolean> removed, List<Owner> owners) {
    /// What the patch says about where a line lies.
    sealed interface Owner {
        /// In a function, a table or the like.
        ///
        /// @param certain false if only the heading tells: the lines may as well follow it
        record In(String name, boolean certain) implements Owner {}

        /// In none.
        ///
        /// @param after the function or the like before it; empty if it does not say
        record Top(String after) implements Owner {}

        /// After a label of a function.
        record Labelled(String label) implements Owner {}

        /// It does not say.
        record Unknown() implements Owner {}
    }

    OldSide {
        lines = List.copyOf(lines);
        removed = List.copyOf(removed);
        owners = List.copyOf(owners);
    }

    int size() {
        return lines.size();
    }

    String squeezed(int i) {
        return Source.squeeze(lines.get(i).text());
    }

    static OldSide of(Hunk hunk) {
        List<TextLine> lines = new ArrayList<>();
        List<Boolean> removed = new ArrayList<>();
        List<Owner> owners = new ArrayList<>();
        Owner owner = after(hunk.section(), new Owner.Unknown(), false);
        owners.add(owner);
        for (HunkLine line : hunk.lines()) {
            if (line.kind() != Kind.ADDED) {
                lines.add(line.line());
                removed.add(line.kind() == Kind.REMOVED);
                owner = after(line.text(), owner, true);
                owners.add(owner);
            }
        }
        return new OldSide(lines, removed, owners);
    }

    /// Where the line after this one lies. Functions and tables begin with a name in the first column, and end
    /// with a brace there.
    private static Owner after(String line, Owner before, boolean certain) {
        if (line.startsWith("}")) {
            Optional<Headers.Header> table = line.endsWith("{") ? Headers.of(line) : Optional.empty();
            return table.isPresent() ? new Owner.In(table.get().name(), true) : new Owner.Top(name(before));
        }
        if (!Headers.opens(line)) {
            String label = Headers.label(line);
            return !certain && !label.isEmpty() ? new Owner.Labelled(label) : before;
        }
        String code = withoutComment(line);
        if (code.endsWith(";")) {
            return new Owner.Top(before instanceof Owner.Top top ? top.after() : "");
        }
        return Headers.of(code)
                .filter(header -> !isMacro(code))
                .<Owner>map(header -> new Owner.In(header.name(), certain))
                .orElseGet(Owner.Unknown::new);
    }

    private static String name(Owner owner) {
        return switch (owner) {
            case Owner.In in -> in.name();
            case Owner.Top top -> top.after();
            case Owner.Unknown _ -> "";
            case Owner.Labelled _ -> "";
        };
    }

    /// DECLARE_SOMETHING(…, over several lines
    private static boolean isMacro(String code) {
        int paren = code.indexOf('(');
        return paren > 0
                && code.substring(0, paren)
                        .chars()
                        .allMatch(c -> c == '_' || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
                && !code.contains("SYSCALL_DEFINE");
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf("/*");
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }
}
