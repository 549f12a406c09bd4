package dev.nptune.cli;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes of memory as people write them: `16G`, `16GiB`, `512M`. Units are powers of two, as libvirt's are.
final class Sizes {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,7})\\s*([MGT])(?:I?B)?");

    /// More than any machine has.
    private static final long MOST = 64L << 40;

    private Sizes() {}

    /// The bytes.
    ///
    /// @param option how it was given, for the error
    /// @throws UserException if it is no size from 1 MiB to 64 TiB
    static long bytes(String text, String option) throws UserException {
        Matcher m = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (m.matches()) {
            long bytes = Long.parseLong(m.group(1)) << (20 + 10 * "MGT".indexOf(m.group(2)));
            if (bytes > 0 && bytes <= MOST) {
                return bytes;
            }
        }
        throw new UserException(
                Exit.WRONG_USE,
                option + Printable.line(text) + " is no size of memory",
                "give a number and a unit, as in 16G or 8192M");
    }
}
