package dev.nptune.paging;

import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.Permissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Page tables of a random description, and what that description says of addresses.
public final class RandomMachine {
    /// Enough for the physical addresses of all modes.
    public static final int PHYSICAL_BITS = 40;

    /// What was mapped.
    public record Mapping(long from, long to, PageSize size, Permissions permissions, int patIndex) {}

    private final PagingMode mode;
    private final SplittableRandom random;
    private final TestTables tables;
    private final int physicalBits;
    private final TreeMap<Long, Mapping> mappings = new TreeMap<>(Long::compareUnsigned);

    public RandomMachine(PagingMode mode, SplittableRandom random, TestTables tables) {
        this(mode, random, tables, PHYSICAL_BITS);
    }

    /// @param physicalBits of the addresses that pages are at
    public RandomMachine(PagingMode mode, SplittableRandom random, TestTables tables, int physicalBits) {
        this.physicalBits = physicalBits;
        this.mode = mode;
        this.random = random;
        this.tables = tables;
    }

    public static List<PageSize> sizes(PagingMode mode) {
        return switch (mode) {
            case NONE -> List.of();
            case LEGACY -> List.of(PageSize.K4, PageSize.M4);
            case PAE -> List.of(PageSize.K4, PageSize.M2);
            case FOUR_LEVEL, FIVE_LEVEL -> List.of(PageSize.K4, PageSize.M2, PageSize.G1);
        };
    }

    /// Maps pages at random places, in groups of neighbours.
    ///
    /// @param virtualBits where they may be, if that is less than the mode has
    public void mapSome(int groups, int virtualBits) {
        for (int i = 0; i < groups; i++) {
            PageSize size = sizes(mode).get(random.nextInt(sizes(mode).size()));
            long at = address(Math.min(virtualBits, mode.virtualBits())) & -size.bytes();
            long to = physical(size);
            int count = 1 + random.nextInt(size == PageSize.G1 ? 2 : 6);
            for (int page = 0; page < count; page++) {
                if (random.nextInt(4) == 0) {
                    to = physical(size);
                }
                map(at + page * size.bytes(), to, size);
                to = to + size.bytes() & (1L << physicalBits(size)) - 1;
            }
        }
    }

    private long address(int bits) {
        long at = random.nextLong() >>> (64 - bits);
        // A few places only, so that groups share tables.
        long top = at & 0x3L << (bits - 2);
        long low = at & (1L << Math.min(bits, random.nextBoolean() ? 24 : 32)) - 1;
        long address = top | low;
        return mode.isLong() && bits == mode.virtualBits() && !tables.isNested()
                ? address << (64 - bits) >> (64 - bits)
                : address;
    }

    private int physicalBits(PageSize size) {
        return mode == PagingMode.LEGACY && size == PageSize.K4 ? Math.min(32, physicalBits) : physicalBits;
    }

    /// A physical address that a page of a size can be at.
    public long physical(PageSize size) {
        return random.nextLong() >>> (64 - physicalBits(size)) & -size.bytes();
    }

    /// Maps a page with random rights, unless something is there or the page is none of this mode's.
    public boolean map(long at, long to, PageSize size) {
        boolean canonical = tables.isNested()
                ? at >>> mode.virtualBits() == 0
                : tables.tables(PHYSICAL_BITS).covers(at);
        if (!canonical || overlaps(at, size.bytes())) {
            return false;
        }
        int leafLevel = TestTables.level(mode, size);
        long bits = someRights();
        int pat = random.nextInt(8);
        long patBits = (pat & 3L) << 3 | (pat >>> 2 == 0 ? 0 : leafLevel == 1 ? 0x80 : 0x1000);
        tables.map(at, to, size, bits | patBits | (random.nextLong() & 0x60), someRights());
        Permissions permissions = rights(bits, false);
        for (int level = mode.levels(); level > leafLevel; level--) {
            // Another page may have been the reason for that entry.
            long upper = tables.read(tables.place(at, level, 0));
            permissions = permissions.and(rights(upper, mode == PagingMode.PAE && level == 3));
        }
        mappings.put(at, new Mapping(at, to, size, permissions, pat));
        return true;
    }

    private boolean overlaps(long at, long bytes) {
        var before = mappings.floorEntry(at);
        var after = mappings.ceilingEntry(at);
        return (before != null
                        && at - before.getKey() < before.getValue().size().bytes())
                || (after != null && after.getKey() - at < bytes);
    }

    private long someRights() {
        long bits = tables.isNested() ? TestTables.U : random.nextInt(5) == 0 ? 0 : TestTables.U;
        bits |= random.nextInt(5) == 0 ? 0 : TestTables.W;
        return bits | (mode != PagingMode.LEGACY && random.nextInt(5) == 0 ? TestTables.NX : 0);
    }

    private Permissions rights(long bits, boolean none) {
        return new Permissions(
                none || (bits & TestTables.W) != 0, none || (bits & TestTables.U) != 0, none || bits >= 0);
    }

    /// What the description says of an address.
    public Optional<Mapping> at(long address) {
        var entry = mappings.floorEntry(address);
        return entry == null
                        || address - entry.getKey() >= entry.getValue().size().bytes()
                ? Optional.empty()
                : Optional.of(entry.getValue());
    }

    /// All that was mapped, in the order of addresses without a sign.
    public List<Mapping> mappings() {
        return new ArrayList<>(mappings.values());
    }

    public PagingMode mode() {
        return mode;
    }

    public TestTables tables() {
        return tables;
    }
}
