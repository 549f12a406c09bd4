package dev.nptune.paging.memory;

import dev.nptune.internal.text.Hex;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The physical memory of a machine, mapped from a file. May be read by several threads.
///
/// Two kinds of file are understood: an ELF core as QEMU's `dump-guest-memory` writes it, and a raw image in which
/// the offset is the physical address, as `pmemsave 0 …` writes it; a sparse one where memory goes on above 4 GiB.
/// Other images that a machine's memory lies in piece by piece, such as a `memory-backend-file`, can be given with
/// their pieces.
///
/// An address that is in no piece is not in the dump: reads give an empty answer, never another byte of the file.
/// Pieces that overlap or go past the end of the file are refused when it is opened. If somebody else truncates the
/// file meanwhile, the JVM throws an [InternalError] at the next read.
public final class PhysicalMemory implements AutoCloseable {
    /// Bytes of a page, and of a page table.
    public static final int PAGE = 4096;

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment file;
    private final @Nullable Arena arena;
    private final List<Extent> extents;
    private final List<CpuState> cpus;
    private final long[] starts;
    private final long[] ends;
    private final long[] offsets;

    private PhysicalMemory(MemorySegment file, @Nullable Arena arena, List<Extent> pieces, List<CpuState> cpus)
            throws BadDumpException {
        this.file = file;
        this.arena = arena;
        this.extents = checked(pieces, file.byteSize());
        this.cpus = List.copyOf(cpus);
        starts = extents.stream().mapToLong(Extent::address).toArray();
        ends = extents.stream().mapToLong(Extent::end).toArray();
        offsets = extents.stream().mapToLong(Extent::offset).toArray();
    }

    /// Maps a file, an ELF core or else a raw image.
    ///
    /// @throws UserException if it cannot be read, is of a format that cannot be mapped, or its headers are wrong;
    ///     says how to dump instead
    public static PhysicalMemory open(Path file) throws UserException {
        return map(file, null);
    }

    /// Maps a file that has memory in pieces that the caller knows, whatever it begins with.
    public static PhysicalMemory open(Path file, List<Extent> pieces) throws UserException {
        return map(file, _ -> pieces);
    }

    /// Where a `memory-backend-file` of QEMU's machine `q35` has its memory. A machine of 2.75 GiB or more has 2 GiB
    /// of it from address 0 on and the rest from 4 GiB on, a smaller one all of it from 0 on (QEMU's
    /// `hw/i386/pc_q35.c`).
    ///
    /// @param bytes size of the machine's memory
    public static List<Extent> q35(long bytes) {
        long below = bytes >= 0xb0000000L ? 1L << 31 : bytes;
        return below == bytes
                ? List.of(new Extent(0, bytes, 0))
                : List.of(new Extent(0, below, 0), new Extent(1L << 32, bytes - below, below));
    }

    /// Memory that is already in memory.
    ///
    /// @throws IllegalArgumentException if pieces overlap or go past the segment's end
    public static PhysicalMemory of(MemorySegment bytes, List<Extent> pieces) {
        try {
            return new PhysicalMemory(bytes, null, pieces, List.of());
        } catch (BadDumpException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static PhysicalMemory map(Path file, @Nullable Function<MemorySegment, List<Extent>> pieces)
            throws UserException {
        String name = Printable.line(file.toString());
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return pieces == null
                    ? understand(bytes, arena)
                    : new PhysicalMemory(bytes, arena, pieces.apply(bytes), List.of());
        } catch (IOException e) {
            arena.close();
            throw new UserException(Exit.CANNOT, name + ": " + IoReason.of(e), "Name a file that you may read.", e);
        } catch (BadDumpException e) {
            arena.close();
            throw new UserException(
                    Exit.CANNOT,
                    name + ": " + e.getMessage(),
                    "Dump the memory again: in QEMU's monitor, dump-guest-memory FILE.",
                    e);
        } catch (UnmappableException e) {
            arena.close();
            throw new UserException(
                    Exit.CANNOT,
                    name + " is " + e.format.words() + ", which is no memory as it is.",
                    e.format.nextStep());
        }
    }

    private static PhysicalMemory understand(MemorySegment bytes, Arena arena)
            throws BadDumpException, UnmappableException {
        if (bytes.byteSize() >= 4 && bytes.get(U32, 0) == 0x464c457f) {
            Elf elf = Elf.read(bytes);
            return new PhysicalMemory(bytes, arena, elf.extents(), elf.cpus());
        }
        OtherFormat other = OtherFormat.of(bytes).orElse(null);
        if (other != null) {
            throw new UnmappableException(other);
        }
        if (bytes.byteSize() == 0) {
            throw new BadDumpException("the file is empty");
        }
        return new PhysicalMemory(bytes, arena, List.of(new Extent(0, bytes.byteSize(), 0)), List.of());
    }

    /// In order of addresses; pieces that go on in memory and in the file alike become one.
    private static List<Extent> checked(List<Extent> pieces, long fileBytes) throws BadDumpException {
        List<Extent> result = new ArrayList<>();
        for (Extent piece : pieces.stream()
                .sorted(Comparator.comparingLong(Extent::address))
                .toList()) {
            if (piece.offset() + piece.bytes() > fileBytes) {
                throw new BadDumpException("the file ends before the memory at " + Hex.of(piece.address()) + " does");
            }
            Extent last = result.isEmpty() ? null : result.getLast();
            if (last != null && last.end() > piece.address()) {
                throw new BadDumpException("the memory at " + Hex.of(piece.address())
                        + " is there twice (a dump by virtual addresses; it must be one with paging=false)");
            }
            if (last != null && last.end() == piece.address() && last.offset() + last.bytes() == piece.offset()) {
                result.set(result.size() - 1, new Extent(last.address(), last.bytes() + piece.bytes(), last.offset()));
            } else {
                result.add(piece);
            }
        }
        if (result.isEmpty()) {
            throw new BadDumpException("there is no memory in the file");
        }
        return List.copyOf(result);
    }

    /// The pieces, in order of addresses.
    public List<Extent> extents() {
        return extents;
    }

    /// The CPUs' registers, in the dump's order; empty for a raw image.
    public List<CpuState> cpus() {
        return cpus;
    }

    /// Bytes of memory in all pieces.
    public long bytes() {
        return extents.stream().mapToLong(Extent::bytes).sum();
    }

    /// Whether all of a range is in the dump.
    ///
    /// @param bytes at least 1
    public boolean contains(long address, long bytes) {
        return offset(address, bytes) >= 0;
    }

    /// Eight bytes, little-endian; empty if they are not in the dump.
    public OptionalLong read64(long address) {
        long offset = offset(address, 8);
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(file.get(U64, offset));
    }

    /// Four bytes, little-endian, zero-extended; empty if they are not in the dump.
    public OptionalLong read32(long address) {
        long offset = offset(address, 4);
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(Integer.toUnsignedLong(file.get(U32, offset)));
    }

    /// A page of [#PAGE] bytes, read-only.
    ///
    /// @param address on a page's boundary
    /// @return null if not all of it is in the dump
    public @Nullable MemorySegment page(long address) {
        long offset = offset(address, PAGE);
        return offset < 0 ? null : file.asSlice(offset, PAGE).asReadOnly();
    }

    /// Where a range is in [#file()], for loops that must be fast.
    ///
    /// @return negative if not all of it is in the dump
    public long offset(long address, long bytes) {
        int low = 0;
        int high = starts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (address >= ends[middle]) {
                low = middle + 1;
            } else if (address < starts[middle]) {
                high = middle - 1;
            } else {
                return bytes <= ends[middle] - address ? offsets[middle] + (address - starts[middle]) : -1;
            }
        }
        return -1;
    }

    /// The bytes that [#offset] speaks of.
    public MemorySegment file() {
        return file;
    }

    /// Gives the mapping back. Nothing may read it then.
    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
    }

    private static final class UnmappableException extends Exception {
        private static final long serialVersionUID = 1L;
        private final OtherFormat format;

        UnmappableException(OtherFormat format) {
            super(format.words());
            this.format = format;
        }
    }
}
