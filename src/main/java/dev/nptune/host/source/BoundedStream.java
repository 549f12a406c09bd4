package dev.nptune.host.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream that fails once more than a bound has come out of it.
final class BoundedStream extends FilterInputStream {
    private final long bound;
    private final String what;
    private long count;

    /// @param what what is over the bound, for the message: `the archive is`
    BoundedStream(InputStream in, long bound, String what) {
        super(in);
        this.bound = bound;
        this.what = what;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        add(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = super.read(buffer, offset, length);
        add(Math.max(0, n));
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = super.skip(n);
        add(skipped);
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void add(long n) throws IOException {
        count += n;
        if (count > bound) {
            throw new RefusedException(what + " larger than " + (bound >> 20) + " MiB");
        }
    }
}
