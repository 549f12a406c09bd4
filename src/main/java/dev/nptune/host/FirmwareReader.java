package dev.nptune.host;

import dev.nptune.host.Virtualization.Descriptor;
import dev.nptune.host.Virtualization.Firmware;
import dev.nptune.internal.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Reads which firmware QEMU can start: up to 128 descriptors of up to 64 KiB, and 256 images.
final class FirmwareReader {
    private static final int MAX_DESCRIPTORS = 128;
    private static final int MAX_DESCRIPTOR = 64 << 10;
    private static final int MAX_IMAGES = 256;
    private static final List<String> DESCRIPTORS = List.of("/etc/qemu/firmware", "/usr/share/qemu/firmware");
    private static final List<String> IMAGES = List.of(
            "/usr/share/OVMF",
            "/usr/share/OVMF/x64",
            "/usr/share/edk2/ovmf",
            "/usr/share/edk2/x64",
            "/usr/share/edk2-ovmf/x64",
            "/usr/share/ovmf",
            "/usr/share/ovmf/x64",
            "/usr/share/qemu");
    private static final Pattern IMAGE =
            Pattern.compile("(?i)(?:OVMF|ovmf-x86_64|edk2-(?:x86_64|i386)).*\\.(?:fd|bin|qcow2|raw)");

    private FirmwareReader() {}

    /// Descriptors in the order of their names, which is that of preference; one in `/etc` hides the vendor's.
    static List<Firmware> descriptors(Tree tree) {
        Map<String, String> files = new TreeMap<>();
        for (String directory : DESCRIPTORS) {
            for (String name : tree.namesOrGap(directory)) {
                if (name.endsWith(".json") && files.size() < MAX_DESCRIPTORS) {
                    files.putIfAbsent(name, directory + "/" + name);
                }
            }
        }
        return files.values().stream()
                .map(file -> new Firmware(file, tree.text(file).map(FirmwareReader::parse)))
                .toList();
    }

    /// Images where distributions put them.
    static List<String> images(Tree tree) {
        return IMAGES.stream()
                .flatMap(directory -> tree.namesOrGap(directory).stream()
                        .filter(name -> IMAGE.matcher(name).matches())
                        .map(name -> directory + "/" + name))
                .limit(MAX_IMAGES)
                .toList();
    }

    /// @throws IllegalArgumentException if it is no descriptor
    static Descriptor parse(String text) {
        if (text.length() > MAX_DESCRIPTOR) {
            throw new IllegalArgumentException("longer than " + MAX_DESCRIPTOR + " characters");
        }
        JsonNode json = Json.tree(text);
        JsonNode mapping = json.path("mapping");
        JsonNode image = mapping.path("executable").path("filename");
        if (!image.isString()) {
            image = mapping.path("filename"); // a BIOS, or OVMF in one piece
        }
        if (!image.isString()) {
            throw new IllegalArgumentException("names no image");
        }
        Map<String, List<String>> targets = new TreeMap<>();
        for (JsonNode target : json.path("targets")) {
            targets.put(target.path("architecture").asString(""), texts(target.path("machines")));
        }
        return new Descriptor(
                json.path("description").asString(""),
                texts(json.path("interface-types")),
                image.stringValue(),
                mapping.path("nvram-template").path("filename").asString(""),
                texts(json.path("features")),
                targets);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array) {
            Stream.of(element)
                    .filter(JsonNode::isString)
                    .map(JsonNode::stringValue)
                    .forEach(texts::add);
        }
        return texts;
    }
}
