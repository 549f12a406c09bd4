package dev.nptune.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A kernel command line taken apart as the kernel does it.
///
/// Blanks separate parameters except between double quotes; quotes around a whole parameter or a whole value are no
/// part
/// of it. What follows a lone `--` is for init. Source: `next_arg` in `lib/cmdline.c` and `parse_args`.
///
/// @param parameters what the kernel sees, in order
/// @param init what is handed to init unseen
public record CommandLine(List<Parameter> parameters, List<String> init) {
    public CommandLine {
        parameters = List.copyOf(parameters);
        init = List.copyOf(init);
    }

    /// A parameter.
    ///
    /// @param name as written
    /// @param value what follows the first `=`; empty if there is none
    public record Parameter(String name, Optional<String> value) {
        public Parameter {
            Objects.requireNonNull(name);
            Objects.requireNonNull(value);
        }

        /// Whether the kernel takes this for a parameter of that name, `-` and `_` being the same.
        public boolean is(String other) {
            return name.replace('-', '_').equals(other.replace('-', '_'));
        }

        @Override
        public String toString() {
            return name + value.map(v -> "=" + v).orElse("");
        }
    }

    /// Takes a command line apart. There is no text that is none.
    public static CommandLine parse(String text) {
        List<Parameter> parameters = new ArrayList<>();
        List<String> init = new ArrayList<>();
        boolean ended = false;
        for (String word : words(text)) {
            Parameter parameter = parameter(word);
            if (ended) {
                init.add(word);
            } else if (parameter.name().equals("--") && parameter.value().isEmpty()) {
                ended = true;
            } else {
                parameters.add(parameter);
            }
        }
        return new CommandLine(parameters, init);
    }

    /// All values given for a name, in order; parameters without a value are left out.
    public List<String> values(String name) {
        return parameters.stream()
                .filter(p -> p.is(name))
                .flatMap(p -> p.value().stream())
                .toList();
    }

    /// The value that counts where the last one does, as with most parameters.
    public Optional<String> last(String name) {
        List<String> values = values(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getLast());
    }

    /// Whether a parameter of that name is given, with a value or without.
    public boolean has(String name) {
        return parameters.stream().anyMatch(p -> p.is(name));
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || (!quoted && isBlank(text.charAt(i)))) {
                if (i > start) {
                    words.add(text.substring(start, i));
                }
                start = i + 1;
            } else if (text.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        return words;
    }

    private static Parameter parameter(String word) {
        boolean whole = word.startsWith("\"");
        String bare = whole ? word.substring(1) : word;
        int equals = bare.indexOf('=', 1);
        if (equals < 0) {
            return new Parameter(whole ? withoutLastQuote(bare) : bare, Optional.empty());
        }
        String value = bare.substring(equals + 1);
        if (value.startsWith("\"")) {
            value = withoutLastQuote(value.substring(1));
        } else if (whole) {
            value = withoutLastQuote(value);
        }
        return new Parameter(bare.substring(0, equals), Optional.of(value));
    }

    private static String withoutLastQuote(String text) {
        return text.endsWith("\"") ? text.substring(0, text.length() - 1) : text;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
