package dev.nptune.internal.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A table for terminals and logs: columns aligned by display width, never wider than asked where that can be helped.
///
/// Cells may come from outside: what a terminal would act on is escaped. If the table is too wide, the widest
/// left-aligned column is cut, since names can be guessed and numbers cannot.
public final class TextTable {
    private static final int MIN_NAME = 8;

    private static final String GAP = "  ";

    /// A column: its heading and the side it is aligned to.
    ///
    /// @param title heading
    /// @param right whether cells are aligned right, as numbers are
    public record Column(String title, boolean right) {}

    private final List<Column> columns;

    /// A row's cells, or an empty list for a rule.
    private final List<List<String>> rows = new ArrayList<>();

    private TextTable(List<Column> columns) {
        this.columns = columns;
    }

    /// An empty table.
    public static TextTable of(Column... columns) {
        return new TextTable(List.of(columns));
    }

    /// A column for words.
    public static Column left(String title) {
        return new Column(title, false);
    }

    /// A column for numbers.
    public static Column right(String title) {
        return new Column(title, true);
    }

    /// Adds a row.
    ///
    /// @param cells as many as there are columns
    /// @throws IllegalArgumentException if there are more or fewer
    public TextTable row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
        }
        rows.add(Arrays.stream(cells).map(Printable::line).toList());
        return this;
    }

    /// Adds a line across.
    public TextTable rule() {
        rows.add(List.of());
        return this;
    }

    /// The table as lines, each ended by a line feed and without trailing blanks.
    ///
    /// @param width columns of the terminal
    /// @param unicode whether it can show more than ASCII
    public String render(int width, boolean unicode) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(Column::title).toList());
        lines.add(List.of());
        lines.addAll(rows);
        if (!unicode) {
            lines.replaceAll(line -> line.stream().map(Printable::ascii).toList());
        }
        int[] widths = widths(lines, width);
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            text.append(line.isEmpty() ? across(widths, unicode) : cells(line, widths, unicode))
                    .append('\n');
        }
        return text.toString();
    }

    private int[] widths(List<List<String>> lines, int width) {
        int[] widths = new int[columns.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < line.size(); i++) {
                widths[i] = Math.max(widths[i], DisplayWidth.of(line.get(i)));
            }
        }
        while (total(widths) > width) {
            int widest = widestName(widths);
            if (widest < 0) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private int widestName(int[] widths) {
        int widest = -1;
        for (int i = 0; i < widths.length; i++) {
            boolean cuttable = !columns.get(i).right() && widths[i] > MIN_NAME;
            if (cuttable && (widest < 0 || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        return widest;
    }

    private static int total(int[] widths) {
        return Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1);
    }

    private static String across(int[] widths, boolean unicode) {
        return (unicode ? "─" : "-").repeat(total(widths));
    }

    private String cells(List<String> line, int[] widths, boolean unicode) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < line.size(); i++) {
            String cell = DisplayWidth.cut(line.get(i), widths[i], unicode ? "…" : "~");
            String padding = " ".repeat(widths[i] - DisplayWidth.of(cell));
            text.append(i == 0 ? "" : GAP);
            text.append(columns.get(i).right() ? padding + cell : cell + padding);
        }
        return text.toString().stripTrailing();
    }
}
