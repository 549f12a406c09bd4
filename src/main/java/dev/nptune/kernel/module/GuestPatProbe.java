package dev.nptune.kernel.module;

import java.util.List;
import java.util.Locale;

/// Tells from its machine code whether `kvm-amd` hands the guest's PAT to the processor: whether `svm_set_msr` stores
/// to
/// `g_pat` in the VMCB's save area.
///
/// `g_pat` is at 0x668 of the VMCB, 0x268 of its save area (AMD's APM, volume 2, appendix B). The function is also
/// where every other MSR of the guest's goes, and no other of its stores has this offset.
final class GuestPatProbe {
    private static final String FUNCTION = "svm_set_msr";
    private static final List<Integer> OFFSETS = List.of(0x668, 0x268);

    private GuestPatProbe() {}

    /// What the module's code says.
    static Presence probe(ElfModule module) {
        List<byte[]> code = module.code(FUNCTION);
        if (code.isEmpty()) {
            return Presence.unknown("the module has no function " + FUNCTION + " that a symbol names");
        }
        for (int offset : OFFSETS) {
            for (byte[] part : code) {
                int at = store(part, offset);
                if (at >= 0) {
                    return Presence.there(
                            String.format(Locale.ROOT, "%s+0x%x stores to g_pat (offset 0x%x)", FUNCTION, at, offset));
                }
            }
        }
        List<String> helpers = module.functions().stream()
                .filter(name -> name.matches(".*set_g_?pat.*"))
                .toList();
        if (!helpers.isEmpty()) {
            return Presence.unknown(FUNCTION + " has no such store, but there is " + helpers.getFirst());
        }
        return Presence.missing(FUNCTION + " stores nothing to g_pat (offsets 0x668, 0x268)");
    }

    /// Where the code stores to a memory operand of a register and this offset: `mov` from a register (89) or of a
    /// constant (C7) with a displacement of 32 bits. Code is looked at byte by byte: what looks like one
    /// within another is improbable, since opcode, operand and offset must all fit.
    private static int store(byte[] code, int offset) {
        for (int at = 2; at + 4 <= code.length; at++) {
            int value = (code[at] & 0xFF)
                    | (code[at + 1] & 0xFF) << 8
                    | (code[at + 2] & 0xFF) << 16
                    | (code[at + 3] & 0xFF) << 24;
            if (value != offset) {
                continue;
            }
            if (isStore(code[at - 2], code[at - 1]) && (code[at - 1] & 7) != 4) {
                return at - 2;
            }
            if (at > 2 && isStore(code[at - 3], code[at - 2]) && (code[at - 2] & 7) == 4) {
                return at - 3;
            }
        }
        return -1;
    }

    private static boolean isStore(byte opcode, byte operand) {
        boolean moves = (opcode & 0xFF) == 0x89 || (opcode & 0xFF) == 0xC7;
        return moves && (operand & 0xC0) == 0x80;
    }
}
