package dev.nptune.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class JsonSchemaTest {
    private static final String EVERYTHING = """
            {"text": "x", "number": 1, "large": 5000000000, "ratio": 0.5, "sure": true, "maybe": null, "perhaps": null,
             "color": "RED", "list": [1, 2], "set": ["a"], "map": {"k": [true]}, "inner": {"next": {"next": null}},
             "word": "w", "shape": {"radius": 1}, "animal": {"kind": "cat", "lives": 9}}""";

    record Everything(
            String text,
            int number,
            long large,
            double ratio,
            boolean sure,
            @Nullable String maybe,
            Optional<Integer> perhaps,
            Color color,
            List<Integer> list,
            Set<String> set,
            Map<String, List<Boolean>> map,
            Inner inner,
            Word word,
            Shape shape,
            Animal animal) {}

    enum Color {
        RED,
        GREEN
    }

    record Inner(@Nullable Inner next) {}

    record Word(String text) {
        @JsonValue
        @Override
        public String toString() {
            return text;
        }
    }

    sealed interface Shape {
        record Circle(int radius) implements Shape {}

        record Box(int width, int height) implements Shape {}
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Animal.Cat.class, name = "cat"),
        @JsonSubTypes.Type(value = Animal.Fish.class, name = "fish")
    })
    sealed interface Animal {
        record Cat(int lives) implements Animal {}

        record Fish() implements Animal {}
    }

    private static final Schema SCHEMA = compiled(Everything.class);

    private static Schema compiled(Class<? extends Record> type) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(JsonSchema.of(type, "urn:test", Map.of()));
    }

    private static boolean valid(String json) {
        return SCHEMA.validate(Json.tree(json)).isEmpty();
    }

    @Test
    void whatJacksonWritesIsValid() {
        Everything value = new Everything(
                "x",
                1,
                5_000_000_000L,
                0.5,
                true,
                null,
                Optional.empty(),
                Color.GREEN,
                List.of(1),
                Set.of("a"),
                Map.of("k", List.of(true)),
                new Inner(new Inner(null)),
                new Word("w"),
                new Shape.Box(1, 2),
                new Animal.Cat(9));

        assertThat(SCHEMA.validate(Json.tree(Json.compact(value)))).isEmpty();
        assertThat(valid(EVERYTHING)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '!',
            value = {
                "\"x\"|1",
                "\"number\": 1|\"number\": 1.5",
                "\"large\": 5000000000|\"large\": \"5\"",
                "\"sure\": true|\"sure\": 1",
                "\"maybe\": null|\"maybe\": 1",
                "\"maybe\": null, |!!",
                "\"perhaps\": null|\"perhaps\": \"1\"",
                "RED|BLUE",
                "[1, 2]|[1, null]",
                "[\"a\"]|[\"a\", \"a\"]",
                "[true]|true",
                "{\"next\": null}|{\"next\": null, \"more\": 1}",
                "\"word\": \"w\"|\"word\": {\"text\": \"w\"}",
                "{\"radius\": 1}|{\"radius\": 1, \"width\": 1, \"height\": 1}",
                "\"cat\"|\"dog\"",
                "\"cat\"|\"fish\"",
                "\"lives\": 9|\"lives\": 9, \"more\": 0",
                "\"ratio\"|\"other\""
            })
    void aSmallDifferenceIsNotValid(String found, String replacement) {
        String broken = EVERYTHING.replace(found, replacement);

        assertThat(broken).isNotEqualTo(EVERYTHING);
        assertThat(valid(broken)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"maybe\": \"m\"", "\"maybe\": null"})
    void nullableIsEither(String maybe) {
        assertThat(valid(EVERYTHING.replace("\"maybe\": null", maybe))).isTrue();
    }

    @Test
    void aFormHandedInCountsAndIsDefinedOnceForEachArgument() {
        record Pair(Optional<Integer> a, Optional<Integer> b, Optional<String> c) {}

        JsonNode schema = JsonSchema.of(
                Pair.class,
                "urn:pair",
                Map.of(Optional.class, arguments -> arguments.getFirst().put("minimum", 3)));

        assertThat(schema.at("/$defs").propertyNames()).containsExactly("OptionalOfInteger", "OptionalOfString");
        assertThat(schema.at("/properties/a")).isEqualTo(schema.at("/properties/b"));
        assertThat(schema.at("/$defs/OptionalOfInteger/minimum").intValue()).isEqualTo(3);
    }

    @Test
    void whatHasNoFormIsRefused() {
        record Bad(Object anything) {}
        record Keys(Map<Integer, String> numbers) {}

        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonSchema.of(Bad.class, "urn:bad", Map.of()))
                .withMessageContaining("java.lang.Object");
        assertThatIllegalArgumentException().isThrownBy(() -> JsonSchema.of(Keys.class, "urn:bad", Map.of()));
    }
}
