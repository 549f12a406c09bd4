package dev.nptune.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SparklineTest {
    @Test
    void aColumnIsAsHighAsItsLongestFrame() {
        double[] times = new double[80];
        Arrays.fill(times, 10);
        times[40] = 80;
        assertThat(Sparkline.draw(times, 11, true)).isEqualTo("▁▁▁▁▁██▁▁▁▁");
        assertThat(Sparkline.draw(times, 11, false)).isEqualTo("_____##____");
    }

    @Test
    void fewFramesFillAllColumns() {
        assertThat(Sparkline.draw(new double[] {5}, 4, false)).isEqualTo("####");
        assertThat(Sparkline.draw(new double[] {1, 3}, 8, false)).isEqualTo("--######");
    }
}
