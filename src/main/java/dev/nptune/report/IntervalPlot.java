package dev.nptune.report;

import java.util.Arrays;
import java.util.List;

/// Intervals below each other on one scale, with the band in which a difference does not matter.
///
/// The scale counts in thresholds, so that metrics with thresholds of their own stand on it together: the band reaches
/// from −1 to 1, and better is always to the right. What lies beyond the scale ends in an arrow.
public final class IntervalPlot {
    /// The longest scale, in thresholds to either side.
    private static final double LONGEST = 8;

    /// The shortest scale, so that the band never fills it.
    private static final double SHORTEST = 2;

    private static final int GAP = 2;
    private static final int FEWEST_CELLS = 20;

    private IntervalPlot() {}

    /// An interval, in thresholds, better being above 0.
    ///
    /// @param name of the metric
    public record Line(String name, double low, double middle, double high) {
        /// From a difference in the metric's own direction.
        ///
        /// @param higherIsBetter whether above 0 is better
        public static Line of(
                String name, double low, double middle, double high, double threshold, boolean higherIsBetter) {
            double unit = higherIsBetter ? threshold : -threshold;
            double a = low / unit;
            double b = high / unit;
            return new Line(name, Math.min(a, b), middle / unit, Math.max(a, b));
        }
    }

    /// What stands for what.
    private record Signs(char line, char end, char middle, char band, char zero, char left, char right) {
        static Signs of(boolean unicode) {
            return unicode
                    ? new Signs('─', '┼', '●', '┊', '│', '◀', '▶')
                    : new Signs('-', '+', 'o', ':', '|', '<', '>');
        }
    }

    /// Draws them.
    ///
    /// @param columns of the terminal
    /// @param unicode whether it can show more than ASCII
    /// @return lines, each ended by a line feed; none if there is no interval
    public static String draw(List<Line> lines, int columns, boolean unicode) {
        if (lines.isEmpty()) {
            return "";
        }
        int names = lines.stream().mapToInt(line -> line.name().length()).max().orElseThrow() + GAP;
        int half = Math.max(FEWEST_CELLS, columns - names - 1) / 2;
        double widest = lines.stream()
                .mapToDouble(line -> Math.max(Math.abs(line.low()), Math.abs(line.high())))
                .max()
                .orElseThrow();
        double reach = Math.clamp(1.1 * widest, SHORTEST, LONGEST);
        Scale scale = new Scale(half, reach, Signs.of(unicode));
        StringBuilder text = new StringBuilder();
        text.append(" ".repeat(names)).append(scale.heading()).append('\n');
        for (Line line : lines) {
            text.append(line.name())
                    .append(" ".repeat(names - line.name().length()))
                    .append(scale.row(line).stripTrailing())
                    .append('\n');
        }
        return text.toString();
    }

    /// @param half cells to either side of 0
    /// @param reach thresholds to either side of 0
    private record Scale(int half, double reach, Signs signs) {
        private int cell(double value) {
            return (int) Math.round(half + Math.clamp(value / reach, -1, 1) * half);
        }

        String heading() {
            char[] cells = blank();
            put(cells, 0, "worse");
            put(cells, cells.length - "better".length(), "better");
            put(cells, cell(-1) - 1, "-1");
            put(cells, cell(0), "0");
            put(cells, cell(1), "1");
            return new String(cells);
        }

        String row(Line line) {
            char[] cells = blank();
            cells[cell(0)] = signs.zero();
            cells[cell(-1)] = signs.band();
            cells[cell(1)] = signs.band();
            int low = cell(line.low());
            int high = cell(line.high());
            Arrays.fill(cells, low, high + 1, signs.line());
            cells[low] = signs.end();
            cells[high] = signs.end();
            if (line.low() < -reach) {
                cells[low] = signs.left();
            }
            if (line.high() > reach) {
                cells[high] = signs.right();
            }
            if (Math.abs(line.middle()) <= reach) {
                cells[cell(line.middle())] = signs.middle();
            }
            return new String(cells);
        }

        private char[] blank() {
            char[] cells = new char[2 * half + 1];
            Arrays.fill(cells, ' ');
            return cells;
        }

        /// Where something stands already, nothing is written.
        private static void put(char[] cells, int at, String word) {
            for (int i = -1; i <= word.length(); i++) {
                int cell = at + i;
                if (cell >= 0 && cell < cells.length && cells[cell] != ' ') {
                    return;
                }
            }
            for (int i = 0; i < word.length(); i++) {
                cells[at + i] = word.charAt(i);
            }
        }
    }
}
