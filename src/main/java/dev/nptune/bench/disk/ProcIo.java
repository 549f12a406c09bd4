package dev.nptune.bench.disk;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a process has read from and written to drives, from `/proc/PID/io`.
///
/// @param readBytes `read_bytes`: fetched from a drive on its behalf; pages that the host had in memory do not count
/// @param writtenBytes `write_bytes`: sent to a drive, or written to pages of the host's memory that did not wait for
///     that already; a page that is written twice before it is on the drive counts once
public record ProcIo(long readBytes, long writtenBytes) {
    private static final int MAX_TEXT = 4096;
    private static final Pattern READ = Pattern.compile("(?m)^read_bytes: ([0-9]{1,18})$");
    private static final Pattern WRITTEN = Pattern.compile("(?m)^write_bytes: ([0-9]{1,18})$");

    /// Reads such a file.
    ///
    /// @throws IllegalArgumentException if it is none
    public static ProcIo parse(String text) {
        return new ProcIo(number(READ, text), number(WRITTEN, text));
    }

    private static long number(Pattern pattern, String text) {
        Matcher m = pattern.matcher(text.length() > MAX_TEXT ? "" : text);
        if (!m.find()) {
            throw new IllegalArgumentException("it is no copy of a /proc/PID/io");
        }
        return Long.parseLong(m.group(1));
    }

    /// What was added since.
    ///
    /// @throws IllegalArgumentException if this is the earlier one
    public ProcIo since(ProcIo before) {
        if (readBytes < before.readBytes || writtenBytes < before.writtenBytes) {
            throw new IllegalArgumentException(
                    "the count after the test is below the one before it: not of the same process, or the wrong way round");
        }
        return new ProcIo(readBytes - before.readBytes, writtenBytes - before.writtenBytes);
    }
}
