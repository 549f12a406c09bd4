package dev.nptune.host;

import dev.nptune.host.Cpu.CacheType;
import dev.nptune.host.Cpu.CoreClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the online CPUs of a machine hang together: what to draw, and what to pin by.
///
/// Each list holds disjoint sets of CPUs, by their first CPU, and no set of one list crosses one of another. Files
/// that contradict each other are settled by one rule, and each contradiction is told in [#disagreements]: CPUs belong
/// together if the first of them that says anything names exactly these; what then crosses a set already found is left
/// out. (hwloc comes to the same sets by a similar rule.) An L3 goes by its number, which is right where some kernels'
/// list of sharers is wrong, unless the number spans packages, some CPU has none, or the
/// processor lacks what Linux makes it from (AMD's `topoext`).
///
/// A level of which nothing is known is an empty list, and [#missing] says why.
///
/// @param cpus all CPUs here
/// @param packages packages (sockets)
/// @param dies dies as the kernel numbers them; on AMD a CCD where the kernel is new enough, a NUMA node on old ones
/// @param l3 L3 domains; on AMD a CCX
/// @param cores cores
/// @param nodes NUMA nodes with CPUs; these may cross the other levels
/// @param caches the caches of all levels, L3 as in [#l3]
/// @param disagreements where files contradict each other, for people
/// @param missing what is not known, and why, for people
public record CpuTopology(
        CpuSet cpus,
        List<CpuPackage> packages,
        List<Die> dies,
        List<L3> l3,
        List<Core> cores,
        List<Node> nodes,
        List<Cache> caches,
        List<String> disagreements,
        List<String> missing) {

    public CpuTopology {
        packages = List.copyOf(packages);
        dies = List.copyOf(dies);
        l3 = List.copyOf(l3);
        cores = List.copyOf(cores);
        nodes = List.copyOf(nodes);
        caches = List.copyOf(caches);
        disagreements = List.copyOf(disagreements);
        missing = List.copyOf(missing);
    }

    /// The topology of all online CPUs. The last one asked for is kept: rules ask again and again for the same.
    public static CpuTopology of(Cpu cpu) {
        Whole known = lastWhole;
        if (known == null || !known.cpu.equals(cpu)) {
            known = new Whole(cpu, of(cpu, CpuSet.range(0, CpuSet.MAX_CPU)));
            lastWhole = known;
        }
        return known.topology;
    }

    /// What was concluded from a processor's facts, which is the same whenever it is.
    private record Whole(Cpu cpu, CpuTopology topology) {}

    private static volatile @Nullable Whole lastWhole;

    /// The topology of the online CPUs among those given, as if there were no others.
    public static CpuTopology of(Cpu cpu, CpuSet only) {
        return new TopologyBuilder(cpu, only).build();
    }

    /// A package (socket).
    ///
    /// @param id the kernel's number
    /// @param cpus its CPUs
    public record CpuPackage(Optional<Integer> id, CpuSet cpus) {}

    /// A die.
    ///
    /// @param id the kernel's number, unique within a package
    /// @param cpus its CPUs
    public record Die(Optional<Integer> id, CpuSet cpus) {}

    /// An L3 cache and the CPUs below it.
    ///
    /// @param id the kernel's number
    /// @param cpus the CPUs that share it
    /// @param bytes its size
    /// @param x3d whether it is AMD's with a stacked cache: 64 MiB or more, which no plain CCX has
    public record L3(Optional<Integer> id, CpuSet cpus, Optional<Long> bytes, boolean x3d) {}

    /// A core.
    ///
    /// @param id the kernel's number, unique within a package
    /// @param cpus its CPUs: SMT siblings
    /// @param highestPerf the best of its CPUs, see [Cpu.LogicalCpu#highestPerf]
    /// @param kind its kind in a processor that has several
    public record Core(
            Optional<Integer> id, CpuSet cpus, Optional<Integer> highestPerf, Optional<CoreClass.Kind> kind) {}

    /// A NUMA node.
    ///
    /// @param id the kernel's number
    /// @param cpus its CPUs
    public record Node(int id, CpuSet cpus) {}

    /// A cache of any level.
    ///
    /// @param level 1 to 4
    /// @param type what it holds
    /// @param id the kernel's number
    /// @param cpus the CPUs that share it
    /// @param bytes size in bytes
    /// @param lineBytes size of a line in bytes
    /// @param ways associativity
    public record Cache(
            int level,
            Optional<CacheType> type,
            Optional<Integer> id,
            CpuSet cpus,
            Optional<Long> bytes,
            Optional<Integer> lineBytes,
            Optional<Integer> ways) {}

    /// Part of the machine and what it consists of.
    ///
    /// @param level what it is
    /// @param id the kernel's number
    /// @param cpus all CPUs in it
    /// @param parts its parts by first CPU; of an unknown level there are none, and those of the next
    ///     stand in their place
    public record Part(Level level, Optional<Integer> id, CpuSet cpus, List<Part> parts) {
        public Part {
            parts = List.copyOf(parts);
        }
    }

    /// What a machine consists of, the larger first.
    public enum Level {
        MACHINE,
        PACKAGE,
        DIE,
        L3,
        CORE,
        CPU
    }

    /// The cores by how fast they can get, the fastest first, equal ones by their first CPU; those of which it is not
    /// known are left out.
    public List<Core> preferred() {
        return cores.stream()
                .filter(core -> core.highestPerf().isPresent())
                .sorted(Comparator.comparingInt(core -> -core.highestPerf().orElseThrow()))
                .toList();
    }

    /// The whole as a tree: machine, packages, dies, L3 domains, cores, logical CPUs.
    public Part tree() {
        return new Part(Level.MACHINE, Optional.empty(), cpus, parts(cpus, Level.PACKAGE));
    }

    private List<Part> parts(CpuSet within, Level level) {
        if (level == Level.CPU) {
            return within.stream()
                    .mapToObj(cpu -> new Part(level, Optional.of(cpu), CpuSet.of(cpu), List.of()))
                    .toList();
        }
        List<Part> parts = new ArrayList<>();
        CpuSet rest = within;
        for (Part part : at(level)) {
            if (within.containsAll(part.cpus())) {
                rest = rest.minus(part.cpus());
                parts.add(new Part(level, part.id(), part.cpus(), parts(part.cpus(), below(level))));
            }
        }
        if (!rest.isEmpty()) {
            parts.addAll(parts(rest, below(level)));
        }
        parts.sort(Comparator.comparingInt(part -> part.cpus().first().orElse(0)));
        return parts;
    }

    private static Level below(Level level) {
        return switch (level) {
            case MACHINE -> Level.PACKAGE;
            case PACKAGE -> Level.DIE;
            case DIE -> Level.L3;
            case L3 -> Level.CORE;
            case CORE, CPU -> Level.CPU;
        };
    }

    private List<Part> at(Level level) {
        return switch (level) {
            case PACKAGE ->
                packages.stream().map(p -> part(level, p.id(), p.cpus())).toList();
            case DIE -> dies.stream().map(d -> part(level, d.id(), d.cpus())).toList();
            case L3 -> l3.stream().map(c -> part(level, c.id(), c.cpus())).toList();
            case CORE -> cores.stream().map(c -> part(level, c.id(), c.cpus())).toList();
            case MACHINE, CPU -> List.of();
        };
    }

    private static Part part(Level level, Optional<Integer> id, CpuSet cpus) {
        return new Part(level, id, cpus, List.of());
    }
}
