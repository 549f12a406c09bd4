package dev.nptune.host;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/// The JSON form of a [Fact]: `{"value":…,"source":…}`, `{"source":…,"absent":true}` or
/// `{"source":…,"unreadable":"reason"}`.
final class FactJson {
    private FactJson() {}

    /// Writes a fact.
    static final class Writer extends ValueSerializer<Fact<?>> {
        @Override
        public void serialize(Fact<?> fact, JsonGenerator json, SerializationContext context) {
            json.writeStartObject();
            if (fact instanceof Fact.Known<?>(Object value, String _)) {
                json.writeName("value");
                context.writeValue(json, value);
            }
            json.writeStringProperty("source", fact.source());
            switch (fact) {
                case Fact.Known<?> _ -> {}
                case Fact.Absent<?> _ -> json.writeBooleanProperty("absent", true);
                case Fact.Unreadable<?>(String _, String reason) -> json.writeStringProperty("unreadable", reason);
            }
            json.writeEndObject();
        }
    }

    /// Reads a fact of the type that stands where it is used. There is no default: a fact that is missing or null,
    /// or that says none or several of the three, is refused.
    static final class Reader extends ValueDeserializer<Fact<?>> {
        private final @Nullable JavaType valueType;

        Reader() {
            this(null);
        }

        private Reader(@Nullable JavaType valueType) {
            this.valueType = valueType;
        }

        @Override
        public ValueDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
            return new Reader(context.getContextualType().containedTypeOrUnknown(0));
        }

        @Override
        public Fact<?> deserialize(JsonParser json, DeserializationContext context) {
            JsonNode node = context.readTree(json);
            JsonNode source = node.path("source");
            long said =
                    Stream.of("value", "absent", "unreadable").filter(node::has).count();
            if (!source.isString() || said != 1) {
                return refuse(context, "a fact has a source and one of value, absent and unreadable");
            }
            if (node.has("value")) {
                Object value = context.readTreeAsValue(node.get("value"), valueType);
                return value == null
                        ? refuse(context, "a fact's value is not null")
                        : Fact.known(value, source.stringValue());
            }
            if (node.has("absent")) {
                return node.get("absent").equals(context.getNodeFactory().booleanNode(true))
                        ? Fact.absent(source.stringValue())
                        : refuse(context, "a fact's absent is true or left out");
            }
            return node.get("unreadable").isString()
                    ? Fact.unreadable(
                            source.stringValue(), node.get("unreadable").stringValue())
                    : refuse(context, "a fact's unreadable is a reason");
        }

        @Override
        public Object getNullValue(DeserializationContext context) {
            return refuse(context, "a fact is missing");
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return refuse(context, "a fact is missing");
        }

        private Fact<?> refuse(DeserializationContext context, String message) {
            return context.reportInputMismatch(this, message);
        }
    }
}
