package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.host.CpuTopology.Part;
import dev.nptune.host.GeneratedMachine.Place;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is generated is what is read: many small machines, few large ones.
class GeneratedMachinesTest {
    @TempDir(factory = MemoryFolder.class)
    Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource({"1, 80, 1, 12", "2, 8, 13, 64", "3, 2, 200, 256"})
    void whatIsGeneratedIsRead(long seed, int machines, int least, int most) {
        Random random = new Random(seed);
        for (int i = 0; i < machines; i++) {
            GeneratedMachine machine = GeneratedMachine.of(random, random.nextInt(least, most + 1));
            Path root = directory.resolve("machine" + i);
            machine.plant(new TestTree(root));

            Cpu cpu = CpuReader.read(new Tree(root));

            logicalCpusAgree(machine, cpu);
            CpuTopology topology = CpuTopology.of(cpu);
            levelsAgree(machine, topology);
            theTreeHoldsEachCpuOnce(topology);
            onePackageAloneIsItsPart(machine, cpu);
        }
    }

    private static void logicalCpusAgree(GeneratedMachine machine, Cpu cpu) {
        CpuSet online = machine.cpus(machine.online());
        assertThat(cpu.logical())
                .extracting(Cpu.LogicalCpu::id)
                .containsExactlyElementsOf(online.stream().boxed().toList());
        assertThat(cpu.present().get()).contains(machine.cpus(machine.threads()));
        assertThat(cpu.offline().get()).contains(machine.cpus(machine.threads()).minus(online));
        for (Place thread : machine.online()) {
            Cpu.LogicalCpu read = cpu.logical().stream()
                    .filter(l -> l.id() == thread.cpu())
                    .findFirst()
                    .orElseThrow();
            assertThat(read.packageId().get()).contains(thread.pack());
            assertThat(read.coreId().get()).contains(thread.coreId());
            assertThat(read.dieId().get()).isEqualTo(optional(machine.withDies(), thread.die()));
            assertThat(read.node().get()).isEqualTo(optional(machine.withNodes(), thread.node()));
            assertThat(read.l3Id().get()).isEqualTo(optional(machine.withL3() && machine.withIds(), thread.l3()));
            assertThat(read.l3Bytes().get()).isEqualTo(optional(machine.withL3(), thread.l3Bytes()));
        }
    }

    private static <T> Optional<T> optional(boolean there, T value) {
        return there ? Optional.of(value) : Optional.empty();
    }

    private static void levelsAgree(GeneratedMachine machine, CpuTopology topology) {
        assertThat(topology.disagreements()).isEmpty();
        assertThat(topology.cpus()).isEqualTo(machine.cpus(machine.online()));
        assertThat(topology.packages())
                .containsExactlyInAnyOrderElementsOf(expected(
                        machine,
                        true,
                        t -> new CpuTopology.CpuPackage(Optional.of(t.pack()), machine.with(t, Place::pack))));
        assertThat(topology.dies())
                .containsExactlyInAnyOrderElementsOf(expected(
                        machine, machine.withDies(), t -> new CpuTopology.Die(Optional.of(t.die()), machine.die(t))));
        assertThat(topology.l3())
                .containsExactlyInAnyOrderElementsOf(expected(
                        machine,
                        machine.withL3(),
                        t -> new CpuTopology.L3(
                                machine.number(t.l3()), machine.with(t, Place::l3), Optional.of(t.l3Bytes()), false)));
        assertThat(topology.cores())
                .containsExactlyInAnyOrderElementsOf(expected(
                        machine,
                        true,
                        t -> new CpuTopology.Core(
                                Optional.of(t.coreId()),
                                machine.with(t, Place::core),
                                Optional.empty(),
                                Optional.empty())));
        assertThat(topology.caches())
                .filteredOn(cache -> cache.level() == 2)
                .extracting(CpuTopology.Cache::cpus)
                .containsExactlyInAnyOrderElementsOf(expected(machine, true, t -> machine.with(t, Place::core)));
        assertThat(topology.nodes())
                .containsExactlyInAnyOrderElementsOf(
                        machine.withNodes()
                                ? expected(
                                        machine,
                                        true,
                                        t -> new CpuTopology.Node(t.node(), machine.with(t, Place::node)))
                                : List.of(new CpuTopology.Node(0, topology.cpus())));
        assertThat(topology.missing().stream().anyMatch(m -> m.startsWith("dies: ")))
                .isEqualTo(!machine.withDies());
        assertThat(topology.missing().stream().anyMatch(m -> m.startsWith("L3 caches: ")))
                .isEqualTo(!machine.withL3());
    }

    private static <T> List<T> expected(GeneratedMachine machine, boolean there, Function<Place, T> of) {
        return there ? machine.online().stream().map(of).distinct().toList() : List.of();
    }

    private static void theTreeHoldsEachCpuOnce(CpuTopology topology) {
        Part tree = topology.tree();
        assertThat(leaves(tree))
                .isSorted()
                .containsExactlyInAnyOrderElementsOf(
                        topology.cpus().stream().boxed().toList())
                .doesNotHaveDuplicates();
    }

    private static List<Integer> leaves(Part part) {
        if (part.level() == CpuTopology.Level.CPU) {
            return part.cpus().stream().boxed().toList();
        }
        List<Integer> below =
                part.parts().stream().flatMap(p -> leaves(p).stream()).sorted().toList();
        assertThat(below).isEqualTo(part.cpus().stream().boxed().toList());
        return below;
    }

    private static void onePackageAloneIsItsPart(GeneratedMachine machine, Cpu cpu) {
        CpuSet first = machine.with(machine.online().getFirst(), Place::pack);
        CpuTopology all = CpuTopology.of(cpu);
        CpuTopology alone = CpuTopology.of(cpu, first);
        assertThat(alone.cores())
                .isEqualTo(all.cores().stream()
                        .filter(c -> first.containsAll(c.cpus()))
                        .toList());
        assertThat(alone.l3())
                .isEqualTo(all.l3().stream()
                        .filter(c -> first.containsAll(c.cpus()))
                        .toList());
    }
}
