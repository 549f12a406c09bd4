package dev.nptune.paging.vmcb;

import dev.nptune.paging.memory.Extent;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.walk.PagingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Looks for VMCBs in all of a machine's memory.
///
/// A page is taken for one if VMRUN would accept it as far as that can be seen (APM volume 2, 15.5.1): EFER.SVME is
/// set, the ASID is 1 to 65535, VMRUN is intercepted, control registers, flags and debug registers agree with each
/// other and have no reserved bits, and the page tables are at a place that the dump has. With nested paging `g_pat`
/// must be a PAT as well; without it CR3 is the shadow tables' and paging is on.
///
/// What is found that is not in use: pages that were VMCBs and have been freed, since Linux does not wipe them; a
/// guest's VMCB for its own guest, and KVM's second one for the same; [Vmcb#root()] tells most of them. What KVM or
/// the processor saves of the host looks different: ASID and intercepts are 0 there. What is not found: VMs under
/// SEV-ES, whose registers are encrypted.
public final class VmcbSearch {
    /// More than there are VMs. Hostile dumps may consist of nothing else.
    public static final int MOST_FOUND = 1 << 14;

    private static final long CHUNK = 64L << 20;

    private VmcbSearch() {}

    /// What a search gave.
    ///
    /// @param vmcbs in order of addresses
    /// @param complete whether there are no more than [#MOST_FOUND]
    public record Found(List<Vmcb> vmcbs, boolean complete) {
        public Found {
            vmcbs = List.copyOf(vmcbs);
        }
    }

    private record Chunk(long address, long offset, long pages) {}

    /// Searches a host with nested tables of four levels.
    ///
    /// @param physicalBits MAXPHYADDR of the host; 52 if it is not known
    public static Found search(PhysicalMemory memory, int physicalBits) {
        return search(memory, PagingMode.FOUR_LEVEL, physicalBits);
    }

    /// Searches, on as many threads as there are CPUs.
    ///
    /// @param nestedMode how the host's nested tables are read: the mode of its own ones
    public static Found search(PhysicalMemory memory, PagingMode nestedMode, int physicalBits) {
        VmcbReader reader = new VmcbReader(memory, nestedMode, physicalBits);
        List<Vmcb> found = chunks(memory).parallelStream()
                .flatMap(chunk -> in(memory, reader, chunk).stream())
                .sorted(Comparator.comparingLong(Vmcb::address))
                .toList();
        boolean complete = found.size() <= MOST_FOUND;
        return new Found(complete ? found : found.subList(0, MOST_FOUND), complete);
    }

    private static List<Vmcb> in(PhysicalMemory memory, VmcbReader reader, Chunk chunk) {
        List<Vmcb> found = new ArrayList<>();
        VmcbScan.scan(memory.file(), chunk.offset(), chunk.pages(), at -> {
            if (found.size() <= MOST_FOUND) {
                reader.read(chunk.address() + (at - chunk.offset())).ifPresent(found::add);
            }
        });
        return found;
    }

    private static List<Chunk> chunks(PhysicalMemory memory) {
        List<Chunk> chunks = new ArrayList<>();
        for (Extent extent : memory.extents()) {
            long first = (extent.address() + PhysicalMemory.PAGE - 1) & -PhysicalMemory.PAGE;
            long end = extent.end() & -PhysicalMemory.PAGE;
            for (long at = first; at < end; at += CHUNK) {
                long bytes = Math.min(CHUNK, end - at);
                chunks.add(new Chunk(at, extent.offset() + (at - extent.address()), bytes / PhysicalMemory.PAGE));
            }
        }
        return chunks;
    }
}
