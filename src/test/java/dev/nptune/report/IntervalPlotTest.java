package dev.nptune.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.report.IntervalPlot.Line;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalPlotTest {
    private static final List<Line> LINES = List.of(
            Line.of("average", -5, -4, -3, 3, true),
            Line.of("P99 frame time", 1, 6, 12, 3, false),
            Line.of("stutter time", -0.1, 0, 0.1, 0.5, false),
            Line.of("1 % low", -60, -40, -30, 3, true));

    @Test
    void betterIsToTheRightWhateverTheMetric() {
        assertThat(IntervalPlot.draw(LINES, 64, true)).isEqualTo("""
                                worse              -1  0  1              better
                average                           ┼●┼  │  ┊
                P99 frame time              ┼────●────┼│  ┊
                stutter time                        ┊ ┼●┼ ┊
                1 % low         ◀                   ┊  │  ┊
                """);
    }

    @Test
    void asciiHasTheSameShape() {
        String unicode = IntervalPlot.draw(LINES, 64, true);
        String ascii = IntervalPlot.draw(LINES, 64, false);
        assertThat(ascii.chars()).allMatch(c -> c < 0x80);
        assertThat(ascii)
                .isEqualTo(unicode.replace('─', '-')
                        .replace('┼', '+')
                        .replace('●', 'o')
                        .replace('┊', ':')
                        .replace('│', '|')
                        .replace('◀', '<')
                        .replace('▶', '>'));
    }

    @Test
    void isNeverWiderThanTheTerminal() {
        for (int columns = 40; columns < 140; columns++) {
            int width = columns;
            assertThat(IntervalPlot.draw(LINES, columns, true).lines())
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(width));
        }
        assertThat(IntervalPlot.draw(List.of(), 80, true)).isEmpty();
    }

    @Test
    void aNarrowIntervalIsItsPoint() {
        assertThat(IntervalPlot.draw(List.of(Line.of("x", 0, 0, 0, 1, true)), 44, false)
                        .lines())
                .element(1)
                .asString()
                .matches("x {12,}: {8,}o {8,}:");
    }
}
