package dev.nptune.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// How a recording lies in its file; `docs/recording.md` says it in full.
final class Format {
    /// The version written by this program.
    static final int VERSION = 1;

    static final byte[] MAGIC = "NPTREC01".getBytes(US_ASCII);

    /// Before each block: length and CRC32C of what follows, four bytes each, little-endian.
    static final int FRAME = 8;

    /// The largest block that is read; one is a second of samples, a few KiB.
    static final int MOST_BLOCK = 64 << 20;

    /// Kinds of blocks.
    static final int ABOUT = 1;

    static final int DATA = 2;
    static final int END = 3;

    /// Entries of a block of data.
    static final int COLUMN = 1;

    static final int SAMPLE = 2;
    static final int ENDED = 3;

    /// Bounds of what is read.
    static final int MOST_SOURCES = 64;

    static final int MOST_TEXT = 4096;
    static final int MOST_VALUES = 1 << 26;

    private Format() {}
}
