package dev.nptune.plan;

import dev.nptune.host.PciAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/// Which graphics card a person wants for a VM.
public sealed interface CardRequest {
    /// The one that fits best.
    record Auto() implements CardRequest {}

    /// The one at an address, of any of its functions.
    record At(PciAddress address) implements CardRequest {}

    /// The one of a kind.
    ///
    /// @param id `vendor:device` in hex, lower case
    record OfKind(String id) implements CardRequest {}

    /// Reads `auto`, a PCI address such as `0000:0a:00.0` or `0a:00.0`, or `vendor:device` such as `10de:1b81`.
    ///
    /// @throws IllegalArgumentException if the text is none of them
    static CardRequest parse(String text) {
        if (text.equals("auto")) {
            return new Auto();
        }
        if (Id.TEXT.matcher(text).matches()) {
            return new OfKind(text.toLowerCase(Locale.ROOT));
        }
        try {
            return new At(PciAddress.parse(text));
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException(
                    "neither auto, nor an address such as 0000:0a:00.0, nor an id such as 10de:1b81");
        }
    }

    /// The form of an id.
    final class Id {
        private static final Pattern TEXT = Pattern.compile("\\p{XDigit}{4}:\\p{XDigit}{4}");

        private Id() {}
    }
}
