package dev.nptune.doctor;

import dev.nptune.host.PciFunction;
import java.util.Arrays;
import java.util.Optional;

/// AMD chips known for not coming back from a reset, by the PCI ID project's ranges of device numbers.
enum AmdChip {
    VEGA_10("Vega 10", 0x6860, 0x687f),
    VEGA_20("Vega 20", 0x66a0, 0x66af),
    NAVI_10("Navi 10", 0x7310, 0x731f),
    NAVI_12("Navi 12", 0x7360, 0x7362),
    NAVI_14("Navi 14", 0x7340, 0x734f),
    RDNA_4("RDNA 4", 0x7550, 0x759f);

    private static final int AMD = 0x1002;

    private final String words;
    private final int first;
    private final int last;

    AmdChip(String words, int first, int last) {
        this.words = words;
        this.first = first;
        this.last = last;
    }

    String words() {
        return words;
    }

    static Optional<AmdChip> of(PciFunction function) {
        return Arrays.stream(values())
                .filter(c ->
                        function.vendorId() == AMD && c.first <= function.deviceId() && function.deviceId() <= c.last)
                .findFirst();
    }
}
