package dev.nptune.paging.inspect;

import dev.nptune.paging.tlb.ZenTlb;
import dev.nptune.paging.type.Mtrrs;
import dev.nptune.paging.type.Pat;
import java.util.List;
import java.util.Optional;

/// What is known of a host besides its memory.
///
/// @param mtrrs its MTRRs
/// @param mtrrsAreRead whether they were read, rather than assumed
/// @param pat its own PAT, by which nested and shadow entries count
/// @param physicalBits MAXPHYADDR of the host and of its guests; 52 if it is not known
/// @param devices device memory of passed-through functions, which is looked at first
/// @param asked the PAT that the guest wrote, where somebody knows it; where not, it is looked for in the host's memory
/// @param tlb the TLB of its cores, if it is known
public record Surroundings(
        Mtrrs mtrrs,
        boolean mtrrsAreRead,
        Pat pat,
        int physicalBits,
        List<Device> devices,
        Optional<Pat> asked,
        Optional<ZenTlb> tlb) {
    /// The same with memory up to an address: above 4 GiB AMD's firmware gives memory no range of its own.
    Surroundings upTo(long end) {
        Mtrrs known = new Mtrrs(mtrrs.defaultType(), mtrrs.fixed(), mtrrs.variable(), end);
        return new Surroundings(known, mtrrsAreRead, pat, physicalBits, devices, asked, tlb);
    }

    public Surroundings {
        devices = List.copyOf(devices);
    }

    /// Device memory.
    ///
    /// @param name for people, such as `0000:01:00.0 BAR 0`
    /// @param address host-physical address of its first byte
    /// @param bytes its length
    public record Device(String name, long address, long bytes) {
        /// Whether an address lies in it.
        public boolean contains(long physical) {
            return physical >= address && physical - address < bytes;
        }
    }
}
