package dev.nptune.paging.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes an ELF core.
final class ElfCore {
    private final boolean wide;
    private final int machine;
    private final List<Load> loads = new ArrayList<>();
    private final ByteBuffer notes = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    private record Load(long address, ByteBuffer bytes) {}

    ElfCore(boolean wide, int machine) {
        this.wide = wide;
        this.machine = machine;
    }

    void load(long address, int bytes, int value) {
        byte[] content = new byte[bytes];
        Arrays.fill(content, (byte) value);
        loads.add(new Load(address, ByteBuffer.wrap(content)));
    }

    void note(byte[] content) {
        notes.putInt(5).putInt(content.length).putInt(0);
        notes.put("QEMU\0\0\0\0".getBytes(StandardCharsets.US_ASCII)).put(content);
    }

    static byte[] cpu(long rip, long cr0, long cr2, long cr3, long cr4, boolean code64) {
        ByteBuffer state = ByteBuffer.allocate(440).order(ByteOrder.LITTLE_ENDIAN);
        state.putInt(0, 1).putInt(4, 440);
        state.putLong(8 + 16 * 8, rip);
        state.putInt(8 + 18 * 8 + 8, code64 ? 1 << 21 : 0);
        int registers = 8 + 18 * 8 + 10 * 24;
        state.putLong(registers, cr0).putLong(registers + 16, cr2).putLong(registers + 24, cr3);
        state.putLong(registers + 32, cr4);
        return state.array();
    }

    ByteBuffer bytes() {
        int header = wide ? 64 : 52;
        int entry = wide ? 56 : 32;
        int at = header + entry * (loads.size() + 1);
        ByteBuffer out = ByteBuffer.allocate(at
                        + notes.position()
                        + loads.stream().mapToInt(l -> l.bytes().capacity()).sum())
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), 1, 1});
        out.putShort(16, (short) 4).putShort(18, (short) machine);
        if (wide) {
            out.putLong(32, header).putShort(54, (short) entry).putShort(56, (short) (loads.size() + 1));
        } else {
            out.putInt(28, header).putShort(42, (short) entry).putShort(44, (short) (loads.size() + 1));
        }
        program(out, header, 4, 0, at, notes.position());
        out.put(at, notes.array(), 0, notes.position());
        at += notes.position();
        for (int i = 0; i < loads.size(); i++) {
            Load load = loads.get(i);
            program(
                    out,
                    header + entry * (i + 1),
                    1,
                    load.address(),
                    at,
                    load.bytes().capacity());
            out.put(at, load.bytes().array());
            at += load.bytes().capacity();
        }
        return out.clear();
    }

    private void program(ByteBuffer out, int at, int type, long address, long offset, long bytes) {
        out.putInt(at, type);
        if (wide) {
            out.putLong(at + 8, offset)
                    .putLong(at + 24, address)
                    .putLong(at + 32, bytes)
                    .putLong(at + 40, bytes);
        } else {
            out.putInt(at + 4, (int) offset).putInt(at + 12, (int) address).putInt(at + 16, (int) bytes);
        }
    }
}
