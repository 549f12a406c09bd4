package dev.nptune.paging.vmcb;

import static dev.nptune.paging.vmcb.VmcbFormat.ASID;
import static dev.nptune.paging.vmcb.VmcbFormat.EFER;
import static dev.nptune.paging.vmcb.VmcbFormat.TLB_CONTROL;

import dev.nptune.paging.memory.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.LongConsumer;

/// The loop over all pages, fast: it touches one cache line of almost every page, the one with EFER. What it lets
/// through is looked at closely by [VmcbReader], which alone decides.
final class VmcbScan {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private VmcbScan() {}

    /// Hands over the file offset of every page that may be a VMCB.
    ///
    /// @param from offset of the first page
    /// @param pages how many lie one after the other
    static void scan(MemorySegment file, long from, long pages, LongConsumer candidates) {
        long end = from + pages * PhysicalMemory.PAGE;
        for (long at = from; at < end; at += PhysicalMemory.PAGE) {
            if (VmcbFormat.eferFits(file.get(U64, at + EFER))
                    && VmcbFormat.asidFits(file.get(U32, at + ASID), file.get(U32, at + TLB_CONTROL))) {
                candidates.accept(at);
            }
        }
    }
}
