package dev.nptune.internal.text;

/// Addresses and registers in words.
public final class Hex {
    private Hex() {}

    /// Such as `0xfd000000`, without leading zeros; the sign is its highest bit.
    public static String of(long value) {
        return "0x" + Long.toHexString(value);
    }
}
