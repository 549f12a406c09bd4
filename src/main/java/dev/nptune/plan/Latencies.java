package dev.nptune.plan;

import dev.nptune.host.CoreLatencies;
import dev.nptune.host.Cpu;
import dev.nptune.host.ZenGeneration;
import dev.nptune.plan.CpuModel.Core;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How long CPUs of a machine take to see each other's writes, in nanoseconds: half a round trip between pinned
/// threads.
///
/// Measured on the machine where that was done. Else by level from a table of what others measured on processors of the
/// same generation (nviennot/core-to-core-latency), the middle of the range they saw; a generation for which there is
/// no such measurement takes the figures of one that has, and [#basis] says so. To another NUMA node the table's figure
/// for other dies counts, or the one within a die times the kernel's distance ÷ 10, whichever is more.
final class Latencies {
    private enum Level {
        CORE,
        L3,
        DIE,
        PACKAGE,
        NODE
    }

    /// By level, in nanoseconds: SMT siblings; one L3; another L3 of the die; another die.
    private record Row(double core, double l3, double die, double otherDie) {}

    /// What is taken for equally far apart.
    private record Key(Level level, int from, int to) {}

    /// For processors that nobody measured.
    private static final Row OTHERS = new Row(5.3, 18, 70.5, 70.5);

    private static final Map<ZenGeneration, Row> TABLE = Map.of(
            ZenGeneration.ZEN, new Row(10, 25, 91, 154), // 1950X
            ZenGeneration.ZEN_PLUS, new Row(9.7, 24.5, 92, 154), // 2700X; other dies as on the 1950X
            ZenGeneration.ZEN_2, new Row(6.5, 24, 88, 88), // 3960X
            ZenGeneration.ZEN_3, new Row(7.7, 18.5, 85, 85), // 5900X, 5950X
            ZenGeneration.ZEN_3_PLUS, new Row(7.7, 18.5, 85, 85),
            ZenGeneration.ZEN_4, OTHERS, // 7950X
            ZenGeneration.ZEN_5, new Row(5.3, 21, 96, 96)); // 9900X with AGESA 1.2.0.2a; siblings as on Zen 4

    private final CpuModel machine;
    /// What was measured, by the two CPUs, the larger above bit 32.
    private final Map<Long, Double> pairs = new HashMap<>();
    private final String basis;
    private final Row row;
    private final Map<Key, Double> levels = new HashMap<>();

    Latencies(CpuModel machine, Cpu cpu, Optional<CoreLatencies> measured) {
        this.machine = machine;
        Optional<ZenGeneration> zen = ZenGeneration.of(cpu);
        this.row = zen.map(TABLE::get).orElse(OTHERS);
        this.basis = measured.isPresent()
                ? "latencies measured on this machine"
                : zen.map(z -> "latencies by level as others measured them on " + z.title())
                        .orElse("latencies by level as others measured them on Zen 4, for want of this processor's");
        measured.ifPresent(this::learn);
    }

    /// Where the figures come from, for people.
    String basis() {
        return basis;
    }

    /// Between two CPUs, each of which must be of the core that is named with it.
    double between(int a, Core coreA, int b, Core coreB) {
        Double known = pairs.get((long) Math.max(a, b) << 32 | Math.min(a, b));
        return known != null ? known : coreA.equals(coreB) ? siblings(coreA) : between(coreA, coreB);
    }

    /// Between SMT siblings of a core, by its level.
    double siblings(Core core) {
        return levels.getOrDefault(key(core, core), row.core());
    }

    /// Between two cores, by the level at which they meet.
    double between(Core a, Core b) {
        Double known = levels.get(key(a, b));
        return known != null ? known : fromTable(a, b);
    }

    private double fromTable(Core a, Core b) {
        double apart = row.die() * machine.distance(a.node(), b.node()) / CpuModel.LOCAL;
        return switch (level(a, b)) {
            case CORE -> row.core();
            case L3 -> row.l3();
            case DIE -> row.die();
            case PACKAGE -> row.otherDie();
            case NODE -> Math.max(row.otherDie(), apart);
        };
    }

    /// What it costs to reach memory at another node instead of the own one, modelled on the same distances.
    double remote(int from, int to) {
        return row.die() * (machine.distance(from, to) - CpuModel.LOCAL) / CpuModel.LOCAL;
    }

    private static Level level(Core a, Core b) {
        if (a.equals(b)) {
            return Level.CORE;
        }
        if (a.pack() != b.pack() || a.node() != b.node()) {
            return Level.NODE;
        }
        if (a.die() != b.die()) {
            return Level.PACKAGE;
        }
        return a.l3() != b.l3() ? Level.DIE : Level.L3;
    }

    /// Pairs of a key count as equally far apart: within one L3 each for itself, else by level, and by nodes.
    private static Key key(Core a, Core b) {
        Level level = level(a, b);
        return switch (level) {
            case CORE, L3 -> new Key(level, a.l3(), a.l3());
            case DIE, PACKAGE -> new Key(level, 0, 0);
            case NODE -> new Key(level, Math.min(a.node(), b.node()), Math.max(a.node(), b.node()));
        };
    }

    /// The median of what was measured stands for each level.
    private void learn(CoreLatencies matrix) {
        Map<Key, List<Double>> seen = new HashMap<>();
        List<Integer> cpus = matrix.cpus();
        List<Optional<Core>> cores = cpus.stream().map(machine::coreOf).toList();
        for (int i = 0; i < cpus.size(); i++) {
            for (int j = 0; j < i; j++) {
                Optional<Double> nanos = matrix.nanos().get(i).get(j);
                Optional<Core> a = cores.get(i);
                Optional<Core> b = cores.get(j);
                if (nanos.isPresent() && a.isPresent() && b.isPresent()) {
                    pairs.put(
                            (long) Math.max(cpus.get(i), cpus.get(j)) << 32 | Math.min(cpus.get(i), cpus.get(j)),
                            nanos.get());
                    seen.computeIfAbsent(key(a.get(), b.get()), _ -> new ArrayList<>())
                            .add(nanos.get());
                }
            }
        }
        seen.forEach((key, values) -> {
            Collections.sort(values);
            levels.put(key, values.get(values.size() / 2));
        });
    }
}
