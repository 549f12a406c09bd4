package dev.nptune.bench.capture;

import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// The hot loop: rows of a table out of bytes. Plain and fast, and nothing else; what a row means is in
/// [StreamBuilder]. The tests hold it against a reader made of FastCSV and `Double.parseDouble`.
///
/// A line is a row, always: a quotation mark that is never closed spoils its own line only. A field is quoted if it
/// begins with a quotation mark; two of them within are one. Around numbers everything up to a blank is skipped. A
/// number is decimal, with or without sign, point and exponent, of at most [#MAX_NUMBER] characters; all else, NA
/// above all, is none. The result is the double nearest to what is written: up to 2^53 and 22 places by one exact
/// division, else by `Double.parseDouble`.
///
/// Bytes are looked at once: all but commas and line feeds are above the comma in ASCII, so one comparison passes
/// them. Behind the last column wanted, eight at a time are looked through for the line feed. A line feed behind the
/// last byte ends every loop.
final class FrameRows implements Table.RowText {
    static final int MAX_NUMBER = 64;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long EXACT = 1L << 53;
    private static final int MAX_DIGITS = 18;
    private static final double[] POWERS = powers();
    private static final byte[] APPLICATION = "Application".getBytes(StandardCharsets.US_ASCII);

    private final Table table;
    private final int[] slots;
    private final int[] from = new int[Slot.COUNT];
    private final int[] to = new int[Slot.COUNT];
    private final double[] numbers = new double[Slot.COUNT - Slot.NUMBERS];
    private final int[] numeric;
    private final boolean typed;
    private final boolean dated;
    private final boolean recorded;
    private final byte[] bytes;
    private int end;
    private boolean atEnd;
    private StreamBuilder stream;
    private StreamBuilder other;

    private FrameRows(Table table) throws UserException {
        this.table = table;
        Layout layout = table.layout();
        this.slots = layout.slots();
        this.numeric = Arrays.stream(Slot.values())
                .filter(slot -> slot.isNumber() && layout.has(slot))
                .mapToInt(Slot::at)
                .toArray();
        this.typed = layout.has(Slot.TYPE);
        this.dated = layout.has(Slot.DATE);
        this.recorded = layout.has(Slot.RECORD);
        this.bytes = Arrays.copyOf(table.first(), Table.BUFFER + Long.BYTES);
        this.end = table.to();
        this.stream = table.streams().of("", "", "");
        this.other = stream;
        Arrays.fill(numbers, Double.NaN);
    }

    /// Reads all rows of a table.
    ///
    /// @throws UserException if a line is longer than [Table#MAX_LINE], or the file holds too much
    static void read(Table table) throws IOException, UserException {
        new FrameRows(table).read();
    }

    private void read() throws IOException, UserException {
        int start = table.from();
        long line = table.line();
        bytes[end] = '\n';
        while (true) {
            int stop = start < end ? scan(start) : end;
            if (stop == end && !atEnd) {
                start = refill(start, line);
                continue;
            }
            if (start >= end) {
                return;
            }
            if (stop < end) {
                row(line, start, stop);
            } else {
                last(line, start);
            }
            start = stop + 1;
            line++;
        }
    }

    /// Moves what is left to the front and reads on behind it.
    private int refill(int start, long line) throws IOException, UserException {
        int left = end - start;
        if (left > Table.MAX_LINE) {
            throw Messages.refuse(
                    table.streams().source(),
                    "has a line of more than " + Table.MAX_LINE + " bytes, line " + line,
                    Messages.WHAT_IS_READ);
        }
        System.arraycopy(bytes, start, bytes, 0, left);
        InputStream rest = table.rest();
        int read = rest.readNBytes(bytes, left, Table.BUFFER - left);
        end = left + read;
        atEnd = read == 0;
        bytes[end] = '\n';
        return 0;
    }

    /// Notes where the wanted fields of the line are.
    ///
    /// @return where its line feed is
    private int scan(int start) {
        byte[] b = bytes;
        Arrays.fill(from, -1);
        int p = start;
        for (int slot : slots) {
            int begin = p;
            if (b[p] == '"') {
                p = closed(b, p);
            }
            byte x = b[p];
            while (x > ',' || (x != ',' && x != '\n')) {
                x = b[++p];
            }
            if (slot >= 0) {
                from[slot] = begin;
                to[slot] = p;
            }
            if (x == '\n') {
                return p;
            }
            p++;
        }
        return lineFeed(b, p);
    }

    /// @return behind the closing quotation mark, or at the line feed if there is none
    private static int closed(byte[] b, int open) {
        int p = open + 1;
        while (b[p] != '\n') {
            if (b[p] == '"') {
                if (b[p + 1] != '"') {
                    return p + 1;
                }
                p++;
            }
            p++;
        }
        return p;
    }

    private int lineFeed(byte[] b, int start) {
        int p = start;
        while (p + Long.BYTES <= end) {
            long found = (long) LONGS.get(b, p) ^ LINE_FEEDS;
            long zero = (found - ONES) & ~found & TOPS;
            if (zero != 0) {
                return p + (Long.numberOfTrailingZeros(zero) >> 3);
            }
            p += Long.BYTES;
        }
        while (b[p] != '\n') {
            p++;
        }
        return p;
    }

    /// The last line, which no line feed ends: it may have been cut off.
    private void last(long line, int start) throws UserException {
        if (blank(start, end)) {
            return;
        }
        int fields = 1;
        int p = start;
        while (p < end) {
            if (bytes[p] == '"' && (p == start || bytes[p - 1] == ',')) {
                p = closed(bytes, p);
            }
            while (p < end && bytes[p] != ',') {
                p++;
            }
            fields += p < end ? 1 : 0;
            p++;
        }
        if (fields >= table.layout().columns) {
            row(line, start, end);
        } else {
            stream().cut(line);
        }
    }

    private void row(long line, int start, int stop) throws UserException {
        if (blank(start, stop) || (recorded && !isText(Slot.RECORD, "80"))) {
            return;
        }
        for (int slot : numeric) {
            numbers[slot - Slot.NUMBERS] = from[slot] < 0 ? Double.NaN : number(slot);
        }
        long date = dated && from[Slot.DATE.at()] >= 0 ? date() : Dates.NONE;
        stream().row(line, numbers, typed && foreign(), date, this);
    }

    private boolean blank(int start, int stop) {
        for (int p = start; p < stop; p++) {
            if (bytes[p] < 0 || bytes[p] > ' ') {
                return false;
            }
        }
        return true;
    }

    private long date() {
        int slot = Slot.DATE.at();
        if (bytes[from[slot]] == '"') {
            byte[] text = text(slot).strip().getBytes(StandardCharsets.UTF_8);
            return Dates.parse(text, 0, text.length);
        }
        int p = from[slot];
        int q = to[slot];
        while (p < q && bytes[p] >= 0 && bytes[p] <= ' ') {
            p++;
        }
        while (p < q && bytes[q - 1] >= 0 && bytes[q - 1] <= ' ') {
            q--;
        }
        return Dates.parse(bytes, p, q);
    }

    /// Whether FrameType says that the program did not make the frame.
    private boolean foreign() {
        int slot = Slot.TYPE.at();
        if (from[slot] < 0 || Arrays.equals(bytes, from[slot], to[slot], APPLICATION, 0, APPLICATION.length)) {
            return false;
        }
        return FrameTypes.foreign(text(slot));
    }

    private boolean isText(Slot slot, String text) {
        int s = slot.at();
        return from[s] >= 0 && text(s).strip().equals(text);
    }

    /// The stream of the row at hand: most often that of the row before, or of the last row that was of another.
    private StreamBuilder stream() throws UserException {
        if (!isOf(stream)) {
            StreamBuilder before = stream;
            stream = isOf(other)
                    ? other
                    : table.streams().of(stripped(Slot.PROCESS), stripped(Slot.PID), stripped(Slot.CHAIN));
            other = before;
        }
        return stream;
    }

    private boolean isOf(StreamBuilder candidate) {
        byte[][] key = candidate.key();
        return same(Slot.CHAIN.at(), key[2]) && same(Slot.PID.at(), key[1]) && same(Slot.PROCESS.at(), key[0]);
    }

    private boolean same(int slot, byte[] key) {
        return from[slot] < 0 ? key.length == 0 : Arrays.equals(bytes, from[slot], to[slot], key, 0, key.length);
    }

    private String stripped(Slot slot) {
        return of(slot).map(String::strip).map(Head::brief).orElse("");
    }

    @Override
    public Optional<String> of(Slot slot) {
        return from[slot.at()] < 0 ? Optional.empty() : Optional.of(text(slot.at()));
    }

    /// The field's text, out of its quotation marks; what comes behind them belongs to it.
    private String text(int slot) {
        int p = from[slot];
        int q = to[slot];
        if (p == q || bytes[p] != '"') {
            return new String(bytes, p, q - p, StandardCharsets.UTF_8);
        }
        int close = Math.min(closed(bytes, p), q);
        boolean ended = close > p + 1 && bytes[close - 1] == '"';
        String within = new String(bytes, p + 1, close - p - (ended ? 2 : 1), StandardCharsets.UTF_8);
        return within.replace("\"\"", "\"") + new String(bytes, close, q - close, StandardCharsets.UTF_8);
    }

    private double number(int slot) {
        byte[] b = bytes;
        int p = from[slot];
        int q = to[slot];
        while (p < q && b[p] >= 0 && b[p] <= ' ') {
            p++;
        }
        while (p < q && b[q - 1] >= 0 && b[q - 1] <= ' ') {
            q--;
        }
        if (p == q || b[p] > '9') {
            return Double.NaN;
        }
        if (b[p] == '"') {
            byte[] text = text(slot).trim().getBytes(StandardCharsets.UTF_8);
            return Decimals.parse(text, 0, text.length);
        }
        return number(b, p, q);
    }

    private static double number(byte[] b, int begin, int q) {
        int p = begin;
        boolean negative = b[p] == '-';
        if (negative || b[p] == '+') {
            p++;
        }
        long mantissa = 0;
        int significant = 0;
        int whole = p;
        while (p < q && b[p] >= '0' && b[p] <= '9') {
            mantissa = mantissa * 10 + b[p++] - '0';
            significant += mantissa == 0 ? 0 : 1;
            if (significant > MAX_DIGITS) {
                return Decimals.parse(b, begin, q);
            }
        }
        int digits = p - whole;
        int places = 0;
        if (p < q && b[p] == '.') {
            int zeros = 0;
            int point = ++p;
            while (p < q && b[p] >= '0' && b[p] <= '9') {
                int digit = b[p++] - '0';
                zeros++;
                if (digit != 0) {
                    // zeros at the end are left out, since a shorter number is more often exact
                    significant += mantissa == 0 ? 1 : zeros;
                    if (significant > MAX_DIGITS) {
                        return Decimals.parse(b, begin, q);
                    }
                    mantissa = mantissa * (long) POWERS[Math.min(zeros, MAX_DIGITS)] + digit;
                    places += zeros;
                    zeros = 0;
                }
            }
            digits += p - point;
        }
        if (digits == 0 || p < q || mantissa > EXACT || places >= POWERS.length || q - begin > MAX_NUMBER) {
            return Decimals.parse(b, begin, q);
        }
        double value = mantissa / POWERS[places];
        return negative ? -value : value;
    }

    private static double[] powers() {
        double[] powers = new double[23];
        double power = 1;
        for (int i = 0; i < powers.length; i++) {
            powers[i] = power;
            power *= 10;
        }
        return powers;
    }
}
