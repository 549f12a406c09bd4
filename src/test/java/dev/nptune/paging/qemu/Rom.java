package dev.nptune.paging.qemu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A firmware that loads the paging registers it is given and halts.
final class Rom {
    private static final int BYTES = 1 << 16;
    private static final int RESET = 0xfff0;

    private Rom() {}

    static byte[] of(int cr0, int cr3, int cr4, int efer) {
        ByteBuffer code = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        // cli
        code.put((byte) 0xfa);
        // mov eax, cr4; mov cr4, eax
        eax(code, cr4);
        bytes(code, 0x0f, 0x22, 0xe0);
        // mov eax, cr3; mov cr3, eax
        eax(code, cr3);
        bytes(code, 0x0f, 0x22, 0xd8);
        // mov ecx, 0xc0000080; mov eax, efer; xor edx, edx; wrmsr
        bytes(code, 0x66, 0xb9, 0x80, 0x00, 0x00, 0xc0);
        eax(code, efer);
        bytes(code, 0x66, 0x31, 0xd2, 0x0f, 0x30);
        // mov eax, cr0; mov cr0, eax
        eax(code, cr0);
        bytes(code, 0x0f, 0x22, 0xc0);
        // hlt; jmp to it
        bytes(code, 0xf4, 0xeb, 0xfd);
        // jmp far f000:0000
        code.position(RESET);
        bytes(code, 0xea, 0x00, 0x00, 0x00, 0xf0);
        return code.array();
    }

    private static void eax(ByteBuffer code, int value) {
        bytes(code, 0x66, 0xb8);
        code.putInt(value);
    }

    private static void bytes(ByteBuffer code, int... values) {
        for (int value : values) {
            code.put((byte) value);
        }
    }
}
