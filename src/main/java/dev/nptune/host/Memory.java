package dev.nptune.host;

import java.util.List;

/// Memory of a machine. Sizes are in bytes.
///
/// @param total `MemTotal`
/// @param available `MemAvailable`: what a new program could take without swapping
/// @param hugePages the huge page pools, by page size ascending, over all nodes
/// @param thpEnabled transparent huge pages: the bracketed word of `always`, `madvise`, `never`
/// @param thpDefrag how hard a page fault works for a huge page
/// @param thpShmem the same as [#thpEnabled] for shared memory
public record Memory(
        Fact<Long> total,
        Fact<Long> available,
        List<HugePagePool> hugePages,
        Fact<String> thpEnabled,
        Fact<String> thpDefrag,
        Fact<String> thpShmem) {

    public Memory {
        hugePages = List.copyOf(hugePages);
    }

    /// Reserved huge pages of one size.
    ///
    /// @param pageBytes page size in bytes, 2 MiB or 1 GiB on x86
    /// @param total pages reserved
    /// @param free pages of them that no process uses
    public record HugePagePool(long pageBytes, Fact<Long> total, Fact<Long> free) {}
}
