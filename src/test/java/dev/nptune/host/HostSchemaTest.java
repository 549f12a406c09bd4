package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.nptune.Golden;
import dev.nptune.internal.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The published schema and what the program writes, held against each other by a validator of somebody else.
class HostSchemaTest {
    @SuppressWarnings("UnusedVariable") // read by name
    private static final List<String> NAMES = Machines.NAMES;

    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Json.tree(HostSchema.text()));

    @Test
    void isThePublishedOne() {
        Golden.check(Path.of("docs/schema/host.schema.json"), HostSchema.text());
    }

    @Test
    void isItselfValid() {
        Schema draft = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(draft.validate(Json.tree(HostSchema.text()))).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void everyMachineIsValid(String name) {
        assertThat(errors(json(name))).isEmpty();
    }

    @Test
    void aMachineOfWhichNothingIsKnownIsValid(@TempDir Path empty) {
        Host host = HostReader.read(
                new MachineSource(empty, Coverage.UNSTATED, Commands.unavailable("nobody can be asked")));

        assertThat(errors(Json.tree(Json.compact(host)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/cpu/vendor/source",
                "/cpu/vendor/value",
                "/cpu/logical/3/l3Id",
                "/memory/hugePages/0/pageBytes",
                "/pci/0/address",
                "/gaps",
                "/schemaVersion"
            })
    void aMissingPartIsNotValid(String pointer) {
        JsonNode json = json(Machines.RYZEN_1700);
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) json.at(pointer.substring(0, slash))).remove(pointer.substring(slash + 1));

        assertThat(errors(json)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/cpu", "/cpu/vendor", "/cpu/logical/0", "/kernel/modules/0", "/pci/5"})
    void anUnknownPartIsNotValid(String pointer) {
        JsonNode json = json(Machines.RYZEN_1700);
        ((ObjectNode) json.at(pointer)).put("surprise", 1);

        assertThat(errors(json)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/schemaVersion 2",
                "/cpu/family {\"source\":\"x\",\"value\":\"23\"}",
                "/cpu/family {\"source\":\"x\",\"value\":null}",
                "/cpu/family {\"source\":\"x\",\"absent\":false}",
                "/cpu/family {\"source\":\"x\",\"absent\":true,\"value\":23}",
                "/cpu/family {\"source\":\"x\",\"unreadable\":true}",
                "/cpu/family null",
                "/cpu/online {\"source\":\"x\",\"value\":\"0-\"}",
                "/cpu/online {\"source\":\"x\",\"value\":[0,1]}",
                "/cpu/flags {\"source\":\"x\",\"value\":[\"svm\",\"svm\"]}",
                "/pci/0 {\"address\":\"0000:00:00.0\"}"
            })
    void aWrongValueIsNotValid(String change) {
        JsonNode json = json(Machines.RYZEN_1700);
        String pointer = change.substring(0, change.indexOf(' '));
        int slash = pointer.lastIndexOf('/');
        JsonNode value = parse(change.substring(change.indexOf(' ') + 1));
        switch (json.at(pointer.substring(0, slash))) {
            case ObjectNode object -> object.set(pointer.substring(slash + 1), value);
            case ArrayNode array -> array.set(Integer.parseInt(pointer.substring(slash + 1)), value);
            default -> throw new AssertionError(pointer);
        }

        assertThat(errors(json)).isNotEmpty();
    }

    @Test
    void factsOfEveryKindAreValid() {
        JsonNode json = json(Machines.RYZEN_1700);
        List<Object> errors = new ArrayList<>();
        for (String fact : List.of(
                "{\"source\":\"x\",\"value\":\"0-3,8\"}",
                "{\"source\":\"x\",\"value\":\"\"}",
                "{\"source\":\"x\",\"absent\":true}",
                "{\"source\":\"x\",\"unreadable\":\"permission denied\"}")) {
            ((ObjectNode) json.at("/cpu")).set("online", parse(fact));
            errors.addAll(errors(json));
        }

        assertThat(errors).isEmpty();
    }

    private static JsonNode parse(String text) {
        return Json.tree("[" + text + "]").get(0);
    }

    private static JsonNode json(String name) {
        return Json.tree(Json.compact(Machines.host(name)));
    }

    private static List<?> errors(JsonNode json) {
        return SCHEMA.validate(json);
    }
}
