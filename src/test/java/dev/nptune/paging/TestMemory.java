package dev.nptune.paging;

import dev.nptune.paging.memory.Extent;
import dev.nptune.paging.memory.PhysicalMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;

/// Physical memory of a test, and free pages of it in no particular order.
public final class TestMemory {
    private final MemorySegment bytes;
    private final int[] order;
    private int used;

    /// @param pages its size
    public TestMemory(int pages, long seed) {
        bytes = Arena.ofAuto().allocate((long) pages * PhysicalMemory.PAGE, PhysicalMemory.PAGE);
        order = new int[pages - 1];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < order.length; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i + 1;
        }
    }

    /// An empty page that was not given out before; never the one at 0.
    public long page() {
        return (long) order[used++] * PhysicalMemory.PAGE;
    }

    public PhysicalMemory memory() {
        return PhysicalMemory.of(bytes, List.of(new Extent(0, bytes.byteSize(), 0)));
    }

    public MemorySegment bytes() {
        return bytes;
    }

    public long read(long address, int width) {
        return width == 8
                ? bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, address)
                : Integer.toUnsignedLong(bytes.get(ValueLayout.JAVA_INT_UNALIGNED, address));
    }

    public void write(long address, int width, long value) {
        if (width == 8) {
            bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
        } else {
            bytes.set(ValueLayout.JAVA_INT_UNALIGNED, address, (int) value);
        }
    }
}
