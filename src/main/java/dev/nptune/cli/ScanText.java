package dev.nptune.cli;

import static dev.nptune.cli.Sheet.told;

import dev.nptune.host.Boot;
import dev.nptune.host.Cpu;
import dev.nptune.host.CpuFrequency;
import dev.nptune.host.CpuIdle;
import dev.nptune.host.CpuSet;
import dev.nptune.host.CpuTopology;
import dev.nptune.host.Fact;
import dev.nptune.host.Gap;
import dev.nptune.host.Host;
import dev.nptune.host.Kernel;
import dev.nptune.host.KernelLog;
import dev.nptune.host.Memory;
import dev.nptune.host.Virtualization;
import dev.nptune.host.ZenGeneration;
import dev.nptune.internal.text.ByteSize;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A host in lines for people: what matters for a VM, section by section. All that was read is in the JSON form.
final class ScanText {
    /// Flags worth a word, in the order in which they are told.
    private static final List<String> FLAGS =
            List.of("svm", "vmx", "npt", "ept", "avic", "x2avic", "topoext", "invtsc");

    private static final int MOST_GAPS = 4;

    private final Host host;
    private final Sheet sheet;

    private ScanText(Host host, int columns) {
        this.host = host;
        this.sheet = new Sheet(columns);
    }

    static String render(Host host, int columns) {
        return new ScanText(host, columns).render();
    }

    private String render() {
        processor(host.cpu());
        memory(host.memory());
        sheet.section();
        new ScanDevices(host, sheet).render();
        kernel(host.kernel());
        boot(host.boot());
        virtualization(host.virtualization());
        gaps();
        return sheet.toString();
    }

    private void processor(Cpu cpu) {
        String generation =
                ZenGeneration.of(cpu).map(zen -> " (" + zen.title() + ")").orElse("");
        sheet.row("processor", told(cpu.modelName()) + generation + microcode(cpu));
        CpuTopology topology = CpuTopology.of(cpu);
        sheet.row(counts(topology) + ", online " + told(cpu.online()) + some(cpu.offline(), ", offline ")
                + some(cpu.isolated(), ", isolated ") + some(cpu.nohzFull(), ", nohz_full "));
        for (CpuTopology.L3 l3 : topology.l3()) {
            sheet.row(l3.id().map(id -> "L3 " + id).orElse("L3"), l3(topology, l3));
        }
        cpu.coreClasses()
                .get()
                .ifPresent(classes -> classes.forEach(c -> sheet.row(kind(c) + " cores: CPUs " + c.cpus()
                        + (c.inferred() ? " (inferred from " + c.basis() + ")" : ""))));
        preferred(topology);
        sheet.row("flags", flags(cpu));
        frequency(cpu.frequency());
        idle(cpu.idle());
        sheet.row("clock", told(cpu.clocksource()));
        topology.disagreements().forEach(d -> sheet.row("contradicts", d));
    }

    private static String microcode(Cpu cpu) {
        return cpu.microcode().get().map(m -> ", microcode " + m).orElse("");
    }

    private static String counts(CpuTopology topology) {
        return Plural.of(topology.packages().size(), "package") + ", "
                + Plural.of(topology.l3().size(), "L3 domain") + ", "
                + Plural.of(topology.cores().size(), "core") + ", "
                + Plural.of(topology.cpus().size(), "CPU");
    }

    private static String some(Fact<CpuSet> cpus, String before) {
        return cpus.get().filter(set -> !set.isEmpty()).map(set -> before + set).orElse("");
    }

    private static String l3(CpuTopology topology, CpuTopology.L3 l3) {
        String cores = topology.cores().stream()
                .filter(core -> l3.cpus().containsAll(core.cpus()))
                .map(core -> core.cpus().toString())
                .collect(Collectors.joining("  "));
        return l3.bytes().map(ByteSize::of).orElse("size unknown") + (l3.x3d() ? " (X3D)" : "") + ", cores: " + cores;
    }

    private static String kind(Cpu.CoreClass coreClass) {
        return switch (coreClass.kind()) {
            case PERFORMANCE -> "P";
            case EFFICIENT -> "E";
            case LOW_POWER -> "LP E";
        };
    }

    /// Only where the firmware makes a difference.
    private void preferred(CpuTopology topology) {
        List<CpuTopology.Core> cores = topology.preferred();
        long ranks =
                cores.stream().map(CpuTopology.Core::highestPerf).distinct().count();
        if (ranks > 1) {
            sheet.row(
                    "fastest",
                    "cores "
                            + cores.stream()
                                    .limit(4)
                                    .map(core -> core.cpus() + " ("
                                            + core.highestPerf().orElse(0) + ")")
                                    .collect(Collectors.joining(", "))
                            + " by the firmware's ranking");
        }
    }

    private static String flags(Cpu cpu) {
        return told(cpu.flags(), flags -> {
            String found = FLAGS.stream().filter(flag -> has(flags, flag)).collect(Collectors.joining(" "));
            return found.isEmpty() ? "none of " + String.join(" ", FLAGS) : found;
        });
    }

    /// Linux calls the invariant TSC `constant_tsc` and `nonstop_tsc`.
    private static boolean has(Set<String> flags, String flag) {
        return flag.equals("invtsc") ? flags.contains("nonstop_tsc") : flags.contains(flag);
    }

    private void frequency(CpuFrequency frequency) {
        if (frequency.policies().isEmpty()) {
            return;
        }
        sheet.row(
                "frequency",
                each(frequency, CpuFrequency.Policy::driver) + ", governor "
                        + each(frequency, CpuFrequency.Policy::governor)
                        + frequency
                                .policies()
                                .getFirst()
                                .energyPreference()
                                .get()
                                .map(_ -> ", EPP " + each(frequency, CpuFrequency.Policy::energyPreference))
                                .orElse("")
                        + frequency
                                .boost()
                                .get()
                                .map(on -> on ? ", boost on" : ", boost off")
                                .orElse(""));
    }

    /// The one value of all policies, or the different ones.
    private static String each(CpuFrequency frequency, Function<CpuFrequency.Policy, Fact<String>> fact) {
        Set<String> values = new LinkedHashSet<>();
        frequency.policies().forEach(policy -> values.add(told(fact.apply(policy))));
        return String.join("/", values);
    }

    private void idle(CpuIdle idle) {
        if (!idle.states().isEmpty()) {
            sheet.row(
                    "idle",
                    told(idle.driver()) + ", " + told(idle.governor()) + ": "
                            + idle.states().stream()
                                    .map(state -> told(state.name())
                                            + state.disabledOn()
                                                    .get()
                                                    .filter(cpus -> !cpus.isEmpty())
                                                    .map(cpus -> " (off on " + cpus + ")")
                                                    .orElse(""))
                                    .collect(Collectors.joining(" ")));
        }
    }

    private void memory(Memory memory) {
        sheet.section();
        sheet.row(
                "memory",
                told(memory.total(), ByteSize::of)
                        + memory.available()
                                .get()
                                .map(a -> ", " + ByteSize.of(a) + " available")
                                .orElse("")
                        + memory.swapTotal()
                                .get()
                                .filter(s -> s > 0)
                                .map(s -> ", swap " + ByteSize.of(s))
                                .orElse(""));
        if (memory.nodes().size() > 1) {
            memory.nodes()
                    .forEach(node -> sheet.row(
                            "node " + node.id(),
                            told(node.total(), ByteSize::of) + ", "
                                    + told(node.free(), ByteSize::of) + " free, CPUs " + told(node.cpus())
                                    + pools(node.hugePages())
                                    + ", distances " + told(node.distances())));
        }
        sheet.row(
                "huge pages",
                "transparent: " + told(memory.thpEnabled()) + ", defrag " + told(memory.thpDefrag()) + "; reserved: "
                        + (memory.hugePages().isEmpty()
                                ? "no pools"
                                : pools(memory.hugePages()).substring(2)));
        memory.ksm().run().get().filter(run -> run == 1).ifPresent(_ -> sheet.row("KSM", "running"));
    }

    private static String pools(List<Memory.HugePagePool> pools) {
        return pools.stream()
                .map(pool -> ", " + told(pool.total()) + " of " + ByteSize.of(pool.pageBytes())
                        + pool.total()
                                .get()
                                .filter(n -> n > 0)
                                .map(_ -> " (" + told(pool.free()) + " free)")
                                .orElse(""))
                .collect(Collectors.joining());
    }

    private void kernel(Kernel kernel) {
        sheet.section();
        sheet.row(
                "kernel",
                told(kernel.release())
                        + kernel.distribution().get().map(d -> ", " + d).orElse("")
                        + kernel.packageVersion()
                                .get()
                                .map(v -> ", package " + v)
                                .orElse(""));
        kernel.commandLine().get().ifPresent(sheet::row);
        for (Kernel.Module module : kernel.modules()) {
            String parameters = module.parameters().entrySet().stream()
                    .filter(p -> p.getKey().matches("npt|avic|nested|halt_poll_ns|ept|enable_apicv|ids|disable_vga"))
                    .map(p -> p.getKey() + "=" + told(p.getValue()))
                    .collect(Collectors.joining(" "));
            if (!parameters.isEmpty()) {
                sheet.row("module", module.name() + "  " + parameters);
            }
        }
        kernel.acsOverride()
                .get()
                .ifPresent(acs -> sheet.row(
                        "ACS",
                        "pcie_acs_override=" + acs.setting()
                                + " splits groups that nothing keeps apart"
                                + acs.inEffect()
                                        .get()
                                        .filter(on -> !on)
                                        .map(_ -> "; this kernel does not know it")
                                        .orElse("")));
        kernel.taints()
                .get()
                .filter(t -> !t.isEmpty())
                .ifPresent(taints -> sheet.row(
                        "tainted",
                        taints.stream()
                                .map(t -> t.letter() + " (" + t.meaning() + ")")
                                .collect(Collectors.joining(", "))));
        log(kernel.log());
    }

    /// The lines that tell of trouble; the others are in the JSON form.
    private void log(Fact<KernelLog> log) {
        log.get().ifPresent(found -> {
            for (KernelLog.Category category : List.of(
                    KernelLog.Category.MCE, KernelLog.Category.AER, KernelLog.Category.BAR, KernelLog.Category.RESET)) {
                List<KernelLog.Line> lines = found.lines(category);
                lines.stream().limit(2).forEach(line -> sheet.row("log", line.text()));
                if (lines.size() > 2) {
                    sheet.detail("and " + (lines.size() - 2) + " more of "
                            + category.name().toLowerCase(Locale.ROOT));
                }
            }
        });
    }

    private void boot(Boot boot) {
        sheet.section();
        String firmware = told(boot.efi(), efi -> efi ? "UEFI" : "BIOS");
        String secure = boot.secureBoot()
                .get()
                .map(on -> on ? ", Secure Boot on" : ", Secure Boot off")
                .orElse("");
        sheet.row(
                "boot",
                firmware + secure + ", initramfs by " + told(boot.initramfs()) + ", login screen "
                        + told(boot.displayManager()));
        for (Boot.BootLoader loader : boot.loaders()) {
            boolean used =
                    boot.loader().get().filter(l -> l.kind() == loader.kind()).isPresent();
            sheet.row(
                    "loader",
                    loader.kind().name().toLowerCase(Locale.ROOT).replace('_', '-') + (used ? " (in use)" : "")
                            + ": "
                            + (loader.commandLineFiles().isEmpty()
                                    ? "seen by " + loader.evidence()
                                    : "command line in " + String.join(", ", loader.commandLineFiles())));
        }
    }

    private void virtualization(Virtualization virtualization) {
        sheet.section();
        sheet.row(
                "QEMU",
                told(host.tools().qemu()) + ", libvirt " + told(host.tools().libvirt()));
        for (Virtualization.DomainFile domain : virtualization.domains()) {
            sheet.row(
                    "VM",
                    domain.name()
                            + (domain.xml() instanceof Fact.Unreadable<String>(String _, String reason)
                                    ? ": its definition is unknown (" + reason + ")"
                                    : ""));
        }
        for (Virtualization.QemuProcess qemu : virtualization.running()) {
            sheet.row(
                    "running",
                    told(qemu.name()) + ", process " + qemu.pid()
                            + qemu.hugeBytes()
                                    .get()
                                    .filter(b -> b > 0)
                                    .map(b -> ", " + ByteSize.of(b) + " in huge pages")
                                    .orElse(""));
            qemu.threads().stream()
                    .filter(t ->
                            t.name().get().filter(n -> n.startsWith("CPU ")).isPresent())
                    .forEach(t -> sheet.detail(told(t.name()) + " on CPUs " + told(t.allowed())));
        }
        virtualization.hooks().forEach(hook -> sheet.row("hook", hook.path()));
    }

    private void gaps() {
        List<Gap> gaps = host.gaps();
        if (gaps.isEmpty()) {
            return;
        }
        sheet.section();
        Map<String, List<Gap>> reasons =
                gaps.stream().collect(Collectors.groupingBy(Gap::reason, LinkedHashMap::new, Collectors.toList()));
        reasons.forEach((reason, places) -> sheet.row(
                "not read",
                places.stream().limit(MOST_GAPS).map(Gap::source).collect(Collectors.joining(", "))
                        + (places.size() > MOST_GAPS ? " and " + (places.size() - MOST_GAPS) + " more" : "") + ": "
                        + reason));
    }
}
