package dev.nptune.internal.json;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// JSON in and out, with the bounds that files from strangers need.
public final class Json {
    /// The deepest nesting read.
    public static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxDocumentLength(256L << 20)
                            .build())
                    .build())
            .build();

    private Json() {}

    /// One line.
    public static String compact(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /// For people.
    public static String pretty(Object value) {
        return MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    }

    /// Reads a value.
    ///
    /// @throws IllegalArgumentException if the text is no JSON of that type, naming line and column
    public static <T> T read(String text, Class<T> type) {
        try {
            T value = MAPPER.readValue(text, type);
            if (value == null) {
                throw new IllegalArgumentException("JSON null where " + type.getSimpleName() + " was expected");
            }
            return value;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "not a valid " + type.getSimpleName() + ": " + e.getOriginalMessage()
                            + (e.getLocation() == null
                                    ? ""
                                    : " (line " + e.getLocation().getLineNr() + ")"),
                    e);
        }
    }

    /// Reads a tree.
    ///
    /// @throws IllegalArgumentException if the text is no JSON
    public static JsonNode tree(String text) {
        return read(text, JsonNode.class);
    }
}
