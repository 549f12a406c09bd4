package dev.nptune.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A qcow2 image without data, for a machine that has QEMU and not its tools.
///
/// Source: QEMU, `docs/interop/qcow2.txt`, version 2
final class EmptyQcow2 {
    private static final int CLUSTER_BITS = 16;
    private static final int CLUSTER = 1 << CLUSTER_BITS;

    private EmptyQcow2() {}

    /// Writes four clusters: header, reference count table, one block of counts, and the guest's first-level table.
    ///
    /// @param bytes size of the disk, at most 4 TiB: what one cluster of that table covers
    static void write(Path file, long bytes) throws IOException {
        ByteBuffer image = ByteBuffer.allocate(4 * CLUSTER);
        long coveredByEntry = (long) CLUSTER * CLUSTER / Long.BYTES;
        image.put("QFI\u00fb".getBytes(StandardCharsets.ISO_8859_1)).putInt(2);
        image.putLong(0).putInt(0); // no backing file
        image.putInt(CLUSTER_BITS).putLong(bytes).putInt(0); // not encrypted
        image.putInt((int) Math.ceilDiv(bytes, coveredByEntry)).putLong(3L * CLUSTER);
        image.putLong(CLUSTER).putInt(1);
        image.putInt(0).putLong(0); // no snapshots
        image.putLong(CLUSTER, 2L * CLUSTER);
        for (int cluster = 0; cluster < 4; cluster++) {
            image.putShort(2 * CLUSTER + Short.BYTES * cluster, (short) 1);
        }
        Files.write(file, image.array());
    }
}
