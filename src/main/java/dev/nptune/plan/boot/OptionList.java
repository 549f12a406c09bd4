package dev.nptune.plan.boot;

import dev.nptune.host.CommandLine;
import dev.nptune.host.CommandLine.Parameter;
import dev.nptune.internal.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The list `user.kernel_options` in kernelstub's configuration, edited in place.
///
/// @param elements its elements in order
/// @param open where the list's bracket stands
/// @param makesEntries whether `user.setup_loader` is true
record OptionList(List<Element> elements, int open, boolean makesEntries) {
    OptionList {
        elements = List.copyOf(elements);
    }

    /// @param from where its opening quote stands
    /// @param to the place behind its closing quote
    record Element(String text, int from, int to) {
        /// Whether all of it goes.
        boolean isDropped(Predicate<Parameter> drops) {
            List<Parameter> all = CommandLine.parse(text).parameters();
            return !all.isEmpty() && all.stream().allMatch(drops);
        }
    }

    /// Reads the configuration.
    ///
    /// @throws tools.jackson.core.JacksonException if it is no JSON
    /// @throws IllegalArgumentException if it has no such list of strings
    static OptionList read(String json) {
        List<Element> elements = new ArrayList<>();
        int open = -1;
        boolean makesEntries = false;
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            List<String> path = new ArrayList<>();
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                int from = (int) parser.currentTokenLocation().getCharOffset();
                switch (token) {
                    case START_OBJECT, START_ARRAY -> {
                        path.add(String.valueOf(parser.currentName()));
                        open = isList(path) && token == JsonToken.START_ARRAY ? from : open;
                    }
                    case END_OBJECT, END_ARRAY -> path.removeLast();
                    case VALUE_STRING -> {
                        if (isList(path)) {
                            String text = parser.getString();
                            elements.add(new Element(text, from, end(json, from)));
                        }
                    }
                    case VALUE_TRUE ->
                        makesEntries |= path.size() == 2
                                && path.getLast().equals("user")
                                && "setup_loader".equals(parser.currentName());
                    default -> {
                        if (isList(path) && token != JsonToken.PROPERTY_NAME) {
                            throw new IllegalArgumentException("no list of strings");
                        }
                    }
                }
            }
        }
        if (open < 0) {
            throw new IllegalArgumentException("no list of strings");
        }
        return new OptionList(elements, open, makesEntries);
    }

    private static boolean isList(List<String> path) {
        return path.size() == 3 && path.get(1).equals("user") && path.get(2).equals("kernel_options");
    }

    private static int end(String json, int from) {
        int at = from + 1;
        while (json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    /// The configuration without elements that are dropped, and with others behind the last one, set apart as they are.
    String edited(String json, ArgumentEdit edit, List<Parameter> add) {
        List<Splice> out = new ArrayList<>();
        int kept = -1;
        for (int i = 0; i < elements.size(); i++) {
            Element element = elements.get(i);
            if (!element.isDropped(edit::drops)) {
                String text =
                        Splice.apply(element.text(), KernelArguments.splices(element.text(), edit::drops, List.of()));
                if (!text.equals(element.text())) {
                    out.add(new Splice(element.from(), element.to(), Json.compact(text)));
                }
                kept = i;
            } else if (kept >= 0) {
                out.add(new Splice(elements.get(i - 1).to(), element.to(), ""));
            } else {
                int to = i + 1 < elements.size() ? elements.get(i + 1).from() : element.to();
                out.add(new Splice(element.from(), to, ""));
            }
        }
        String between = between(json);
        StringBuilder added = new StringBuilder();
        for (Parameter parameter : add) {
            added.append(added.isEmpty() && kept < 0 ? "" : between)
                    .append(Json.compact(KernelArguments.written(parameter)));
        }
        if (!added.isEmpty()) {
            int at = place(kept);
            out.add(new Splice(at, at, added.toString()));
        }
        return Splice.apply(json, out);
    }

    /// Where elements are added: behind the last one that stays.
    private int place(int kept) {
        if (kept >= 0) {
            return elements.get(kept).to();
        }
        return elements.isEmpty() ? open + 1 : elements.getFirst().from();
    }

    private String between(String json) {
        return elements.size() < 2
                ? ", "
                : json.substring(elements.get(0).to(), elements.get(1).from());
    }
}
