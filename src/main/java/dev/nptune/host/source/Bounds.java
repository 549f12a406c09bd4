package dev.nptune.host.source;

/// How much of an archive is read before it is refused. Archives come from strangers.
///
/// @param packedBytes of the archive itself
/// @param unpackedBytes of all that comes out of it, headers included
/// @param fileBytes of one file in it
/// @param entries files, directories and links together
/// @param pathLength characters of one name with its directories
/// @param depth directories above an entry
record Bounds(long packedBytes, long unpackedBytes, int fileBytes, int entries, int pathLength, int depth) {
    /// Ten times what a server with 200 PCI functions and 256 CPUs takes.
    static final Bounds USUAL = new Bounds(64L << 20, 192L << 20, 16 << 20, 200_000, 1024, 48);

    /// The most memory the tables of a decompressor may take, in KiB; what `xz -9` makes needs 65 MiB.
    static final int DECOMPRESSOR_KIB = 80 << 10;
}
