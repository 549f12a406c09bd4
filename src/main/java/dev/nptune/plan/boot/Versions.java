package dev.nptune.plan.boot;

import java.util.function.IntPredicate;

/// Versions and names of entries, compared as systemd-boot does: part by part, a number being more than a word and
/// a longer text more than its beginning. What stands before a part weighs too: `~` less than the end of the text,
/// then `-`, `^`, `.` and nothing, in this order. Other characters are passed over.
///
/// Source: "Version Format Specification" of the UAPI group, and `strverscmp_improved` of systemd.
final class Versions {
    private static final char END = '\0';

    private Versions() {}

    static int compare(String one, String other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.compareTo(other);
        }
        Reader ones = new Reader(one);
        Reader others = new Reader(other);
        while (true) {
            ones.skip();
            others.skip();
            int difference = separator(ones, others, '~');
            if (difference != 0) {
                return difference;
            }
            if (ones.next() == END || others.next() == END) {
                return Boolean.compare(ones.next() != END, others.next() != END);
            }
            difference = part(ones, others);
            if (difference != 0) {
                return difference;
            }
        }
    }

    private static int part(Reader one, Reader other) {
        for (char separator : new char[] {'-', '^', '.'}) {
            int difference = separator(one, other, separator);
            if (difference != 0) {
                return difference;
            }
        }
        return isDigit(one.next()) || isDigit(other.next())
                ? numbers(one.take(Versions::isDigit), other.take(Versions::isDigit))
                : one.take(Versions::isLetter).compareTo(other.take(Versions::isLetter));
    }

    /// The text that has it is less.
    private static int separator(Reader one, Reader other, char separator) {
        boolean ones = one.next() == separator;
        boolean others = other.next() == separator;
        if (ones && others) {
            one.pass();
            other.pass();
        }
        return Boolean.compare(others, ones);
    }

    private static int numbers(String one, String other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.compareTo(other);
        }
        String ones = one.replaceFirst("^0+", "");
        String others = other.replaceFirst("^0+", "");
        int longer = Integer.compare(ones.length(), others.length());
        return longer != 0 ? longer : ones.compareTo(others);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        char next() {
            return at < text.length() ? text.charAt(at) : END;
        }

        void pass() {
            at++;
        }

        void skip() {
            while (next() != END && !isDigit(next()) && !isLetter(next()) && "~-^.".indexOf(next()) < 0) {
                at++;
            }
        }

        String take(IntPredicate wanted) {
            int from = at;
            while (next() != END && wanted.test(next())) {
                at++;
            }
            return text.substring(from, at);
        }
    }
}
