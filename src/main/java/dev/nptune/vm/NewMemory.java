package dev.nptune.vm;

import dev.nptune.host.CpuSet;
import java.util.List;
import java.util.Optional;

/// The memory of a VM that is made anew.
///
/// @param bytes its size, whole MiB
/// @param hugePageBytes size of the reserved host pages it is taken from; empty for ordinary memory
/// @param nodes the host NUMA nodes it must come from; empty for any
/// @param cells the NUMA nodes the guest sees; empty for none, else together all memory and all vCPUs
public record NewMemory(long bytes, Optional<Long> hugePageBytes, CpuSet nodes, List<Cell> cells) {
    private static final long MIB = 1L << 20;
    private static final long LARGEST = 1L << 50;

    /// A NUMA node that the guest sees.
    ///
    /// @param vcpus its vCPUs
    /// @param bytes its memory, whole MiB
    /// @param nodes the host NUMA nodes that memory must come from; empty for those of the VM
    public record Cell(CpuSet vcpus, long bytes, CpuSet nodes) {}

    /// @throws IllegalArgumentException if a size is none that QEMU can make of such pages, or the cells do not add up
    public NewMemory {
        cells = List.copyOf(cells);
        long page = hugePageBytes.orElse(MIB);
        if (page < 1024 || Long.bitCount(page) != 1) {
            throw new IllegalArgumentException("a huge page of " + page + " bytes: must be a power of two");
        }
        check("memory", bytes, page);
        for (Cell cell : cells) {
            check("memory of a guest NUMA node", cell.bytes, page);
        }
        if (!cells.isEmpty() && cells.stream().mapToLong(Cell::bytes).sum() != bytes) {
            throw new IllegalArgumentException("the guest NUMA nodes' memory does not add up to " + bytes + " bytes");
        }
    }

    /// Ordinary memory from any node.
    public static NewMemory of(long bytes) {
        return new NewMemory(bytes, Optional.empty(), CpuSet.of(), List.of());
    }

    /// The same from reserved pages of that size.
    public NewMemory withHugePages(long pageBytes) {
        return new NewMemory(bytes, Optional.of(pageBytes), nodes, cells);
    }

    /// The same from these host nodes and no others.
    public NewMemory withNodes(CpuSet strict) {
        return new NewMemory(bytes, hugePageBytes, strict, cells);
    }

    /// The same shown to the guest as these NUMA nodes.
    public NewMemory withCells(List<Cell> shown) {
        return new NewMemory(bytes, hugePageBytes, nodes, shown);
    }

    private static void check(String what, long size, long page) {
        if (size < MIB || size > LARGEST || size % MIB != 0) {
            throw new IllegalArgumentException(what + " of " + size + " bytes: must be whole MiB, at most 1 PiB");
        }
        if (size % page != 0) {
            throw new IllegalArgumentException(what + " of " + size + " bytes is not whole pages of " + page);
        }
    }
}
