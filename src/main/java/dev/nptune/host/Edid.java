package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.nio.charset.StandardCharsets;

/// Finds a monitor's name in its EDID. Serial numbers, which lie there too, are not looked at.
final class Edid {
    /// The first block and all extension blocks that a page holds.
    static final int MAX_BYTES = 4096;

    private static final int BLOCK = 128;
    private static final int[] DESCRIPTORS = {54, 72, 90, 108};
    private static final int NAME = 0xfc;

    private Edid() {}

    /// What the monitor calls itself; if it does not, its maker's three letters and the product code in hex, as in
    /// `DEL a0c4`.
    ///
    /// @throws IllegalArgumentException if it is no EDID
    static String monitor(byte[] edid) {
        if (edid.length < BLOCK || !hasHeader(edid)) {
            throw new IllegalArgumentException("no EDID");
        }
        for (int at : DESCRIPTORS) {
            if (edid[at] == 0 && edid[at + 1] == 0 && edid[at + 2] == 0 && (edid[at + 3] & 0xff) == NAME) {
                String name = name(edid, at + 5);
                if (!name.isEmpty()) {
                    return name;
                }
            }
        }
        return maker(edid) + String.format(" %04x", ((edid[11] & 0xff) << 8) | (edid[10] & 0xff));
    }

    private static boolean hasHeader(byte[] edid) {
        boolean header = edid[0] == 0 && edid[7] == 0;
        for (int i = 1; i < 7; i++) {
            header &= (edid[i] & 0xff) == 0xff;
        }
        return header;
    }

    /// Up to 13 characters, ended by a line feed and filled with spaces.
    private static String name(byte[] edid, int start) {
        String text = new String(edid, start, 13, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        return Printable.line((end < 0 ? text : text.substring(0, end)).strip());
    }

    /// Three letters of five bits each, A is 1.
    private static String maker(byte[] edid) {
        int packed = ((edid[8] & 0xff) << 8) | (edid[9] & 0xff);
        StringBuilder letters = new StringBuilder();
        for (int shift = 10; shift >= 0; shift -= 5) {
            int letter = (packed >> shift) & 0x1f;
            letters.append(letter >= 1 && letter <= 26 ? (char) ('A' + letter - 1) : '?');
        }
        return letters.toString();
    }
}
