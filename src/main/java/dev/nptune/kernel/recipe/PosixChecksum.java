package dev.nptune.kernel.recipe;

/// What `cksum` prints. Source: POSIX.1-2024, cksum.
final class PosixChecksum {
    private static final int POLYNOMIAL = 0x04c11db7;

    private PosixChecksum() {}

    static long of(byte[] content) {
        int crc = 0;
        for (byte b : content) {
            crc = step(crc, b);
        }
        for (long length = content.length; length != 0; length >>>= 8) {
            crc = step(crc, (byte) length);
        }
        return Integer.toUnsignedLong(~crc);
    }

    private static int step(int crc, byte b) {
        int next = crc ^ (b << 24);
        for (int i = 0; i < 8; i++) {
            next = next < 0 ? next << 1 ^ POLYNOMIAL : next << 1;
        }
        return next;
    }
}
