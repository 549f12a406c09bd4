package dev.nptune.host;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToIntFunction;

/// A machine nobody built: any mix of packages, dies, L3 domains, cores with one or two threads and NUMA nodes, its
/// CPUs
/// numbered at random and with holes, some of them offline.
///
/// @param threads all CPUs
/// @param withL3 whether it has third-level caches
/// @param withIds whether the kernel numbers caches
/// @param withDies whether the kernel knows dies
/// @param withNodes whether the kernel knows NUMA
/// @param withLists whether the kernel lists CPUs, as opposed to masks and a file per CPU
record GeneratedMachine(
        List<Place> threads, boolean withL3, boolean withIds, boolean withDies, boolean withNodes, boolean withLists) {
    private static final String CPUS = "/sys/devices/system/cpu/";

    /// A logical CPU and where it belongs; equal numbers in a field, equal package where that matters, mean together.
    ///
    /// @param core unique in the machine; so is l3, but die and coreId count within a package
    record Place(int cpu, int pack, int die, int l3, int core, int coreId, int node, long l3Bytes, boolean online) {}

    static GeneratedMachine of(Random random, int size) {
        int perNode = 1 + random.nextInt(3);
        int nodeStep = 1 + random.nextInt(3);
        List<Integer> numbers = numbers(random, size);
        List<Place> threads = new ArrayList<>();
        int core = 0;
        int l3 = 0;
        for (int pack = 0; threads.size() < size; pack++) {
            int dies = 1 + random.nextInt(3);
            int coreId = 0;
            for (int die = 0; die < dies; die++) {
                int domains = 1 + random.nextInt(2);
                for (int domain = 0; domain < domains; domain++, l3 += 1 + random.nextInt(2)) {
                    int cores = 1 + random.nextInt(8);
                    long bytes = (1L + random.nextInt(96)) << 20;
                    for (int c = 0; c < cores; c++, core++, coreId += 1 + random.nextInt(3)) {
                        int siblings = 1 + random.nextInt(2);
                        for (int t = 0; t < siblings && threads.size() < size; t++) {
                            boolean online = threads.isEmpty() || random.nextInt(8) > 0;
                            threads.add(new Place(
                                    numbers.get(threads.size()),
                                    pack * 2,
                                    die,
                                    l3,
                                    core,
                                    coreId,
                                    pack / perNode * nodeStep,
                                    bytes,
                                    online));
                        }
                    }
                }
            }
        }
        return new GeneratedMachine(
                threads,
                random.nextInt(4) > 0,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(4) > 0,
                random.nextBoolean());
    }

    private static List<Integer> numbers(Random random, int size) {
        List<Integer> numbers = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < size; i++, next += random.nextInt(6) == 0 ? 1 + random.nextInt(40) : 1) {
            numbers.add(next);
        }
        if (random.nextBoolean()) {
            Collections.shuffle(numbers, random);
        }
        return numbers;
    }

    List<Place> online() {
        return threads.stream().filter(Place::online).toList();
    }

    CpuSet cpus(List<Place> some) {
        return CpuSet.of(some.stream().mapToInt(Place::cpu).toArray());
    }

    /// The online CPUs that have a number in common with one.
    CpuSet with(Place thread, ToIntFunction<Place> number) {
        return CpuSet.of(online().stream()
                .filter(t -> number.applyAsInt(t) == number.applyAsInt(thread))
                .mapToInt(Place::cpu)
                .toArray());
    }

    CpuSet die(Place thread) {
        return with(thread, Place::die).and(with(thread, Place::pack));
    }

    void plant(TestTree tree) {
        if (withLists) {
            tree.file(CPUS + "online", cpus(online()) + "\n");
            tree.file(CPUS + "present", cpus(threads) + "\n");
        }
        for (Place thread : threads) {
            String directory = CPUS + "cpu" + thread.cpu();
            tree.directory(directory);
            if (thread.online()) {
                plant(tree, thread, directory);
            } else {
                tree.file(directory + "/online", "0\n");
            }
            if (withNodes) {
                // the kernel's list of a node has no offline CPUs, its entries have
                tree.file(
                        "/sys/devices/system/node/node" + thread.node() + "/cpulist", with(thread, Place::node) + "\n");
            }
        }
    }

    private void plant(TestTree tree, Place thread, String directory) {
        String topology = directory + "/topology/";
        tree.file(topology + "physical_package_id", thread.pack() + "\n");
        tree.file(topology + "core_id", thread.coreId() + "\n");
        set(tree, topology + "core_siblings", topology + "core_siblings_list", with(thread, Place::pack));
        set(tree, topology + "thread_siblings", topology + "thread_siblings_list", with(thread, Place::core));
        if (withDies) {
            tree.file(topology + "die_id", thread.die() + "\n");
        }
        cache(tree, directory + "/cache/index2/", 2, thread.core(), with(thread, Place::core), 512L << 10);
        if (withL3) {
            cache(tree, directory + "/cache/index3/", 3, thread.l3(), with(thread, Place::l3), thread.l3Bytes());
        }
    }

    private void cache(TestTree tree, String directory, int level, int id, CpuSet sharing, long bytes) {
        tree.file(directory + "level", level + "\n").file(directory + "type", "Unified\n");
        tree.file(directory + "size", (bytes >> 10) + "K\n");
        set(tree, directory + "shared_cpu_map", directory + "shared_cpu_list", sharing);
        if (withIds) {
            tree.file(directory + "id", id + "\n");
        }
    }

    private void set(TestTree tree, String mask, String list, CpuSet cpus) {
        if (withLists) {
            tree.file(list, cpus + "\n");
        } else {
            tree.file(mask, mask(cpus) + "\n");
        }
    }

    static String mask(CpuSet cpus) {
        int words = cpus.stream().max().orElse(0) / 32 + 1;
        List<String> text = new ArrayList<>();
        for (int word = words - 1; word >= 0; word--) {
            int bits = 0;
            for (int bit = 0; bit < 32; bit++) {
                bits |= (cpus.contains(word * 32 + bit) ? 1 : 0) << bit;
            }
            text.add(String.format("%08x", bits));
        }
        return String.join(",", text);
    }

    Optional<Integer> number(int id) {
        return withIds ? Optional.of(id) : Optional.empty();
    }
}
