package dev.nptune.vm;

import dev.nptune.internal.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The settings within one QEMU argument: `e1000,netdev=n0,mac=…`, or the same as JSON, whose nesting becomes dots.
///
/// A comma in a value is written twice. The first setting may leave its name out; other bare names mean `on`, and those
/// that begin with `no` mean `off`.
///
/// Bounds: [#MAX] settings, and JSON's own depth ([Json#MAX_DEPTH]).
///
/// @param all them in order; a name may come again, and then the last one counts
record QemuSettings(List<Setting> all) {
    /// The most settings of one argument.
    static final int MAX = 1024;

    /// A name and its value.
    record Setting(String name, String value) {}

    QemuSettings {
        all = List.copyOf(all);
    }

    /// @param first the name that the first setting may leave out; empty if it may not
    static QemuSettings parse(String argument, String first) {
        List<Setting> settings = new ArrayList<>();
        if (argument.startsWith("{")) {
            flatten("", Json.tree(argument), settings);
            return new QemuSettings(settings);
        }
        for (String part : split(argument)) {
            int equals = part.indexOf('=');
            if (equals >= 0) {
                add(settings, part.substring(0, equals), part.substring(equals + 1));
            } else if (settings.isEmpty() && !first.isEmpty()) {
                add(settings, first, part);
            } else if (!part.isEmpty()) {
                boolean off = part.startsWith("no") && part.length() > 2 && !part.startsWith("node");
                add(settings, off ? part.substring(2) : part, off ? "off" : "on");
            }
        }
        return new QemuSettings(settings);
    }

    /// Cuts at commas, of which two in a row are one of the text.
    static List<String> split(String argument) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < argument.length(); i++) {
            char c = argument.charAt(i);
            if (c != ',') {
                part.append(c);
            } else if (i + 1 < argument.length() && argument.charAt(i + 1) == ',') {
                part.append(c);
                i++;
            } else {
                parts.add(part.toString());
                part.setLength(0);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    private static void flatten(String name, JsonNode node, List<Setting> settings) {
        String prefix = name.isEmpty() ? "" : name + ".";
        if (node.isObject()) {
            node.properties().forEach(e -> flatten(prefix + e.getKey(), e.getValue(), settings));
        } else if (node.isArray()) {
            int index = 0;
            for (JsonNode element : node) {
                flatten(prefix + index++, element, settings);
            }
        } else {
            add(settings, name, node.isBoolean() ? node.booleanValue() ? "on" : "off" : node.asString());
        }
    }

    private static void add(List<Setting> settings, String name, String value) {
        if (settings.size() == MAX) {
            throw new IllegalArgumentException("more than " + MAX + " settings in one argument");
        }
        settings.add(new Setting(name.replace('_', '-'), value));
    }

    /// Those of several arguments, where QEMU puts them together (`-machine`, `-smp`).
    static QemuSettings merged(Collection<QemuSettings> parts) {
        return new QemuSettings(parts.stream().flatMap(p -> p.all.stream()).toList());
    }

    /// The last value of a name; underscores are written as hyphens.
    Optional<String> get(String name) {
        return all.stream()
                .filter(s -> s.name().equals(name))
                .reduce((_, last) -> last)
                .map(Setting::value);
    }

    /// The last value of a name, or a default.
    String get(String name, String otherwise) {
        return get(name).orElse(otherwise);
    }

    /// All values of a name, and of its numbered places in a JSON list (`host-nodes.0`).
    List<String> every(String name) {
        return all.stream()
                .filter(s -> s.name().equals(name) || s.name().matches("\\Q" + name + "\\E\\.[0-9]{1,5}"))
                .map(Setting::value)
                .toList();
    }

    boolean has(String name, String value) {
        return get(name).filter(value::equals).isPresent();
    }

    /// Whether a switch is on.
    boolean on(String name) {
        return get(name).filter(QemuSettings::isOn).isPresent();
    }

    /// Whether a switch is off, and not only left out.
    boolean off(String name) {
        return get(name).filter(QemuSettings::isOff).isPresent();
    }

    static boolean isOn(String value) {
        return Stream.of("on", "yes", "true", "y").anyMatch(value::equals);
    }

    static boolean isOff(String value) {
        return Stream.of("off", "no", "false", "n").anyMatch(value::equals);
    }

    /// The settings below a name, without it: `cache.` gives `direct`, `no-flush`.
    QemuSettings below(String prefix) {
        return new QemuSettings(all.stream()
                .filter(s -> s.name().startsWith(prefix + "."))
                .map(s -> new Setting(s.name().substring(prefix.length() + 1), s.value()))
                .toList());
    }
}
