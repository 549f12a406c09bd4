package dev.nptune.bench.capture;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import dev.nptune.internal.text.UserException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The beginning of a file, from which its format is known: never from its name.
///
/// Looked at are at most [#MAX_LINES] lines within the first [Table#BUFFER] bytes. Text is UTF-8, with or without a
/// byte order mark; what is no UTF-8 in names is shown as a replacement character. UTF-16 is refused, and so are
/// semicolons and decimal commas, since a number with a comma could also be two.
final class Head {
    /// The most lines above a header, and the most it may have.
    static final int MAX_LINES = 64;

    private static final int MAX_INFO = 64;
    private static final int MAX_INFO_LENGTH = 200;
    private static final String NUMBER = "[+]?[0-9]*[.]?[0-9]+([eE][+-]?[0-9]+)?";

    private final String source;
    private final byte[] bytes;
    private final int length;
    private final Map<String, String> info = new LinkedHashMap<>();
    private Optional<String> version = Optional.empty();
    private List<String> systemTitles = List.of();
    private boolean comments;
    private boolean marker;

    private Head(String source, byte[] bytes, int length) {
        this.source = source;
        this.bytes = bytes;
        this.length = length;
    }

    /// What was found.
    ///
    /// @param layout the table's columns
    /// @param from where its rows begin
    /// @param line the number of the line that begins there, from 1
    record Found(Layout layout, int from, long line, Optional<String> version, Map<String, String> info) {}

    /// Whether it is JSON: there is a brace first.
    static boolean isJson(byte[] bytes, int length) {
        int i = startsWith(bytes, length, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        while (i < length && bytes[i] >= 0 && bytes[i] <= ' ') {
            i++;
        }
        return i < length && bytes[i] == '{';
    }

    /// Refuses what is no text.
    ///
    /// @throws UserException if it is empty, packed, UTF-16 or binary
    static void check(String source, byte[] bytes, int length) throws UserException {
        if (length == 0) {
            throw Messages.refuse(source, "is empty", "record again: the tool wrote nothing");
        }
        if (startsWith(bytes, length, 0x1F, 0x8B)
                || startsWith(bytes, length, 'P', 'K', 3, 4)
                || startsWith(bytes, length, 0x28, 0xB5, 0x2F, 0xFD)
                || startsWith(bytes, length, 0xFD, '7', 'z', 'X')) {
            throw Messages.refuse(source, "is packed", "unpack it first (gunzip, unzip, unzstd, unxz)");
        }
        boolean wide = startsWith(bytes, length, 0xFF, 0xFE) || startsWith(bytes, length, 0xFE, 0xFF);
        if (wide || (length > 3 && (bytes[0] == 0 ^ bytes[1] == 0) && (bytes[2] == 0 ^ bytes[3] == 0))) {
            throw Messages.refuse(
                    source, "is UTF-16 text, which is not read", "convert it first: iconv -f UTF-16 -t UTF-8");
        }
        for (int i = 0; i < Math.min(length, 4096); i++) {
            if (bytes[i] == 0) {
                throw Messages.refuse(source, "is no text", Messages.WHAT_IS_READ);
            }
        }
    }

    private static boolean startsWith(byte[] bytes, int length, int... first) {
        if (length < first.length) {
            return false;
        }
        for (int i = 0; i < first.length; i++) {
            if (bytes[i] != (byte) first[i]) {
                return false;
            }
        }
        return true;
    }

    /// Finds the table.
    ///
    /// @throws UserException if there is none, saying what was found instead
    static Found find(String source, byte[] bytes, int length) throws UserException {
        return new Head(source, bytes, length).find();
    }

    private Found find() throws UserException {
        int from = startsWith(bytes, length, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        List<String> first = new ArrayList<>();
        for (int number = 1; number <= MAX_LINES && from < length; number++) {
            int end = from;
            while (end < length && bytes[end] != '\n') {
                end++;
            }
            int next = Math.min(end + 1, length);
            String line = new String(bytes, from, end - from, StandardCharsets.UTF_8).strip();
            if (!line.isEmpty() && !prelude(line)) {
                List<String> fields = fields(line);
                if (first.isEmpty()) {
                    first = fields;
                    if (fields.size() == 1 && line.matches(NUMBER)) {
                        return new Found(Headers.plain(List.of("frame time")), from, number, version, info);
                    }
                }
                Optional<Layout> layout = layout(fields);
                if (layout.isPresent()) {
                    return new Found(layout.get(), next, number + 1L, version, info);
                }
                refuseKnown(fields, line);
            }
            from = next;
        }
        throw unknown(first);
    }

    private Optional<Layout> layout(List<String> fields) throws UserException {
        if (fields.size() > 1 && fields.getFirst().strip().equals("02")) {
            Optional<Layout> found = Headers.afterburner(fields);
            if (found.isEmpty()) {
                throw Messages.refuse(
                        source,
                        "is an Afterburner log without the column Frametime or Framerate",
                        "tick Frametime in Afterburner's settings, Monitoring, and record again");
            }
            return found;
        }
        return Headers.layout(fields, comments);
    }

    /// Lines above a header, of which notes are taken.
    ///
    /// @return whether it was one
    private boolean prelude(String line) {
        if (line.startsWith("//")) {
            comments = true;
            int equals = line.indexOf('=');
            if (equals > 2) {
                note(line.substring(2, equals), line.substring(equals + 1));
            }
            return true;
        }
        if (line.equals("v1") || line.startsWith("-----")) {
            marker = line.equals("v1");
            return true;
        }
        if (marker) {
            marker = false;
            version = Optional.of(brief(line));
            return true;
        }
        List<String> fields = fields(line);
        if (line.startsWith("os,cpu,gpu")) {
            systemTitles = fields;
            return true;
        }
        if (!systemTitles.isEmpty() && Headers.layout(fields, false).isEmpty()) {
            for (int i = 0; i < Math.min(fields.size(), systemTitles.size()); i++) {
                note(systemTitles.get(i), fields.get(i));
            }
            systemTitles = List.of();
            return true;
        }
        return (line.startsWith("00,") || line.startsWith("01,")) && afterburner(fields);
    }

    private boolean afterburner(List<String> fields) {
        if (fields.size() > 2) {
            note(fields.getFirst().equals("00") ? "log" : "gpu", fields.get(2));
        }
        return true;
    }

    private void note(String key, String value) {
        if (info.size() < MAX_INFO && !value.isBlank()) {
            info.putIfAbsent(brief(key.strip()), brief(value.strip()));
        }
    }

    static String brief(String text) {
        return text.length() <= MAX_INFO_LENGTH ? text : text.substring(0, MAX_INFO_LENGTH);
    }

    /// The fields of one line.
    static List<String> fields(String line) {
        try {
            return CsvReader.builder().ofSingleCsvRecord(line).getFields();
        } catch (CsvParseException _) {
            return List.of(line.split(",", -1));
        }
    }

    private void refuseKnown(List<String> fields, String line) throws UserException {
        if (Headers.isSummary(fields)) {
            throw Messages.refuse(
                    source,
                    "is a summary: it has a line for each run and no frames",
                    "give the capture that was written beside it");
        }
        Optional<String> missing = Headers.missing(fields);
        if (missing.isPresent()) {
            throw Messages.refuse(
                    source,
                    "has no column " + missing.get(),
                    "record with that column, or export it again with all columns");
        }
        for (String separator : List.of(";", "\t")) {
            List<String> other = List.of(line.split(separator, -1));
            if (other.size() > 1 && Headers.layout(other, comments).isPresent()) {
                throw Messages.refuse(
                        source,
                        "has " + (separator.equals(";") ? "semicolons" : "tabs")
                                + " between its columns, as a spreadsheet writes it",
                        "give the file that the tool wrote, with commas and decimal points");
            }
        }
    }

    private UserException unknown(List<String> first) {
        if (!systemTitles.isEmpty() || info.containsKey("cpuscheduler")) {
            return Messages.refuse(
                    source,
                    "is a MangoHud log without the columns fps and frametime",
                    "let MangoHud finish writing it, and give the whole file");
        }
        if (info.containsKey("log")) {
            return Messages.refuse(
                    source, "is an Afterburner log without a list of columns (record 02)", "give the whole file");
        }
        if (!first.isEmpty() && first.stream().allMatch(f -> f.strip().matches(NUMBER))) {
            return Messages.refuse(
                    source,
                    "begins with several numbers in a line and no names for them",
                    "give frame times one a line, with decimal points, or a table with names");
        }
        return Messages.refuse(
                source,
                "is no capture that is known"
                        + (first.isEmpty() ? "" : "; it begins with " + Messages.quote(String.join(",", first))),
                Messages.WHAT_IS_READ);
    }
}
