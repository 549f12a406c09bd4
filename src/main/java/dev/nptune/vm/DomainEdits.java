package dev.nptune.vm;

import dev.nptune.host.CpuSet;
import java.util.List;
import java.util.Optional;

/// The edits of [Domain] as splices of its text. A tab in inserted lines stands for one step of indentation.
final class DomainEdits {
    private DomainEdits() {}

    /// The element at an XPath that this program made.
    static Element at(Element root, String path) {
        return root.at(path).orElseThrow(() -> new IllegalArgumentException("the domain has no " + path));
    }

    static void pin(MarkupEdit edit, Element root, String element, String key, int thread, CpuSet cpus) {
        Optional<Element> tune = root.child("cputune");
        List<Element> pins = tune.map(t -> t.children(element)).orElse(List.of());
        Element lower = null;
        for (Element pin : pins) {
            int number = Integer.parseInt(pin.attribute(key).orElse("0").strip());
            if (number == thread) {
                edit.set(pin, "cpuset", cpus.toString());
                return;
            }
            lower = number < thread ? pin : lower;
        }
        String line = "<" + element + " " + key + "='" + thread + "' cpuset='" + cpus + "'/>";
        if (lower != null) {
            edit.after(lower, List.of(line));
        } else if (!pins.isEmpty()) {
            edit.before(pins.getFirst(), List.of(line));
        } else {
            tune(edit, root, line, element.equals("vcpupin") ? List.of() : List.of("emulatorpin", "vcpupin"));
        }
    }

    static void emulatorPin(MarkupEdit edit, Element root, CpuSet cpus) {
        Optional<Element> old = root.find("cputune/emulatorpin");
        if (old.isPresent()) {
            edit.set(old.get(), "cpuset", cpus.toString());
        } else {
            tune(edit, root, "<emulatorpin cpuset='" + cpus + "'/>", List.of("vcpupin"));
        }
    }

    private static void tune(MarkupEdit edit, Element root, String line, List<String> predecessors) {
        Optional<Element> tune = root.child("cputune");
        if (tune.isEmpty()) {
            insert(
                    edit,
                    root,
                    List.of("iothreadids", "iothreads", "vcpus", "vcpu"), //
                    List.of("<cputune>", "\t" + line, "</cputune>"));
        } else if (predecessors.isEmpty() && !tune.get().children().isEmpty()) {
            edit.before(tune.get().children().getFirst(), List.of(line));
        } else {
            insert(edit, tune.get(), predecessors, List.of(line));
        }
    }

    /// Adds an element without anything in it to `memoryBacking`.
    static void memoryBacking(MarkupEdit edit, Element root, String name) {
        Optional<Element> backing = root.child("memoryBacking");
        if (backing.isPresent()) {
            edit.append(backing.get(), List.of("<" + name + "/>"));
        } else {
            insert(
                    edit,
                    root,
                    List.of("currentMemory", "memory"), //
                    List.of("<memoryBacking>", "\t<" + name + "/>", "</memoryBacking>"));
        }
    }

    static void iothreads(MarkupEdit edit, Element root, int count) {
        Optional<Element> old = root.child("iothreads");
        if (old.isPresent()) {
            edit.content(old.get(), Integer.toString(count));
        } else {
            insert(edit, root, List.of("vcpus", "vcpu"), List.of("<iothreads>" + count + "</iothreads>"));
        }
    }

    static void virtio(MarkupEdit edit, Element root, Disk disk, String name) {
        Element element = at(root, disk.path());
        Optional<Element> target = element.child("target");
        if (target.isEmpty()) {
            edit.append(element, List.of("<target dev='" + name + "' bus='virtio'/>"));
        } else {
            edit.set(target.get(), "dev", name);
            edit.set(target.get(), "bus", "virtio");
            // libvirt refuses both on virtio
            edit.unset(target.get(), "rotation_rate");
            edit.unset(target.get(), "removable");
        }
        element.children("address").forEach(edit::remove);
        element.children("wwn").forEach(edit::remove);
    }

    static void driver(MarkupEdit edit, Element root, Disk disk, String key, String value) {
        Element element = at(root, disk.path());
        Optional<Element> driver = element.child("driver");
        if (driver.isPresent()) {
            edit.set(driver.get(), key, value);
            return;
        }
        // raw is what libvirt takes a disk without a driver element for
        String line = "<driver name='qemu' type='raw' " + key + "='" + value + "'/>";
        if (element.children().isEmpty()) {
            edit.append(element, List.of(line));
        } else {
            edit.before(element.children().getFirst(), List.of(line));
        }
    }

    static void noMemballoon(MarkupEdit edit, Element root) {
        Optional<Element> old = root.find("devices/memballoon");
        if (old.isPresent()) {
            if (!old.get().attribute("model").equals(Optional.of("none"))) {
                edit.replace(old.get(), List.of("<memballoon model='none'/>"));
            }
            return;
        }
        Optional<Element> devices = root.child("devices");
        if (devices.isPresent()) {
            edit.append(devices.get(), List.of("<memballoon model='none'/>"));
        } else {
            edit.append(root, List.of("<devices>", "\t<memballoon model='none'/>", "</devices>"));
        }
    }

    static void topology(MarkupEdit edit, Element root, int cores, int threads) {
        Optional<Element> old = root.find("cpu/topology");
        if (old.isEmpty()) {
            cpu(
                    edit,
                    root,
                    "<topology sockets='1' dies='1' cores='" + cores + "' threads='" + threads + "'/>",
                    List.of("vendor", "model"));
            return;
        }
        edit.set(old.get(), "sockets", "1");
        old.get().attribute("dies").ifPresent(_ -> edit.set(old.get(), "dies", "1"));
        old.get().attribute("clusters").ifPresent(_ -> edit.set(old.get(), "clusters", "1"));
        edit.set(old.get(), "cores", Integer.toString(cores));
        edit.set(old.get(), "threads", Integer.toString(threads));
    }

    static void feature(MarkupEdit edit, Element root, String name, String policy) {
        List<Element> old = root.child("cpu").map(c -> c.children("feature")).orElse(List.of()).stream()
                .filter(f -> f.attribute("name").equals(Optional.of(name)))
                .toList();
        if (old.isEmpty()) {
            cpu(
                    edit,
                    root,
                    "<feature policy='" + policy + "' name='" + MarkupEdit.escape(name) + "'/>",
                    List.of("feature", "cache", "topology", "vendor", "model"));
        } else {
            old.forEach(f -> edit.set(f, "policy", policy));
        }
    }

    static void cpu(MarkupEdit edit, Element root, String line, List<String> predecessors) {
        Optional<Element> cpu = root.child("cpu");
        if (cpu.isPresent()) {
            insert(edit, cpu.get(), predecessors, List.of(line));
        } else {
            insert(edit, root, List.of("features", "os"), List.of("<cpu>", "\t" + line, "</cpu>"));
        }
    }

    /// Inserts below a parent after the last element of the first name that it has, else where order does not matter.
    static void insert(MarkupEdit edit, Element parent, List<String> predecessors, List<String> lines) {
        for (String name : predecessors) {
            List<Element> found = parent.children(name);
            if (!found.isEmpty()) {
                edit.after(found.getLast(), lines);
                return;
            }
        }
        edit.append(parent, lines);
    }
}
