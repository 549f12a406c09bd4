package dev.nptune.host;

import java.util.List;

/// Memory of a machine. Sizes are in bytes.
///
/// @param total `MemTotal`
/// @param available `MemAvailable`: what a new program could take without swapping
/// @param swapTotal `SwapTotal`
/// @param swapFree `SwapFree`
/// @param swappiness `vm.swappiness`: how readily programs' memory is swapped out
/// @param hugePages the huge page pools, by page size ascending, over all nodes
/// @param thpEnabled transparent huge pages: the bracketed word of `always`, `madvise`, `never`
/// @param thpDefrag how hard a page fault works for a huge page
/// @param thpShmem the same as [#thpEnabled] for shared memory
/// @param khugepagedDefrag whether the daemon that makes huge pages afterwards may compact memory for them
/// @param compactionProactiveness `vm.compaction_proactiveness`: 0 (never) to 100, how much memory is compacted in the
///     background
/// @param numaBalancing `kernel.numa_balancing`: 1 where the kernel moves memory to the node that uses it, and takes
///     pages away from time to time to see which that is; 2 where it moves memory between fast and slow kinds; 0 where
///     it does neither
/// @param ksm merging of equal pages
/// @param nodes NUMA nodes by number
public record Memory(
        Fact<Long> total,
        Fact<Long> available,
        Fact<Long> swapTotal,
        Fact<Long> swapFree,
        Fact<Integer> swappiness,
        List<HugePagePool> hugePages,
        Fact<String> thpEnabled,
        Fact<String> thpDefrag,
        Fact<String> thpShmem,
        Fact<Boolean> khugepagedDefrag,
        Fact<Integer> compactionProactiveness,
        Fact<Integer> numaBalancing,
        Ksm ksm,
        List<Node> nodes) {

    public Memory {
        hugePages = List.copyOf(hugePages);
        nodes = List.copyOf(nodes);
    }

    /// Reserved huge pages of one size.
    ///
    /// @param pageBytes page size in bytes, 2 MiB or 1 GiB on x86
    /// @param total pages reserved
    /// @param free pages of them that no process uses
    public record HugePagePool(long pageBytes, Fact<Long> total, Fact<Long> free) {}

    /// Kernel same-page merging. The counts are in pages.
    ///
    /// @param run 0 stopped, 1 running, 2 stopped and all merged pages split again
    /// @param pagesShared pages that stand for several
    /// @param pagesSharing how many more places use those: what was saved
    /// @param pagesUnshared pages looked at again and again that have no equal
    /// @param fullScans how often all memory offered was scanned
    /// @param mergeAcrossNodes whether pages of different NUMA nodes are merged
    public record Ksm(
            Fact<Integer> run,
            Fact<Long> pagesShared,
            Fact<Long> pagesSharing,
            Fact<Long> pagesUnshared,
            Fact<Long> fullScans,
            Fact<Boolean> mergeAcrossNodes) {

        /// Nothing known, for one reason.
        public static Ksm unread(String reason) {
            String directory = "/sys/kernel/mm/ksm/";
            return new Ksm(
                    Fact.unreadable(directory + "run", reason),
                    Fact.unreadable(directory + "pages_shared", reason),
                    Fact.unreadable(directory + "pages_sharing", reason),
                    Fact.unreadable(directory + "pages_unshared", reason),
                    Fact.unreadable(directory + "full_scans", reason),
                    Fact.unreadable(directory + "merge_across_nodes", reason));
        }
    }

    /// A NUMA node.
    ///
    /// @param id the kernel's number; numbers may have holes
    /// @param cpus its CPUs, none for one of memory only; offline ones may be named too
    /// @param total memory of the node
    /// @param free memory of the node that is free
    /// @param hugePages the node's share of the huge page pools, by page size ascending
    /// @param distances relative cost of reaching each online node's memory from here, by ascending number; 10
    ///     is this node's own
    public record Node(
            int id,
            Fact<CpuSet> cpus,
            Fact<Long> total,
            Fact<Long> free,
            List<HugePagePool> hugePages,
            Fact<List<Integer>> distances) {

        public Node {
            hugePages = List.copyOf(hugePages);
        }
    }
}
