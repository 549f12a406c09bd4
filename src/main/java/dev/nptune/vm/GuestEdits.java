package dev.nptune.vm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The edits of [Domain] that change what the guest is told: `cpu`, `features`, `clock`.
final class GuestEdits {
    private static final String ON = " state='on'/>";

    /// What QEMU's `docs/system/i386/hyperv.rst` recommends for Windows, by libvirt's name, in libvirt's order.
    private static final Map<String, List<String>> RECOMMENDED = recommended();

    private GuestEdits() {}

    private static Map<String, List<String>> recommended() {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        for (String name : List.of(
                "relaxed",
                "vapic",
                "spinlocks",
                "vpindex",
                "runtime",
                "synic",
                "stimer",
                "frequencies",
                "tlbflush",
                "ipi")) {
            lines.put(
                    name,
                    switch (name) {
                        case "spinlocks" -> List.of("<spinlocks state='on' retries='8191'/>");
                        case "stimer" -> List.of("<stimer state='on'>", "\t<direct state='on'/>", "</stimer>");
                        default -> List.of("<" + name + ON);
                    });
        }
        return lines;
    }

    static void noFeature(MarkupEdit edit, Element root, String name) {
        root.child("cpu")
                .ifPresent(cpu -> edit.removeChildren(
                        cpu,
                        cpu.children("feature").stream()
                                .filter(f -> f.has("name", name))
                                .toList()));
    }

    static void hostCpu(MarkupEdit edit, Element root) {
        Optional<Element> cpu = root.child("cpu");
        if (cpu.isEmpty()) {
            DomainEdits.insert(
                    edit, root, List.of("features", "os"), List.of("<cpu mode='host-passthrough' check='none'/>"));
            return;
        }
        List<Element> named = new ArrayList<>(cpu.get().children("model"));
        named.addAll(cpu.get().children("vendor"));
        edit.removeChildren(cpu.get(), named);
        edit.set(cpu.get(), "mode", "host-passthrough");
        edit.unset(cpu.get(), "match");
        cpu.get().attribute("check").ifPresent(_ -> edit.set(cpu.get(), "check", "none"));
    }

    static void enlightenments(MarkupEdit edit, Element root, Set<String> on) {
        Optional<Element> block = root.find("features/hyperv");
        if (block.isEmpty()) {
            List<String> lines = new ArrayList<>(List.of("<hyperv mode='custom'>"));
            RECOMMENDED.values().forEach(all -> all.forEach(line -> lines.add("\t" + line)));
            lines.add("</hyperv>");
            feature(edit, root, lines);
            return;
        }
        if (block.get().has("mode", "passthrough")) {
            edit.set(block.get(), "mode", "custom");
        }
        List<String> missing = new ArrayList<>();
        RECOMMENDED.forEach((name, lines) -> block.get()
                .child(name)
                .ifPresentOrElse(there -> complete(edit, there, on), () -> missing.addAll(lines)));
        if (!missing.isEmpty()) {
            edit.append(block.get(), missing);
        }
    }

    /// A synthetic timer that is on delivers its ticks directly, unless it is said that it should not.
    private static void complete(MarkupEdit edit, Element there, Set<String> on) {
        boolean turnedOn = on.contains(there.name());
        if (there.name().equals("stimer")
                && (turnedOn || there.has("state", "on"))
                && there.child("direct").isEmpty()) {
            edit.append(there, List.of("<direct" + ON));
        }
        if (turnedOn) {
            edit.set(there, "state", "on");
        }
    }

    static void enlightenment(MarkupEdit edit, Element root, String name) {
        Optional<Element> block = root.find("features/hyperv");
        Optional<Element> there = block.flatMap(b -> b.child(name));
        String line = "<" + name + ON;
        if (there.isPresent()) {
            edit.set(there.get(), "state", "on");
        } else if (block.isPresent()) {
            edit.append(block.get(), List.of(line));
        } else {
            feature(edit, root, List.of("<hyperv mode='custom'>", "\t" + line, "</hyperv>"));
        }
    }

    static void kernelIoapic(MarkupEdit edit, Element root) {
        Optional<Element> there = root.find("features/ioapic");
        if (there.isPresent()) {
            edit.set(there.get(), "driver", "kvm");
        } else {
            feature(edit, root, List.of("<ioapic driver='kvm'/>"));
        }
    }

    private static void feature(MarkupEdit edit, Element root, List<String> lines) {
        within(edit, root, "features", "<features>", List.of("os"), lines);
    }

    static void clock(MarkupEdit edit, Element root, String offset) {
        Optional<Element> clock = root.child("clock");
        if (clock.isPresent()) {
            edit.set(clock.get(), "offset", offset);
        } else {
            DomainEdits.insert(
                    edit, root, List.of("cpu", "features", "os"), List.of("<clock offset='" + offset + "'/>"));
        }
    }

    static void timer(MarkupEdit edit, Element root, String name, String key, String value) {
        Optional<Element> there = root.all("clock/timer").stream()
                .filter(t -> t.has("name", name))
                .findFirst();
        if (there.isPresent()) {
            edit.set(there.get(), key, value);
        } else {
            within(
                    edit,
                    root,
                    "clock",
                    "<clock offset='utc'>",
                    List.of("cpu", "features", "os"),
                    List.of("<timer name='" + name + "' " + key + "='" + value + "'/>"));
        }
    }

    static void into(MarkupEdit edit, Element root, String parent, List<String> lines) {
        switch (parent) {
            case "features" -> feature(edit, root, lines);
            case "memoryBacking" ->
                within(edit, root, "memoryBacking", "<memoryBacking>", List.of("currentMemory", "memory"), lines);
            default ->
                edit.append(
                        root.find(parent)
                                .orElseThrow(() -> new IllegalArgumentException("the domain has no " + parent)),
                        lines);
        }
    }

    /// Appends to a child of the root, which is made where there is none.
    private static void within(
            MarkupEdit edit, Element root, String parent, String open, List<String> predecessors, List<String> lines) {
        Optional<Element> there = root.child(parent);
        if (there.isPresent()) {
            edit.append(there.get(), lines);
            return;
        }
        List<String> all = new ArrayList<>(List.of(open));
        lines.forEach(line -> all.add("\t" + line));
        all.add("</" + parent + ">");
        DomainEdits.insert(edit, root, predecessors, all);
    }
}
