package dev.nptune.paging.vmcb;

import dev.nptune.paging.memory.Extent;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.type.Pat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// Finds the PAT that a guest asked for, in the host's memory: KVM keeps it in `vcpu->arch.pat` whether or not it
/// puts it in force.
///
/// `struct kvm_vcpu_arch` (Linux, `arch/x86/include/asm/kvm_host.h`, 3.17 to 6.15 at least) has in this order `cr0`,
/// `cr0_guest_owned_bits`, `cr2`, `cr3`, `cr4`, and some KiB further on `pat`, `switch_db_regs`, four `db`, `dr6`,
/// `dr7`. After every exit KVM has CR0, CR2 and CR3 there as the VMCB has them. So the first is a place with the
/// VMCB's three values, and the second the next one behind it where a PAT stands before debug registers. The distance
/// between the two depends on the kernel's configuration and is not needed.
public final class AskedPat {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// More than the structure has between the two.
    private static final long FURTHEST = 32 << 10;

    private static final long CHUNK = 64L << 20;

    /// Of CR0 what KVM does not change behind the guest's back: PE, ET, NE, WP, AM, PG.
    private static final long CR0_BITS = 0x8005_0031L;

    /// CR4.MCE, which KVM may add in the VMCB.
    private static final long CR4_MCE = 1 << 6;

    private static final int CR2 = 16;
    private static final int CR3 = 24;
    private static final int CR4 = 32;

    private static final int SWITCH_DB_REGS = 8;
    private static final int DR6 = 48;
    private static final int DR7 = 56;
    private static final int PAT_AND_DEBUG = 64;
    private static final long DR6_ONES = 0xfffe_07f0L;
    private static final long DR7_ONE = 0x400;

    private AskedPat() {}

    /// As below, for one.
    public static Optional<Pat> find(PhysicalMemory memory, Vmcb vmcb) {
        return Optional.ofNullable(find(memory, List.of(vmcb)).get(vmcb));
    }

    /// Looks for those of several guests, all in one pass over the memory.
    ///
    /// @param vmcbs of guests; one that has not set up its page tables, or has no nested paging, has none
    /// @return what was found; a VMCB is left out if there is no place for it, or if there are places that differ
    public static Map<Vmcb, Pat> find(PhysicalMemory memory, List<Vmcb> vmcbs) {
        List<Vmcb> asking =
                vmcbs.stream().filter(vmcb -> vmcb.nested() && vmcb.cr3() != 0).toList();
        if (asking.isEmpty()) {
            return Map.of();
        }
        Map<Vmcb, Set<Pat>> found = chunks(memory)
                .parallel()
                .boxed()
                .flatMap(chunk -> registers(memory, asking, chunk).stream())
                .flatMap(place -> behind(memory, place.cr0()).stream().map(pat -> Map.entry(place.vmcb(), pat)))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toSet())));
        return found.entrySet().stream()
                .filter(pats -> pats.getValue().size() == 1)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, pats -> pats.getValue().iterator().next()));
    }

    /// Where a guest's registers are.
    ///
    /// @param cr0 address of `cr0` in the structure
    private record Place(Vmcb vmcb, long cr0) {}

    private static LongStream chunks(PhysicalMemory memory) {
        return memory.extents().stream()
                .flatMapToLong(extent ->
                        LongStream.iterate((extent.address() + 7) & -8, at -> at < extent.end(), at -> at + CHUNK));
    }

    /// Structures with the guests' registers, from an address on.
    private static List<Place> registers(PhysicalMemory memory, List<Vmcb> vmcbs, long from) {
        long[] wanted = vmcbs.stream().mapToLong(Vmcb::cr3).distinct().sorted().toArray();
        long filter = Arrays.stream(wanted).map(AskedPat::bit).reduce(0, (a, b) -> a | b);
        MemorySegment file = memory.file();
        long offset = memory.offset(from, 1);
        long end = offset + (Math.min(CHUNK, bytesFrom(memory, from)) & -8);
        List<Place> places = new ArrayList<>();
        for (long at = offset; at < end; at += 8) {
            long cr3 = file.get(U64, at);
            if ((filter & bit(cr3)) != 0 && Arrays.binarySearch(wanted, cr3) >= 0) {
                long place = from + (at - offset) - CR3;
                vmcbs.stream()
                        .filter(vmcb -> vmcb.cr3() == cr3 && isRegisters(memory, vmcb, place))
                        .forEach(vmcb -> places.add(new Place(vmcb, place)));
            }
        }
        return places;
    }

    /// One of 64 bits that a value falls on: of most values it tells that they are not wanted.
    private static long bit(long value) {
        return 1L << ((value * 0x9e37_79b9_7f4a_7c15L) >>> 58);
    }

    private static long bytesFrom(PhysicalMemory memory, long from) {
        return memory.extents().stream()
                .filter(extent -> from >= extent.address() && from < extent.end())
                .mapToLong(Extent::end)
                .map(end -> end - from)
                .findFirst()
                .orElse(0);
    }

    private static boolean isRegisters(PhysicalMemory memory, Vmcb vmcb, long place) {
        return memory.contains(place, CR4 + 8)
                && (read(memory, place) & ~0xffff_ffffL) == 0
                && ((read(memory, place) ^ vmcb.cr0()) & CR0_BITS) == 0
                && read(memory, place + CR2) == vmcb.cr2()
                && ((read(memory, place + CR4) ^ vmcb.cr4()) & ~CR4_MCE) == 0;
    }

    /// The first PAT before debug registers.
    private static Optional<Pat> behind(PhysicalMemory memory, long registers) {
        for (long at = registers + CR4 + 8; at < registers + FURTHEST; at += 8) {
            if (!memory.contains(at, PAT_AND_DEBUG)) {
                return Optional.empty();
            }
            Pat pat = new Pat(read(memory, at));
            if (pat.value() != 0 && pat.isValid() && hasDebugRegisters(memory, at)) {
                return Optional.of(pat);
            }
        }
        return Optional.empty();
    }

    private static boolean hasDebugRegisters(PhysicalMemory memory, long at) {
        long dr6 = read(memory, at + DR6);
        long dr7 = read(memory, at + DR7);
        return read(memory, at + SWITCH_DB_REGS) >>> 3 == 0
                && dr6 >>> 32 == 0
                && (dr6 & DR6_ONES) == DR6_ONES
                && dr7 >>> 32 == 0
                && (dr7 & DR7_ONE) != 0;
    }

    private static long read(PhysicalMemory memory, long address) {
        return memory.read64(address).orElse(0);
    }
}
