package dev.nptune.plan;

import dev.nptune.host.CpuSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Layouts that people have, to compare a placement with.
enum UsualLayout {
    /// virt-manager's default: no pins, every vCPU over every CPU.
    FLOATING("no pins (default)") {
        @Override
        List<CpuSet> pins(CpuModel machine, int vcpus) {
            return Stream.generate(machine::online).limit(vcpus).toList();
        }
    },
    /// vCPU n on CPU n.
    NAIVE("vCPU n on CPU n") {
        @Override
        List<CpuSet> pins(CpuModel machine, int vcpus) {
            int[] cpus = machine.online().stream().toArray();
            return IntStream.range(0, vcpus)
                    .mapToObj(v -> CpuSet.of(cpus[v % cpus.length]))
                    .toList();
        }
    },
    /// vCPU 2n on CPU n and 2n+1 on n+N, N being half the CPUs: right where siblings are numbered so.
    HALVES("pairs on n, n+N") {
        @Override
        List<CpuSet> pins(CpuModel machine, int vcpus) {
            int[] cpus = machine.online().stream().toArray();
            int half = cpus.length / 2;
            return IntStream.range(0, vcpus)
                    .mapToObj(v -> CpuSet.of(cpus[(v / 2 % Math.max(1, half) + v % 2 * half) % cpus.length]))
                    .toList();
        }
    };

    private final String words;

    UsualLayout(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /// The host CPUs of each vCPU; the first again where there are more vCPUs than CPUs.
    ///
    /// @param machine one with at least one CPU online
    abstract List<CpuSet> pins(CpuModel machine, int vcpus);
}
