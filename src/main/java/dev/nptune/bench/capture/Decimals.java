package dev.nptune.bench.capture;

import java.nio.charset.StandardCharsets;

/// Numbers that the quick way in [FrameRows] is not exact for.
final class Decimals {
    private Decimals() {}

    /// The double nearest to a decimal number.
    ///
    /// @return NaN if it is none, or longer than [FrameRows#MAX_NUMBER]
    static double parse(byte[] bytes, int from, int to) {
        int p = from;
        if (p < to && (bytes[p] == '-' || bytes[p] == '+')) {
            p++;
        }
        int begin = p;
        p = digits(bytes, p, to);
        int digits = p - begin;
        if (p < to && bytes[p] == '.') {
            int point = p + 1;
            p = digits(bytes, point, to);
            digits += p - point;
        }
        if (digits > 0 && p < to && (bytes[p] == 'e' || bytes[p] == 'E')) {
            p++;
            if (p < to && (bytes[p] == '-' || bytes[p] == '+')) {
                p++;
            }
            int exponent = p;
            p = digits(bytes, p, to);
            digits = p == exponent ? 0 : digits;
        }
        return digits == 0 || p < to || to - from > FrameRows.MAX_NUMBER
                ? Double.NaN
                : Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
    }

    private static int digits(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to && bytes[p] >= '0' && bytes[p] <= '9') {
            p++;
        }
        return p;
    }
}
