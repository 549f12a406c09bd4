package dev.nptune.cli;

import dev.nptune.host.Cpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Kernel;
import dev.nptune.host.Memory;
import dev.nptune.host.PciFunction;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A host in lines for people.
final class ScanText {
    private ScanText() {}

    static String render(Host host) {
        StringBuilder text = new StringBuilder();
        cpu(text, host.cpu());
        memory(text, host.memory());
        kernel(text, host.kernel());
        row(text, "QEMU", show(host.tools().qemu()));
        row(text, "libvirt", show(host.tools().libvirt()));
        for (PciFunction f : host.pci()) {
            if (f.isDisplay()) {
                row(
                        text,
                        "display",
                        f.address() + "  " + f.id() + "  driver " + show(f.driver()) + ", IOMMU group "
                                + show(f.iommuGroup())
                                + (f.bootVga().get().orElse(false) ? ", boot display" : ""));
            }
        }
        return text.toString();
    }

    private static void cpu(StringBuilder text, Cpu cpu) {
        row(text, "processor", show(cpu.modelName()));
        row(text, "", "family " + show(cpu.family()) + ", model " + show(cpu.model()) + ", CPUs " + show(cpu.online()));
        Map<Integer, CpuSet> l3 = new TreeMap<>();
        for (Cpu.LogicalCpu logical : cpu.logical()) {
            logical.l3Id().get().ifPresent(id -> l3.merge(id, CpuSet.of(logical.id()), CpuSet::or));
        }
        l3.forEach((id, cpus) -> row(text, "L3 " + id, "CPUs " + cpus));
        row(text, "clock", show(cpu.clocksource()));
    }

    private static void memory(StringBuilder text, Memory memory) {
        row(text, "memory", bytes(memory.total()) + ", " + bytes(memory.available()) + " available");
        row(text, "", "transparent huge pages: " + show(memory.thpEnabled()));
        for (Memory.HugePagePool pool : memory.hugePages()) {
            row(
                    text,
                    "",
                    show(pool.total()) + " huge pages of " + (pool.pageBytes() >> 20) + " MiB, " + show(pool.free())
                            + " free");
        }
    }

    private static void kernel(StringBuilder text, Kernel kernel) {
        row(text, "kernel", show(kernel.release()) + ", " + show(kernel.distribution()));
        row(text, "", show(kernel.commandLine()));
        for (Kernel.Module module : kernel.modules()) {
            String parameters = module.parameters().entrySet().stream()
                    .filter(p -> p.getKey().matches("npt|avic|nested|halt_poll_ns|ept"))
                    .sorted(Map.Entry.comparingByKey())
                    .map(p -> p.getKey() + "=" + show(p.getValue()))
                    .collect(Collectors.joining(" "));
            row(text, "module", module.name() + (parameters.isEmpty() ? "" : "  " + parameters));
        }
    }

    private static String bytes(Fact<Long> size) {
        return size.get()
                .map(b -> String.format("%.1f GiB", b / (double) (1 << 30)))
                .orElseGet(() -> show(size));
    }

    private static String show(Fact<?> fact) {
        return switch (fact) {
            case Fact.Known<?> known -> String.valueOf(known.value());
            case Fact.Absent<?> _ -> "none";
            case Fact.Unreadable<?> unreadable -> "unknown (" + unreadable.reason() + ")";
        };
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append(String.format("%-10s %s%n", name, value));
    }
}
