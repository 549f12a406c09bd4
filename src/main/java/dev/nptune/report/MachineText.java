package dev.nptune.report;

import dev.nptune.internal.text.Printable;
import dev.nptune.report.MachineMap.Box;
import dev.nptune.report.MachineMap.Core;
import dev.nptune.report.MachineMap.Device;
import java.util.List;
import java.util.stream.Collectors;

/// Draws a machine in lines for a terminal: boxes as indentation, cores as their CPUs in brackets, the thread of a VM
/// that a CPU is for behind an equals sign.
public final class MachineText {
    private static final String INDENT = "  ";

    private final MachineMap map;
    private final int columns;
    private final StringBuilder text = new StringBuilder();

    private MachineText(MachineMap map, int columns) {
        this.map = map;
        this.columns = columns;
    }

    /// Lines for people.
    ///
    /// @param columns width of the terminal; cores go to the next line there, titles and devices may be longer
    public static String draw(MachineMap map, int columns) {
        return new MachineText(map, columns).draw();
    }

    private String draw() {
        line("", map.title());
        map.boxes().forEach(box -> box(INDENT, box));
        if (!map.elsewhere().isEmpty()) {
            line(INDENT, "PCI devices of no known node");
            map.elsewhere().forEach(device -> device(INDENT + INDENT, device));
        }
        map.vms().forEach(vm -> {
            text.append('\n');
            line("", vm.name());
            wrap(
                    INDENT,
                    vm.threads().stream()
                            .map(thread -> thread.label() + "→" + thread.cpus())
                            .toList());
        });
        if (!map.notes().isEmpty()) {
            text.append('\n');
        }
        map.notes().forEach(note -> line("", "note: " + note));
        return text.toString();
    }

    private void box(String indent, Box box) {
        line(indent, box.title() + (box.detail().isEmpty() ? "" : "  " + box.detail()));
        box.inside().forEach(inner -> box(indent + INDENT, inner));
        wrap(indent + INDENT, box.cores().stream().map(this::core).toList());
        box.devices().forEach(device -> device(indent + INDENT, device));
    }

    private String core(Core core) {
        String cpus = core.cpus().stream()
                .mapToObj(cpu -> cpu
                        + map.uses(cpu).stream()
                                .limit(1)
                                .map(use -> "=" + use.thread().label())
                                .collect(Collectors.joining()))
                .collect(Collectors.joining(" "));
        return "[" + cpus + "]" + core.mark().replace(" ", "");
    }

    private void device(String indent, Device device) {
        line(indent, device.address() + "  " + device.name() + "  (" + device.detail() + ")");
    }

    private void wrap(String indent, List<String> words) {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (!line.isEmpty() && indent.length() + line.length() + 1 + word.length() > columns) {
                line(indent, line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        if (!line.isEmpty()) {
            line(indent, line.toString());
        }
    }

    private void line(String indent, String content) {
        text.append(indent).append(Printable.line(content)).append('\n');
    }
}
