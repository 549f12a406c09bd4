package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parsers of single values as the kernel prints them. All throw [IllegalArgumentException] with a message for
/// people.
final class Values {
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,9}");
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,18}");
    private static final Pattern HEX = Pattern.compile("(?:0x)?([0-9a-fA-F]{1,6})");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15}) ?([KMGkmg]?)B?");
    private static final Pattern BRACKETED = Pattern.compile("\\[([^\\[\\]\\s]+)]");

    private Values() {}

    /// A value from outside as far as a message shows it.
    static String brief(String text) {
        return Printable.brief(text, 60);
    }

    /// A decimal number of up to nine digits, perhaps negative.
    static int integer(String text) {
        if (!INTEGER.matcher(text).matches()) {
            throw new IllegalArgumentException("not a number: '" + brief(text) + "'");
        }
        return Integer.parseInt(text);
    }

    /// A decimal number of up to eighteen digits, not negative.
    static long count(String text) {
        if (!COUNT.matcher(text).matches()) {
            throw new IllegalArgumentException("not a count: '" + brief(text) + "'");
        }
        return Long.parseLong(text);
    }

    /// A number of up to 24 bits in hex, with or without `0x`.
    static int hex(String text) {
        Matcher m = HEX.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("not a hex number: '" + brief(text) + "'");
        }
        return Integer.parseInt(m.group(1), 16);
    }

    /// A size in bytes: `8192K`, `16M`, `32825404 kB`. K, M and G are powers of 1024, in any case.
    static long bytes(String text) {
        Matcher m = SIZE.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("not a size: '" + brief(text) + "'");
        }
        int shift = switch (m.group(2)) {
            case "K", "k" -> 10;
            case "M", "m" -> 20;
            case "G", "g" -> 30;
            default -> 0;
        };
        long number = Long.parseLong(m.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("too large a size: '" + brief(text) + "'");
        }
        return number << shift;
    }

    /// `0` or `1`.
    static boolean bit(String text) {
        return switch (text) {
            case "0" -> false;
            case "1" -> true;
            default -> throw new IllegalArgumentException("neither 0 nor 1: '" + brief(text) + "'");
        };
    }

    /// The chosen word of `always [madvise] never`.
    static String bracketed(String text) {
        Matcher m = BRACKETED.matcher(text);
        if (!m.find()) {
            throw new IllegalArgumentException("no word in brackets: '" + brief(text) + "'");
        }
        return m.group(1);
    }

    /// The value of a key; a key that is not there is an absent fact of the same source.
    static <T> Fact<T> field(Fact<Map<String, String>> block, String key, Function<String, T> parser) {
        return switch (block) {
            case Fact.Known<Map<String, String>>(Map<String, String> fields, String source) -> {
                String text = fields.get(key);
                yield text == null
                        ? Fact.absent(source)
                        : Fact.known(text, source).map(parser);
            }
            case Fact.Absent<Map<String, String>>(String source) -> Fact.absent(source);
            case Fact.Unreadable<Map<String, String>>(String source, String reason) -> Fact.unreadable(source, reason);
        };
    }

    /// The first of several ways to read one thing that gives it: kernels and archives keep only some of them. If none
    /// does, the first that fails for a reason, else the first.
    @SafeVarargs
    static <T> Fact<T> firstKnown(Supplier<Fact<T>>... ways) {
        Fact<T> result = ways[0].get();
        for (int i = 1; i < ways.length && !(result instanceof Fact.Known<T>); i++) {
            result = better(result, ways[i].get());
        }
        return result;
    }

    /// The known one of two facts that tell the same; of two that are not known, the one that says more.
    static <T> Fact<T> better(Fact<T> first, Fact<T> second) {
        boolean saysMore = first instanceof Fact.Absent<T> && !(second instanceof Fact.Absent<T>);
        boolean onlyKnown = second instanceof Fact.Known<T> && !(first instanceof Fact.Known<T>);
        return saysMore || onlyKnown ? second : first;
    }

    /// What a fact is not known for, as a fact of another type.
    ///
    /// @throws IllegalArgumentException if it is known
    static <T> Fact<T> unknown(Fact<?> fact) {
        return switch (fact) {
            case Fact.Known<?> _ -> throw new IllegalArgumentException("known: " + fact.source());
            case Fact.Absent<?>(String source) -> Fact.absent(source);
            case Fact.Unreadable<?>(String source, String reason) -> Fact.unreadable(source, reason);
        };
    }

    /// Turns the number the kernel writes for "none" into an absent fact.
    static <T> Fact<T> absentIf(Fact<T> fact, Predicate<T> none) {
        return fact.get().filter(none).isPresent() ? Fact.absent(fact.source()) : fact;
    }
}
