package dev.nptune.cli;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Spans of time as people write them: `90`, `0.5s`, `10m`, `1h30m`.
final class Durations {
    private static final Pattern FORM =
            Pattern.compile("(?:(\\d{1,4})h)?(?:(\\d{1,6})m)?(?:(\\d{1,7}(?:\\.\\d{1,3})?)s?)?");

    private Durations() {}

    /// Reads one.
    ///
    /// @param option what it was given for
    /// @throws UserException if it is none, or none at all long
    static Duration parse(String option, String text) throws UserException {
        Matcher m = FORM.matcher(text.strip());
        Duration sum = Duration.ZERO;
        if (m.matches()) {
            sum = sum.plusHours(number(m.group(1))).plusMinutes(number(m.group(2)));
            String seconds = m.group(3);
            sum = sum.plusMillis(seconds == null ? 0 : Math.round(Double.parseDouble(seconds) * 1000));
        }
        if (sum.isZero()) {
            throw new UserException(
                    Exit.WRONG_USE,
                    option + " " + Printable.line(text) + " is no span of time",
                    "write it so: " + option + " 90s, " + option + " 10m or " + option + " 1h30m");
        }
        return sum;
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /// `1 h 02 min`, `3 min 05 s`, `12 s`.
    static String words(Duration span) {
        long seconds = span.toSeconds();
        if (seconds >= 3600) {
            return String.format("%d h %02d min", seconds / 3600, seconds / 60 % 60);
        }
        return seconds >= 60 ? String.format("%d min %02d s", seconds / 60, seconds % 60) : seconds + " s";
    }
}
