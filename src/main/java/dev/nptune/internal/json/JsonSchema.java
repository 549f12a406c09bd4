package dev.nptune.internal.json;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Draws a JSON Schema (draft 2020-12) of records from the records themselves, so that the two cannot drift apart.
///
/// Every component of a record is required and nothing else is allowed. Types of the program come out once each, under
/// `$defs`. What is understood: text, numbers, truth values, enums, `Optional` and `@Nullable` (null allowed),
/// collections, maps with text for keys, records, types with a `@JsonValue`, sealed interfaces (one of their records;
/// with `@JsonTypeInfo` each says its name), and types whose form was handed in.
public final class JsonSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// The JSON form of a type that has a serializer of its own.
    @FunctionalInterface
    public interface Form {
        /// Draws the schema.
        ///
        /// @param arguments schemas of the type's arguments: for `Fact<Integer>` that of the integer
        ObjectNode of(List<ObjectNode> arguments);
    }

    private final Map<Class<?>, Form> forms;
    private final Map<String, Class<?>> named = new TreeMap<>();
    private final Map<String, ObjectNode> definitions = new TreeMap<>();

    private JsonSchema(Map<Class<?>, Form> forms) {
        this.forms = forms;
    }

    /// The schema of a record.
    ///
    /// @param id `$id` of the schema, a URI
    /// @param forms types that have a serializer of their own
    /// @throws IllegalArgumentException if a component's type is none of those understood
    public static ObjectNode of(Class<? extends Record> type, String id, Map<Class<?>, Form> forms) {
        JsonSchema schema = new JsonSchema(Map.copyOf(forms));
        ObjectNode root = JSON.objectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("$id", id);
        root.put("title", type.getSimpleName());
        root.setAll(schema.object(type));
        ObjectNode definitions = root.putObject("$defs");
        schema.definitions.forEach(definitions::set);
        return root;
    }

    private ObjectNode object(Class<?> type) {
        ObjectNode object = JSON.objectNode();
        object.put("type", "object");
        ObjectNode properties = object.putObject("properties");
        ArrayNode required = object.putArray("required");
        for (RecordComponent component : type.getRecordComponents()) {
            ObjectNode schema = of(component.getGenericType());
            properties.set(component.getName(), isNullable(component.getAnnotatedType()) ? orNull(schema) : schema);
            required.add(component.getName());
        }
        object.put("additionalProperties", false);
        return object;
    }

    private static boolean isNullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    private ObjectNode of(Type type) {
        return switch (type) {
            case Class<?> plain -> plain(plain);
            case ParameterizedType generic
            when generic.getRawType() instanceof Class<?> raw ->
                generic(raw, Arrays.asList(generic.getActualTypeArguments()));
            default -> throw new IllegalArgumentException("no JSON form of " + type.getTypeName());
        };
    }

    private ObjectNode generic(Class<?> raw, List<Type> arguments) {
        Form form = forms.get(raw);
        if (form != null) {
            return given(form, raw, arguments);
        }
        if (raw == Optional.class) {
            return orNull(of(arguments.getFirst()));
        }
        if (Collection.class.isAssignableFrom(raw)) {
            ObjectNode array = simple("array");
            array.set("items", of(arguments.getFirst()));
            return Set.class.isAssignableFrom(raw) ? array.put("uniqueItems", true) : array;
        }
        if (Map.class.isAssignableFrom(raw) && arguments.getFirst() == String.class) {
            ObjectNode object = simple("object");
            object.set("additionalProperties", of(arguments.getLast()));
            return object;
        }
        throw new IllegalArgumentException("no JSON form of " + raw.getTypeName() + " of " + arguments);
    }

    private ObjectNode plain(Class<?> type) {
        if (type == String.class) {
            return simple("string");
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return simple("integer");
        }
        if (type == double.class || type == Double.class) {
            return simple("number");
        }
        if (type == boolean.class || type == Boolean.class) {
            return simple("boolean");
        }
        Form form = forms.get(type);
        if (form != null) {
            return given(form, type, List.of());
        }
        Optional<Method> value = Arrays.stream(type.getMethods())
                .filter(m -> m.isAnnotationPresent(JsonValue.class))
                .findFirst();
        if (value.isPresent()) {
            return of(value.get().getGenericReturnType());
        }
        return define(type);
    }

    private static ObjectNode simple(String type) {
        return JSON.objectNode().put("type", type);
    }

    private static ObjectNode orNull(ObjectNode schema) {
        ObjectNode either = JSON.objectNode();
        either.putArray("anyOf").add(schema).add(simple("null"));
        return either;
    }

    /// A type with a form of its own has one definition for each list of arguments.
    private ObjectNode given(Form form, Class<?> type, List<Type> arguments) {
        String name = claim(name(type, arguments), type);
        if (!definitions.containsKey(name)) {
            definitions.put(name, form.of(arguments.stream().map(this::of).toList()));
        }
        return reference(name);
    }

    private static String name(Type type) {
        return switch (type) {
            case Class<?> plain ->
                plain.getName().substring(plain.getPackageName().length() + 1).replace('$', '.');
            case ParameterizedType generic
            when generic.getRawType() instanceof Class<?> raw ->
                name(raw, Arrays.asList(generic.getActualTypeArguments()));
            default -> throw new IllegalArgumentException("no JSON form of " + type.getTypeName());
        };
    }

    private static String name(Class<?> type, List<Type> arguments) {
        return name(type)
                + (arguments.isEmpty()
                        ? ""
                        : arguments.stream().map(JsonSchema::name).collect(Collectors.joining("And", "Of", "")));
    }

    private ObjectNode define(Class<?> type) {
        String name = claim(name(type), type);
        if (!definitions.containsKey(name)) {
            definitions.put(name, JSON.objectNode()); // taken, for a record that holds itself
            definitions.put(name, definition(type));
        }
        return reference(name);
    }

    private ObjectNode definition(Class<?> type) {
        if (type.isEnum()) {
            ObjectNode schema = JSON.objectNode();
            ArrayNode constants = schema.putArray("enum");
            for (Object constant : type.getEnumConstants()) {
                constants.add(((Enum<?>) constant).name());
            }
            return schema;
        }
        if (type.isRecord()) {
            return object(type);
        }
        if (type.isSealed()) {
            return oneOf(type);
        }
        throw new IllegalArgumentException("no JSON form of " + type.getTypeName());
    }

    private ObjectNode oneOf(Class<?> sealed) {
        ObjectNode schema = JSON.objectNode();
        ArrayNode alternatives = schema.putArray("oneOf");
        JsonTypeInfo info = sealed.getAnnotation(JsonTypeInfo.class);
        for (Class<?> alternative : sealed.getPermittedSubclasses()) {
            alternatives.add(
                    info == null ? of(alternative) : tagged(alternative, info.property(), tag(sealed, alternative)));
        }
        return schema;
    }

    /// The name an alternative says in its JSON.
    private static String tag(Class<?> sealed, Class<?> alternative) {
        JsonSubTypes types = sealed.getAnnotation(JsonSubTypes.class);
        return Arrays.stream(types == null ? new JsonSubTypes.Type[0] : types.value())
                .filter(t -> t.value() == alternative)
                .map(JsonSubTypes.Type::name)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no name for the JSON of " + alternative.getTypeName()));
    }

    private ObjectNode tagged(Class<?> alternative, String property, String tag) {
        String name = claim(name(alternative), alternative);
        ObjectNode object = object(alternative);
        if (object.get("properties") instanceof ObjectNode properties
                && object.get("required") instanceof ArrayNode required) {
            properties.putObject(property).put("const", tag);
            required.insert(0, property);
        }
        definitions.put(name, object);
        return reference(name);
    }

    /// @throws IllegalArgumentException if another type has that name
    private String claim(String name, Class<?> type) {
        Class<?> other = named.putIfAbsent(name, type);
        if (other != null && other != type) {
            throw new IllegalArgumentException("two types of one name: " + other.getName() + " and " + type.getName());
        }
        return name;
    }

    private static ObjectNode reference(String name) {
        return JSON.objectNode().put("$ref", "#/$defs/" + name);
    }
}
