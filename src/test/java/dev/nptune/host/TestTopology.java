package dev.nptune.host;

import dev.nptune.host.Cpu.LogicalCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A Vermeer of eight cores in two CCXs to change in one place: CPUs 0 to 7, no SMT.
final class TestTopology {
    Fact<String> vendor = Fact.known("AuthenticAMD", "/proc/cpuinfo");
    Fact<Set<String>> flags = Fact.known(Set.of("svm", "topoext"), "/proc/cpuinfo");
    List<LogicalCpu> logical = new ArrayList<>();

    TestTopology() {
        for (int id = 0; id < 8; id++) {
            logical.add(cpu(id, id / 4, CpuSet.range(id / 4 * 4, id / 4 * 4 + 3), 32L << 20, 200 - id));
        }
    }

    static LogicalCpu cpu(int id, int l3, CpuSet sharing, long bytes, int perf) {
        String directory = "/sys/devices/system/cpu/cpu" + id + "/";
        return new LogicalCpu(
                id,
                Fact.known(0, directory + "topology/physical_package_id"),
                Fact.known(CpuSet.range(0, 7), directory + "topology/core_siblings"),
                Fact.absent(directory + "topology/die_id"),
                Fact.known(id, directory + "topology/core_id"),
                Fact.known(CpuSet.of(id), directory + "topology/thread_siblings"),
                Fact.known(l3, directory + "cache/index3/id"),
                Fact.known(sharing, directory + "cache/index3/shared_cpu_map"),
                Fact.known(bytes, directory + "cache/index3/size"),
                Fact.known(0, "/sys/devices/system/node/node0/cpulist"),
                Fact.known(perf, directory + "acpi_cppc/highest_perf"));
    }

    Cpu cpu() {
        Fact<String> text = Fact.absent("/test");
        Fact<CpuSet> none = Fact.absent("/test");
        return new Cpu(
                vendor,
                text,
                Fact.known(0x19, "/proc/cpuinfo"),
                Fact.known(0x21, "/proc/cpuinfo"),
                Fact.absent("/test"),
                text,
                flags,
                none,
                none,
                none,
                none,
                none,
                none,
                text,
                text,
                Fact.absent("/test"),
                logical,
                List.of(),
                Fact.absent("/test"),
                CpuFrequency.unread("not in this test"),
                CpuIdle.unread("not in this test"),
                Map.of(),
                List.of());
    }
}
