package dev.nptune.host;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.json.JsonSchema;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The published schema of a host's JSON form, for programs that read what `nptune scan --json` writes.
public final class HostSchema {
    private static final String RANGE = "[0-9]{1,4}(-[0-9]{1,4})?";

    private HostSchema() {}

    /// A JSON Schema (draft 2020-12), drawn from the records.
    public static String text() {
        ObjectNode schema = JsonSchema.of(
                Host.class,
                "urn:nptune:schema:host:" + Host.SCHEMA_VERSION,
                Map.of(
                        Fact.class, HostSchema::fact,
                        CpuSet.class, _ -> text("^(" + RANGE + "(," + RANGE + ")*)?$"),
                        PciAddress.class, _ -> text("^[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]$")));
        schema.withObject("/properties").putObject("schemaVersion").put("const", Host.SCHEMA_VERSION);
        return Json.pretty(schema) + "\n";
    }

    /// As [FactJson] writes it.
    private static ObjectNode fact(List<ObjectNode> value) {
        ObjectNode fact = JsonNodeFactory.instance.objectNode();
        fact.putArray("oneOf")
                .add(said("value", value.getFirst()))
                .add(said("absent", JsonNodeFactory.instance.objectNode().put("const", true)))
                .add(said("unreadable", JsonNodeFactory.instance.objectNode().put("type", "string")));
        return fact;
    }

    private static ObjectNode said(String what, ObjectNode schema) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("type", "object");
        ObjectNode properties = object.putObject("properties");
        properties.putObject("source").put("type", "string");
        properties.set(what, schema);
        object.putArray("required").add("source").add(what);
        object.put("additionalProperties", false);
        return object;
    }

    private static ObjectNode text(String pattern) {
        return JsonNodeFactory.instance.objectNode().put("type", "string").put("pattern", pattern);
    }
}
