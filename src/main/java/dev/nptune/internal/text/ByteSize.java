package dev.nptune.internal.text;

import java.util.Locale;

/// Sizes of memory in words.
public final class ByteSize {
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    /// Smaller than this is any cache that is no whole number of MiB.
    private static final long NO_CACHE = 64 * MIB;

    private ByteSize() {}

    /// A size in the largest unit of which it is a whole number, so that caches come out exactly. What is larger than
    /// any cache need not be whole: it comes in MiB, from 1 GiB on in tenths of it.
    public static String of(long bytes) {
        if (bytes >= GIB) {
            return bytes % GIB == 0
                    ? bytes / GIB + " GiB"
                    : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) GIB);
        }
        return bytes >= NO_CACHE || (bytes >= MIB && bytes % MIB == 0) ? bytes / MIB + " MiB" : bytes / KIB + " KiB";
    }
}
