package dev.nptune.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.bench.metric.Formula;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The fast resampling is the plain one: written out frame by frame, then measured.
class ResamplerTest {
    private static final List<RunMetric> METRICS = RunMetrics.all();

    @ParameterizedTest
    @CsvSource({"100, 1", "1000, 1", "1000, 7.3", "997, 60", "500, 2000"})
    void isWhatWritingOutGives(int number, double length) {
        double[] frames = SyntheticRuns.USUAL.frames(number, SyntheticRuns.random(3));
        double[][] fast = new Resampler(frames, METRICS, length).values(50, SyntheticRuns.random(4));
        RandomGenerator random = SyntheticRuns.random(4);
        for (int r = 0; r < 50; r++) {
            int[] drawn = draw(number, length, random);
            double[] written = Arrays.stream(drawn).mapToDouble(i -> frames[i]).toArray();
            for (int m = 0; m < METRICS.size(); m++) {
                RunMetric metric = METRICS.get(m);
                double plain = metric.formula() instanceof Formula.PerTime form
                        ? perTime(form, frames, drawn, written)
                        : metric.of(written);
                assertThat(fast[m][r]).as(metric.id()).isCloseTo(plain, within(1e-9 * Math.max(1, plain)));
            }
        }
    }

    /// Frame numbers, block after block.
    private static int[] draw(int number, double length, RandomGenerator random) {
        int[] drawn = new int[number];
        int at = 0;
        while (at < number) {
            double uniform = 1 - random.nextDouble();
            double block = length <= 1 ? 1 : 1 + Math.floor(Math.log(uniform) / Math.log1p(-1 / length));
            int start = random.nextInt(number);
            for (int i = 0; i < block && at < number; i++) {
                drawn[at++] = (start + i) % number;
            }
        }
        return drawn;
    }

    /// What is a stutter is decided among the frames as they were.
    private static double perTime(Formula.PerTime form, double[] frames, int[] drawn, double[] written) {
        double[] numerators = form.numerators().apply(frames);
        return Arrays.stream(drawn).mapToDouble(i -> numerators[i]).sum()
                / Arrays.stream(written).sum();
    }
}
