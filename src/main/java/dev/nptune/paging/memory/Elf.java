package dev.nptune.paging.memory;

import dev.nptune.internal.text.Hex;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the headers of an ELF core: a table of program headers that say which bytes of the file are which physical
/// addresses, and notes. Offsets are those of the System V ABI; every one that comes out of the file is held against
/// the file's length before it is used.
final class Elf {
    /// More program headers than a machine has stretches of memory.
    static final int MOST_HEADERS = 1 << 20;

    /// More CPUs than a machine has.
    static final int MOST_NOTES = 1 << 16;

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int CORE = 4;
    private static final int I386 = 3;
    private static final int X86_64 = 62;
    private static final int LOAD = 1;
    private static final int NOTE = 4;
    private static final int COUNT_ELSEWHERE = 0xffff;

    private static final int CPU_STATE_VERSION = 1;
    private static final int CPU_STATE_BYTES = 432;
    private static final int RIP = 0x88;
    private static final int CS_FLAGS = 0xa0;
    private static final int CR0 = 0x188;
    private static final int CODE_64 = 1 << 21;

    private final MemorySegment file;
    private final boolean wide;
    private final boolean longMode;
    private final List<Extent> extents = new ArrayList<>();
    private final List<CpuState> cpus = new ArrayList<>();

    private Elf(MemorySegment file) throws BadDumpException {
        this.file = file;
        need(0, 52, "the ELF header");
        wide = file.get(ValueLayout.JAVA_BYTE, 4) == 2;
        if (file.get(ValueLayout.JAVA_BYTE, 5) != 1) {
            throw new BadDumpException("the ELF file is not of a little-endian machine");
        }
        int machine = u16(18);
        if (u16(16) != CORE || (machine != X86_64 && machine != I386)) {
            throw new BadDumpException(
                    "the ELF file is no core of an x86 machine (type " + u16(16) + ", machine " + machine + ")");
        }
        longMode = machine == X86_64;
    }

    /// @param file the whole file, which begins with ELF's magic number
    static Elf read(MemorySegment file) throws BadDumpException {
        Elf elf = new Elf(file);
        elf.headers();
        return elf;
    }

    List<Extent> extents() {
        return extents;
    }

    List<CpuState> cpus() {
        return cpus;
    }

    private void headers() throws BadDumpException {
        if (wide) {
            need(0, 64, "the ELF header");
        }
        long at = wide ? u64(32) : u32(28);
        int entry = u16(wide ? 54 : 42);
        int least = wide ? 56 : 32;
        if (entry < least) {
            throw new BadDumpException("program headers of " + entry + " bytes; there must be " + least);
        }
        long count = count(u16(wide ? 56 : 44));
        if (count > MOST_HEADERS) {
            throw new BadDumpException(count + " program headers; no machine has that many");
        }
        need(at, count * entry, "the program headers");
        for (long i = 0; i < count; i++) {
            header(at + i * entry);
        }
    }

    /// With 65535 program headers or more the number is in the first section header.
    private long count(int inHeader) throws BadDumpException {
        if (inHeader != COUNT_ELSEWHERE) {
            return inHeader;
        }
        long section = wide ? u64(40) : u32(32);
        need(section, wide ? 64 : 40, "the first section header");
        return u32(section + (wide ? 44 : 28));
    }

    private void header(long at) throws BadDumpException {
        int type = (int) u32(at);
        long offset = wide ? u64(at + 8) : u32(at + 4);
        long physical = wide ? u64(at + 24) : u32(at + 12);
        long bytes = wide ? u64(at + 32) : u32(at + 16);
        if (bytes == 0) {
            return;
        }
        if (type == LOAD) {
            need(offset, bytes, "the memory at " + Hex.of(physical));
            if (physical < 0 || physical + bytes < 0) {
                throw new BadDumpException(
                        "a program header is for the physical address " + Hex.of(physical) + ", which no machine has");
            }
            extents.add(new Extent(physical, bytes, offset));
        } else if (type == NOTE) {
            need(offset, bytes, "the notes");
            notes(offset, offset + bytes);
        }
    }

    private void notes(long from, long end) throws BadDumpException {
        long at = from;
        while (at + 12 <= end) {
            long nameBytes = u32(at);
            long contentBytes = u32(at + 4);
            long name = at + 12;
            long content = name + align(nameBytes);
            long next = content + align(contentBytes);
            if (content + contentBytes > end) {
                throw new BadDumpException("the note at offset " + at + " is longer than the notes");
            }
            if (nameBytes == 5 && u32(name) == 0x554d4551L) {
                state(content, contentBytes).ifPresent(cpus::add);
            }
            if (cpus.size() > MOST_NOTES) {
                throw new BadDumpException("notes for more than " + MOST_NOTES + " CPUs");
            }
            at = next;
        }
    }

    private Optional<CpuState> state(long at, long bytes) {
        if (bytes < CPU_STATE_BYTES || u32(at) != CPU_STATE_VERSION) {
            return Optional.empty();
        }
        boolean code64 = (u32(at + CS_FLAGS) & CODE_64) != 0;
        return Optional.of(new CpuState(
                u64(at + RIP),
                u64(at + CR0),
                u64(at + CR0 + 16),
                u64(at + CR0 + 24),
                u64(at + CR0 + 32),
                code64 || (longMode && cpus.isEmpty())));
    }

    private static long align(long bytes) {
        return (bytes + 3) & ~3L;
    }

    private void need(long offset, long bytes, String what) throws BadDumpException {
        if (offset < 0 || bytes < 0 || offset > file.byteSize() || bytes > file.byteSize() - offset) {
            throw new BadDumpException("the file ends before " + what + " does: " + Long.toUnsignedString(bytes)
                    + " bytes at offset " + Long.toUnsignedString(offset) + " in a file of " + file.byteSize());
        }
    }

    private long u64(long at) {
        return file.get(U64, at);
    }

    private long u32(long at) {
        return Integer.toUnsignedLong(file.get(U32, at));
    }

    private int u16(long at) {
        return Short.toUnsignedInt(file.get(U16, at));
    }
}
