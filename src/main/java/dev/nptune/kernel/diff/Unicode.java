package dev.nptune.kernel.diff;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Text of messages, whose bytes may be in any encoding.
final class Unicode {
    private Unicode() {}

    /// The text that bytes are in UTF-8, or, if they are not that, in ISO 8859-1.
    static String ofBytes(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /// The same for bytes that stand in a string, a character each.
    static String ofLatin(String bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            if (bytes.charAt(i) > '~') {
                return ofBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return bytes;
    }

    /// The bytes of a text in UTF-8, a character each.
    static String toLatin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
