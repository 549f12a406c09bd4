package dev.nptune.plan.boot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A value as a program reads it out of a file, with the way back to the file's text.
///
/// @param units the value's characters in order
/// @param empty where something could be inserted between quotes with nothing in them; null if there are none
/// @param end where the value ends in the file
record Decoded(List<Unit> units, @Nullable Unit empty, int end) {
    /// What stands for something that is only known when a program runs: a character that no argument holds.
    static final char COMPUTED = '\uE000';

    Decoded {
        units = List.copyOf(units);
    }

    /// A character of the value.
    ///
    /// @param read the character, or [#COMPUTED]
    /// @param from where it begins in the file
    /// @param to where it ends there
    /// @param quote the quotes around it; 0 for none
    /// @param variable the variable whose value stands here; `""` for a character, and for what
    ///     a program computes
    record Unit(char read, int from, int to, char quote, String variable) {
        static Unit of(char read, int from, int to, char quote) {
            return new Unit(read, from, to, quote, "");
        }

        boolean isComputed() {
            return read == COMPUTED;
        }
    }

    /// How text is written between quotes of a kind, or without quotes for 0.
    interface Writing {
        String write(char quote, String text);
    }

    String text() {
        return units.stream().map(u -> String.valueOf(u.read())).collect(Collectors.joining());
    }

    /// Whether it is written without quotes and without anything that a program reads otherwise.
    boolean isBare() {
        return empty == null
                && units.stream().allMatch(u -> u.quote() == 0 && !u.isComputed() && u.to() - u.from() == 1);
    }

    /// Pieces of the value as pieces of the file.
    List<Splice> inFile(List<Splice> splices, Writing writing) {
        List<Splice> out = new ArrayList<>();
        for (Splice splice :
                splices.stream().sorted(Comparator.comparingInt(Splice::from)).toList()) {
            if (!splice.text().isEmpty()) {
                out.add(insertion(splice.from(), splice.text(), writing));
            }
            units.subList(splice.from(), splice.to()).forEach(u -> out.add(new Splice(u.from(), u.to(), "")));
        }
        return out;
    }

    private Splice insertion(int at, String text, Writing writing) {
        Unit before = at > 0 ? units.get(at - 1) : null;
        Unit behind = at < units.size() ? units.get(at) : null;
        if (before != null && (before.quote() != 0 || behind == null || behind.quote() == 0)) {
            return new Splice(before.to(), before.to(), writing.write(before.quote(), text));
        }
        if (behind != null) {
            return new Splice(behind.from(), behind.from(), writing.write(behind.quote(), text));
        }
        if (empty != null) {
            return new Splice(empty.from(), empty.from(), writing.write(empty.quote(), text));
        }
        return new Splice(end, end, writing.write('\0', text));
    }
}
