package dev.nptune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.bench.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

class TuneTableTest {
    @Test
    void showsRatiosAndTheMeanOfTheFirstFive() {
        assertThat(TuneTable.render(Stories.WORKLOADS, 5, 80, true)).isEqualTo("""
                workload             unit   bare  before  after  before/bare  after/bare
                ────────────────────────────────────────────────────────────────────────
                integer loop         ms    200.0   210.0  202.0         1.05        1.01
                process creation     ms     20.0    90.0   20.5         4.50        1.03
                memory mapping       ms    100.0   250.0  101.0         2.50        1.01
                random memory        ms     50.0   150.0   51.5         3.00        1.03
                context switches     ms     40.0    60.0   40.4         1.50        1.01
                ────────────────────────────────────────────────────────────────────────
                geometric mean of 5                                     2.21        1.02
                ────────────────────────────────────────────────────────────────────────
                timer wake-ups       ms     70.0    73.5   73.5         1.05        1.05
                disk 4 KiB reads     ms    0.500   1.250  0.750         2.50        1.50
                framebuffer copy     ms     8.00       –  16.00            –        2.00
                """);
    }

    @Test
    void aMeanWithAGapIsNone() {
        List<Workload> workloads = List.of(new Workload("a", "ms", 1, 2.0, 1.0), new Workload("b", "ms", 1, null, 1.0));

        assertThat(TuneTable.render(workloads, 2, 80, false).lines().toList().getLast())
                .isEqualTo("geometric mean                                       -        1.00");
    }

    @Test
    void whatCannotBeDividedIsADash() {
        List<Workload> workloads = List.of(new Workload("a", "ms", 0, 2.0, Double.NaN));

        assertThat(TuneTable.render(workloads, 0, 80, true).lines().toList().getLast())
                .isEqualTo("a         ms    0.000   2.000      –            –           –");
    }

    @Test
    void fitsEightyColumnsWhateverTheName() {
        List<Workload> workloads = List.of(new Workload("name ".repeat(40), "ms", 12345.6, 99999.9, 12345.6));

        assertThat(TuneTable.render(workloads, 1, 80, false).lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void moreCountedThanThereAreIsAMistake() {
        assertThatThrownBy(() -> TuneTable.render(List.of(), 1, 80, true))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
