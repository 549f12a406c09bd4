package dev.nptune.bench.capture;

import java.time.LocalDate;

/// Dates with a time of day, as numbers: PresentMon's `2024-5-3 18:04:05.123456789`, Afterburner's
/// `03-05-2024 18:04:05`. They are nanoseconds since 1970 on a clock without a time zone, from 1970 to 2261.
final class Dates {
    /// No date.
    static final long NONE = Long.MIN_VALUE;

    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 2261;
    private static final int MAX_FRACTION = 9;

    private final byte[] bytes;
    private final int end;
    private int at;

    private Dates(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    /// Reads one.
    ///
    /// @return [#NONE] if it is none
    static long parse(byte[] bytes, int from, int to) {
        return new Dates(bytes, from, to).read();
    }

    private long read() {
        int begin = at;
        int first = number(4);
        boolean yearFirst = at - begin == 4;
        if (!separator('-', '.', '/')) {
            return NONE;
        }
        int month = number(2);
        if (!separator('-', '.', '/')) {
            return NONE;
        }
        int last = number(yearFirst ? 2 : 4);
        if (!separator(' ', 'T', 'T')) {
            return NONE;
        }
        long day = epochDay(yearFirst ? first : last, month, yearFirst ? last : first);
        long time = timeOfDay();
        return day < 0 || time < 0 ? NONE : day * 86_400_000_000_000L + time;
    }

    private static long epochDay(int year, int month, int day) {
        if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) {
            return -1;
        }
        LocalDate begin = LocalDate.of(year, month, 1);
        return day > begin.lengthOfMonth() ? -1 : begin.toEpochDay() + day - 1;
    }

    private long timeOfDay() {
        int hour = number(2);
        if (hour < 0 || hour > 23 || !separator(':', ':', ':')) {
            return -1;
        }
        int minute = number(2);
        if (minute < 0 || minute > 59 || !separator(':', ':', ':')) {
            return -1;
        }
        int second = number(2);
        if (second < 0 || second > 59) {
            return -1;
        }
        long nanos = 0;
        if (at < end && separator('.', ',', '.')) {
            int begin = at;
            nanos = number(MAX_FRACTION);
            for (int digits = at - begin; digits < MAX_FRACTION && nanos >= 0; digits++) {
                nanos *= 10;
            }
        }
        return at < end || nanos < 0 ? -1 : ((hour * 60L + minute) * 60 + second) * 1_000_000_000L + nanos;
    }

    /// @return -1 if there is no digit, or more than that many
    private int number(int most) {
        int begin = at;
        int value = 0;
        while (at < end && at - begin < most && bytes[at] >= '0' && bytes[at] <= '9') {
            value = value * 10 + bytes[at++] - '0';
        }
        return at == begin ? -1 : value;
    }

    private boolean separator(char a, char b, char c) {
        if (at < end && (bytes[at] == a || bytes[at] == b || bytes[at] == c)) {
            at++;
            return true;
        }
        return false;
    }
}
