package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nptune.internal.json.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class HostJsonTest {
    @TempDir
    Path root = Path.of("");

    private Host host() {
        TestTree tree = new TestTree(root).ryzen();
        tree.file("/sys/devices/system/cpu/isolated", "nonsense");
        tree.directory("/sys/bus/pci/devices/nonsense");
        return HostReader.read(root);
    }

    @Test
    void factsSayTheirValueOrWhyNot() {
        JsonNode json = Json.tree(Json.pretty(host()));

        assertThat(json.at("/cpu/vendor"))
                .isEqualTo(Json.tree("{\"value\":\"AuthenticAMD\",\"source\":\"/proc/cpuinfo\"}"));
        assertThat(json.at("/pci/0/bootVga")).isEqualTo(Json.tree("""
                        {"source": "/sys/bus/pci/devices/0000:00:01.0/boot_vga", "absent": true}"""));
        assertThat(json.at("/cpu/isolated")).isEqualTo(Json.tree("""
                        {"source": "/sys/devices/system/cpu/isolated", "unreadable": "not a CPU list: 'nonsense'"}"""));
        assertThat(json.at("/cpu/online/value").stringValue()).isEqualTo("0-3");
        assertThat(json.at("/pci/1").propertyNames())
                .containsExactly(
                        "address",
                        "classCode",
                        "vendorId",
                        "deviceId",
                        "driver",
                        "iommuGroup",
                        "numaNode",
                        "bootVga",
                        "identity",
                        "parent",
                        "link",
                        "resources",
                        "state",
                        "config",
                        "connectors");
        assertThat(json.at("/schemaVersion").intValue()).isEqualTo(1);
    }

    @Test
    void readingItBackGivesAnEqualHost() {
        Host host = host();

        assertThat(Json.read(Json.pretty(host), Host.class)).isEqualTo(host);
        assertThat(Json.read(Json.compact(host), Host.class)).isEqualTo(host);
        assertThat(host.gaps()).hasSize(1);
    }

    @Test
    void readBackValuesHaveTheirTypes() {
        Host host = Json.read(Json.compact(host()), Host.class);

        assertThat(host.memory().total().get().orElseThrow()).isExactlyInstanceOf(Long.class);
        assertThat(host.cpu().online().get().orElseThrow()).isExactlyInstanceOf(CpuSet.class);
        assertThat(host.cpu().flags().get().orElseThrow()).contains("svm");
        assertThat(host.kernel().module("kvm_amd").orElseThrow().parameters().keySet())
                .containsExactly("avic", "npt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "7",
                "[]",
                "{}",
                "{\"value\":\"x\"}",
                "{\"source\":\"/x\"}",
                "{\"source\":7,\"value\":\"x\"}",
                "{\"source\":\"/x\",\"value\":null}",
                "{\"source\":\"/x\",\"absent\":false}",
                "{\"source\":\"/x\",\"unreadable\":true}",
                "{\"source\":\"/x\",\"value\":\"x\",\"absent\":true}",
                "{\"source\":\"/x\",\"value\":{\"a\":1}}"
            })
    void aFactThatSaysNothingClearIsRefused(String fact) {
        String good = "{\"qemu\":{\"value\":\"9.2\",\"source\":\"q\"},\"libvirt\":";
        assertThat(Json.read(good + "{\"source\":\"v\",\"absent\":true}}", Tools.class)
                        .libvirt())
                .isEqualTo(Fact.absent("v"));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.read(good + fact + "}", Tools.class));
    }

    @Test
    void missingPartsAreRefused() {
        String text = Json.compact(host());
        assertThatIllegalArgumentException().isThrownBy(() -> Json.read("{\"schemaVersion\":1}", Host.class));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.read(text.replace("\"bootVga\"", "\"other\""), Host.class))
                .withMessageContaining("a fact is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.read(text.replace("\"schemaVersion\":1", "\"schemaVersion\":2"), Host.class))
                .withMessageContaining("schema version 2");
    }
}
