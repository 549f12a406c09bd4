package dev.nptune.bench.capture;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// Damages a file, by a seed: bytes changed, put in, taken out, parts repeated, the end cut off.
final class Mutations {
    private static final byte[] TELLING = "\",\n\r\0 .-+e9{}[]:;N\t\u00FF".getBytes(StandardCharsets.ISO_8859_1);

    private Mutations() {}

    static byte[] of(byte[] bytes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] damaged = bytes;
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times; i++) {
            damaged = once(damaged, random);
        }
        return damaged;
    }

    private static byte[] once(byte[] bytes, SplittableRandom random) {
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + (random.nextInt(4) == 0 ? random.nextInt(200) : random.nextInt(4)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        switch (random.nextInt(6)) {
            case 0 -> {
                return out.toByteArray();
            }
            case 1 -> out.write(bytes, to, bytes.length - to);
            case 2 -> {
                out.write(bytes, from, to - from);
                out.write(bytes, from, bytes.length - from);
            }
            case 3 -> {
                out.write(random.nextInt(256));
                out.write(bytes, Math.min(from + 1, bytes.length), bytes.length - Math.min(from + 1, bytes.length));
            }
            case 4 -> {
                out.write(TELLING[random.nextInt(TELLING.length)]);
                out.write(bytes, Math.min(from + 1, bytes.length), bytes.length - Math.min(from + 1, bytes.length));
            }
            default -> {
                out.write(TELLING[random.nextInt(TELLING.length)]);
                out.write(bytes, from, bytes.length - from);
            }
        }
        return out.toByteArray();
    }
}
