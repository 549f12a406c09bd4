package dev.nptune.host;

import dev.nptune.host.Cpu.Slice;
import java.util.List;

/// Reads which CPUs systemd's groups at the top may use: from version 2 of control groups or, where none of them is
/// there, from the cpuset hierarchy of version 1.
final class SliceReader {
    private static final String CGROUP = "/sys/fs/cgroup";
    private static final List<String> NAMES = List.of("init.scope", "system.slice", "user.slice", "machine.slice");

    private SliceReader() {}

    static List<Slice> read(Tree tree) {
        List<Slice> slices = read(tree, CGROUP, "cpuset.cpus.effective");
        return slices.isEmpty() ? read(tree, CGROUP + "/cpuset", "cpuset.effective_cpus") : slices;
    }

    private static List<Slice> read(Tree tree, String directory, String file) {
        List<String> there = tree.namesOrGap(directory);
        return NAMES.stream()
                .filter(there::contains)
                .map(name -> new Slice(
                        name, tree.value(directory + "/" + name + "/" + file).map(CpuSet::parse)))
                .toList();
    }
}
