package dev.nptune.watch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/// Changes what blocks say and makes their checksums right again, so that a reader gets to see it.
final class RecordingForger {
    private final List<byte[]> blocks = new ArrayList<>();

    RecordingForger(byte[] whole) {
        ByteBuffer in = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).position(Format.MAGIC.length);
        while (in.hasRemaining()) {
            byte[] block = new byte[in.getInt()];
            in.getInt();
            in.get(block);
            blocks.add(block);
        }
    }

    byte[] withRightSums(SplittableRandom random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Format.MAGIC);
        int changed = random.nextInt(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            byte[] block = blocks.get(i).clone();
            if (i == changed) {
                block = change(block, random);
            }
            CRC32C sum = new CRC32C();
            sum.update(block);
            out.writeBytes(ByteBuffer.allocate(Format.FRAME)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(block.length)
                    .putInt((int) sum.getValue())
                    .array());
            out.writeBytes(block);
        }
        return out.toByteArray();
    }

    private static byte[] change(byte[] block, SplittableRandom random) {
        byte[] changed = random.nextInt(8) == 0 ? Arrays.copyOf(block, random.nextInt(block.length + 1)) : block;
        for (int i = random.nextInt(4); i >= 0 && changed.length > 0; i--) {
            // What stands first says most.
            int bound = random.nextBoolean() ? Math.min(changed.length, 64) : changed.length;
            changed[random.nextInt(bound)] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xFF);
        }
        return changed;
    }
}
