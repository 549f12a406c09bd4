package dev.nptune.host.source;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Keeps the first 16 KiB of what a program complains, and drops the rest.
final class BoundedText extends OutputStream {
    private static final int MOST = 16 << 10;

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int b) {
        if (kept.size() < MOST) {
            kept.write(b);
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        kept.write(bytes, offset, Math.max(0, Math.min(length, MOST - kept.size())));
    }

    synchronized String lastLine() {
        String text = kept.toString(StandardCharsets.UTF_8).strip();
        return text.substring(text.lastIndexOf('\n') + 1).strip();
    }
}
