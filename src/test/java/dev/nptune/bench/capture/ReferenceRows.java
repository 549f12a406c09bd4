package dev.nptune.bench.capture;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvReader.CsvReaderBuilder;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Rows of a table in the plainest way: the whole text, a line at a time through FastCSV, numbers by
/// `Double.parseDouble`. What [FrameRows] is held against.
final class ReferenceRows {
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    /// Stands for a carriage return while FastCSV, to which it ends a line, is at work.
    private static final char RETURN = '\uE000';

    private final Table table;
    private final Map<Slot, Integer> columns = new HashMap<>();

    private ReferenceRows(Table table) {
        this.table = table;
        int[] slots = table.layout().slots();
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] >= 0) {
                int at = slots[i];
                int column = i;
                Arrays.stream(Slot.values()).filter(s -> s.at() == at).forEach(s -> columns.put(s, column));
            }
        }
    }

    static void read(Table table) throws IOException, UserException {
        new ReferenceRows(table).read();
    }

    private void read() throws IOException, UserException {
        String text = new String(table.first(), table.from(), table.to() - table.from(), StandardCharsets.ISO_8859_1)
                + new String(table.rest().readAllBytes(), StandardCharsets.ISO_8859_1);
        List<String> lines = Arrays.asList(text.split("\n", -1));
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).trim().isEmpty()) {
                row(table.line() + i, lines.get(i), i == lines.size() - 1);
            }
        }
    }

    @SuppressWarnings("removal")
    private static List<String> fields(String line) {
        CsvReaderBuilder builder = CsvReader.builder().allowExtraCharsAfterClosingQuote(true);
        return builder.ofSingleCsvRecord(line.replace('\r', RETURN)).getFields().stream()
                .map(field -> new String(
                        field.replace(RETURN, '\r').getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .toList();
    }

    private void row(long line, String text, boolean last) throws UserException {
        List<String> fields = fields(text);
        StreamBuilder stream = table.streams()
                .of(stripped(fields, Slot.PROCESS), stripped(fields, Slot.PID), stripped(fields, Slot.CHAIN));
        if (last && fields.size() < table.layout().columns) {
            stream.cut(line);
            return;
        }
        if (columns.containsKey(Slot.RECORD) && !stripped(fields, Slot.RECORD).equals("80")) {
            return;
        }
        double[] numbers = new double[Slot.COUNT - Slot.NUMBERS];
        Arrays.fill(numbers, Double.NaN);
        for (Slot slot : columns.keySet()) {
            if (slot.isNumber()) {
                numbers[slot.at() - Slot.NUMBERS] =
                        field(fields, slot).map(ReferenceRows::number).orElse(Double.NaN);
            }
        }
        byte[] date = field(fields, Slot.DATE).orElse("").trim().getBytes(StandardCharsets.UTF_8);
        stream.row(
                line,
                numbers,
                FrameTypes.foreign(field(fields, Slot.TYPE).orElse("")),
                Dates.parse(date, 0, date.length),
                slot -> field(fields, slot));
    }

    private static double number(String text) {
        String trimmed = text.trim();
        return NUMBER.matcher(trimmed).matches() && trimmed.length() <= FrameRows.MAX_NUMBER
                ? Double.parseDouble(trimmed)
                : Double.NaN;
    }

    private Optional<String> field(List<String> fields, Slot slot) {
        Integer column = columns.get(slot);
        return column == null || column >= fields.size() ? Optional.empty() : Optional.of(fields.get(column));
    }

    private String stripped(List<String> fields, Slot slot) {
        return field(fields, slot).map(String::strip).map(Head::brief).orElse("");
    }
}
