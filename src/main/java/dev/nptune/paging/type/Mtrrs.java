package dev.nptune.paging.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The memory type range registers of a machine: which type physical addresses have (APM volume 2, 7.7).
///
/// @param defaultType of addresses in no range; UC on every PC that was looked at
/// @param fixed types of the 88 fixed ranges below 1 MiB, in order of addresses: eight of 64 KiB, 16 of 16 KiB, 64 of
///     4 KiB; empty if they are off or not known
/// @param variable the variable ranges that are valid
/// @param topOfMemory2 TOP_MEM2 if SYSCFG.Tom2ForceMemTypeWB is set: the default from 4 GiB up to it is WB; 0
///     otherwise. AMD's firmware sets it, so memory above 4 GiB has no range of its own
public record Mtrrs(MemoryType defaultType, List<MemoryType> fixed, List<Mtrr> variable, long topOfMemory2) {
    /// Fixed ranges, if there are any.
    public static final int FIXED = 88;

    private static final long FIXED_END = 1L << 20;
    private static final long FOUR_GIB = 1L << 32;

    // reg00: base=0x000000000 (    0MB), size= 2048MB, count=1: write-back
    private static final Pattern LINE = Pattern.compile(
            "reg\\d+: base=0x([0-9a-fA-F]{1,16}) \\( *\\d+MB\\), size= *(\\d{1,9})([KMG])B, count=\\d+: ([a-z-]+)");

    /// @throws IllegalArgumentException if there are fixed ranges, but not 88
    public Mtrrs {
        fixed = List.copyOf(fixed);
        variable = List.copyOf(variable);
        if (!fixed.isEmpty() && fixed.size() != FIXED) {
            throw new IllegalArgumentException(fixed.size() + " fixed ranges");
        }
    }

    /// What Linux shows of the variable ranges in `/proc/mtrr`. It shows neither the fixed ranges nor the default,
    /// which is taken to be UC, or WB if no range is WB: some memory must be. Lines that are none are passed over.
    ///
    /// @param topOfMemory2 as in the record; where it is not known, the end of the machine's memory will do
    public static Mtrrs ofProc(String text, long topOfMemory2) {
        List<Mtrr> ranges = new ArrayList<>();
        text.lines().forEach(line -> range(line).ifPresent(ranges::add));
        boolean writeBack = ranges.stream().anyMatch(range -> range.type() == MemoryType.WB);
        return new Mtrrs(writeBack ? MemoryType.UC : MemoryType.WB, List.of(), ranges, topOfMemory2);
    }

    private static Optional<Mtrr> range(String line) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long bytes = Long.parseLong(matcher.group(2))
                << switch (matcher.group(3)) {
                    case "K" -> 10;
                    case "M" -> 20;
                    default -> 30;
                };
        long base = Long.parseUnsignedLong(matcher.group(1), 16);
        if (Long.bitCount(bytes) != 1 || (base & (bytes - 1)) != 0) {
            return Optional.empty();
        }
        return named(matcher.group(4)).map(type -> Mtrr.range(base, bytes, type));
    }

    private static Optional<MemoryType> named(String name) {
        return switch (name) {
            case "uncachable" -> Optional.of(MemoryType.UC);
            case "write-combining" -> Optional.of(MemoryType.WC);
            case "write-protect" -> Optional.of(MemoryType.WP);
            case "write-through" -> Optional.of(MemoryType.WT);
            case "write-back" -> Optional.of(MemoryType.WB);
            default -> Optional.empty();
        };
    }

    /// The type of an address. Where ranges overlap UC wins, and of WT and WB WT; what other overlaps mean is
    /// undefined,
    /// and UC is assumed.
    public MemoryType type(long address) {
        if (address >= 0 && address < FIXED_END && !fixed.isEmpty()) {
            return fixed.get(fixedRange(address));
        }
        Optional<MemoryType> found = Optional.empty();
        for (Mtrr range : variable) {
            if (range.contains(address)) {
                MemoryType type = range.type();
                found = Optional.of(found.map(other -> overlap(other, type)).orElse(type));
            }
        }
        return found.orElseGet(() -> address >= FOUR_GIB && address < topOfMemory2 ? MemoryType.WB : defaultType);
    }

    /// How far the type of an address goes on without any range beginning or ending: the first address behind.
    ///
    /// @return greater than the address; [Long#MAX_VALUE] if there is no boundary
    public long until(long address) {
        long end = Long.MAX_VALUE;
        if (address < FIXED_END && !fixed.isEmpty()) {
            return fixedEnd(address);
        }
        for (Mtrr range : variable) {
            long bytes = Long.lowestOneBit(range.mask());
            long boundary = bytes == 0 ? Long.MAX_VALUE : (address & -bytes) + bytes;
            boolean here = range.contains(address);
            long begin = range.base() & range.mask();
            if (here && boundary > address) {
                end = Math.min(end, boundary);
            } else if (begin > address) {
                end = Math.min(end, begin);
            }
        }
        return Math.min(end, nextOf(address));
    }

    private long nextOf(long address) {
        if (topOfMemory2 <= FOUR_GIB) {
            return Long.MAX_VALUE;
        }
        return address < FOUR_GIB ? FOUR_GIB : address < topOfMemory2 ? topOfMemory2 : Long.MAX_VALUE;
    }

    private static MemoryType overlap(MemoryType one, MemoryType other) {
        if (one == other) {
            return one;
        }
        boolean throughAndBack =
                (one == MemoryType.WT && other == MemoryType.WB) || (one == MemoryType.WB && other == MemoryType.WT);
        return throughAndBack ? MemoryType.WT : MemoryType.UC;
    }

    private static int fixedRange(long address) {
        if (address < 0x80000) {
            return (int) (address >>> 16);
        }
        return address < 0xc0000 ? 8 + (int) ((address - 0x80000) >>> 14) : 24 + (int) ((address - 0xc0000) >>> 12);
    }

    private static long fixedEnd(long address) {
        long bytes = address < 0x80000 ? 1 << 16 : address < 0xc0000 ? 1 << 14 : 1 << 12;
        return (address & -bytes) + bytes;
    }
}
