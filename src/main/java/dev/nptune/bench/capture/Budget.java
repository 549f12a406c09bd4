package dev.nptune.bench.capture;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;

/// How much of a file is kept. A file may be of any length; what is kept of it may not.
///
/// Kept are at most [#MAX_VALUES] numbers of 8 bytes, that is 1 GiB, or a third of the heap if that is less: arrays
/// grow
/// by half, so at worst one and a half times as much is in memory, and a column twice while it is copied. A frame
/// takes 1 to 8 of them, by what the file tells; 2 GB of PresentMon's rows come to 0.5 GiB.
final class Budget {
    /// The most numbers kept of a file.
    static final long MAX_VALUES = 1L << 27;

    /// The most streams of frames told apart.
    static final int MAX_STREAMS = 4096;

    private static final int PART_OF_HEAP = 3;

    private final String source;
    private final long most;
    private long used;

    Budget(String source, long most) {
        this.source = source;
        this.most = most;
    }

    static Budget of(String source) {
        return new Budget(source, Math.min(MAX_VALUES, Runtime.getRuntime().maxMemory() / Double.BYTES / PART_OF_HEAP));
    }

    void take(int values) throws UserException {
        used += values;
        if (used > most) {
            throw new UserException(
                    Exit.CANNOT,
                    Messages.name(source) + " holds more frames than fit in memory (" + most + " numbers)",
                    "cut it into parts, or give Java a larger heap (JAVA_TOOL_OPTIONS=-Xmx…)");
        }
    }
}
