package dev.nptune.paging;

import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;
import java.util.SplittableRandom;

/// A guest's tables of a random description under nested ones of another.
public final class TwoDimensions {
    private static final int GUEST_BITS = 30;

    private final TestMemory memory;
    private final RandomMachine nested;
    private final RandomMachine guest;
    private final SplittableRandom random;
    private long tablesEnd;
    private long nextTable = 1L << GUEST_BITS;

    /// @param wholly whether the nested tables have a page for each of the guest's
    public TwoDimensions(PagingMode guestMode, PagingMode nestedMode, long seed, boolean wholly) {
        memory = new TestMemory(8192, seed);
        random = new SplittableRandom(seed);
        nested = new RandomMachine(nestedMode, random, new TestTables(memory, nestedMode).asNested());
        guest = new RandomMachine(
                guestMode,
                random,
                new TestTables(memory, guestMode, this::table, this::hostOfTable),
                Math.min(RandomMachine.PHYSICAL_BITS, nestedMode.virtualBits()));
        guest.mapSome(30, 64);
        for (RandomMachine.Mapping mapping : guest.mappings()) {
            cover(mapping, wholly);
        }
    }

    /// Tables lie between 1 and 2 GiB of the guest's memory, on nested pages of 4 KiB that are theirs.
    private long table() {
        long address = nextTable;
        nextTable += 0x1000L * (1 + random.nextInt(3));
        nested.tables()
                .map(address, memory.page(), PageSize.K4, TestTables.W | TestTables.U, TestTables.W | TestTables.U);
        tablesEnd = nextTable;
        return address;
    }

    private long hostOfTable(long guestPhysical) {
        long place = nested.tables().place(guestPhysical, 1, TestTables.W | TestTables.U);
        return (nested.tables().read(place) & 0x000f_ffff_ffff_f000L) | (guestPhysical & 0xfff);
    }

    private void cover(RandomMachine.Mapping mapping, boolean wholly) {
        long at = mapping.to();
        long end = at + mapping.size().bytes();
        while (at < end) {
            PageSize size = sizeAt(at, end);
            boolean table = at < tablesEnd + (1L << 22) && at + size.bytes() > (1L << GUEST_BITS);
            if (!table && (wholly || random.nextInt(8) > 0)) {
                nested.map(at, nested.physical(size), size);
            }
            at += size.bytes();
        }
    }

    /// Small pages only near a mapping's end, so that there are not too many.
    private PageSize sizeAt(long at, long end) {
        PageSize best = PageSize.K4;
        for (PageSize size : RandomMachine.sizes(nested.mode())) {
            boolean fits = at % size.bytes() == 0 && (at + size.bytes() <= end || random.nextInt(3) == 0);
            boolean small = end - at > 64 * size.bytes() || random.nextBoolean();
            best = fits && small ? size : best;
        }
        return best;
    }

    public TestMemory memory() {
        return memory;
    }

    public RandomMachine guest() {
        return guest;
    }

    public RandomMachine nested() {
        return nested;
    }

    public TableRoot guestTables() {
        return guest.tables().tables(RandomMachine.PHYSICAL_BITS);
    }

    public TableRoot nestedTables() {
        return nested.tables().nestedTables(RandomMachine.PHYSICAL_BITS);
    }
}
