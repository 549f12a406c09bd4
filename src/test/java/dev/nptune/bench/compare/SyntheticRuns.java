package dev.nptune.bench.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Made-up captures whose truth is known: the logarithm of a frame time follows its predecessor, now and then there is
/// a spike, and each run may be a little faster or slower as a whole.
///
/// @param millis the usual frame time
/// @param correlation of a frame with the one before
/// @param spread standard deviation of the logarithm
/// @param spikes the part of the frames that have one, of 20 ms on average
/// @param runSpread standard deviation of a run's logarithm
public record SyntheticRuns(double millis, double correlation, double spread, double spikes, double runSpread) {
    public static final SyntheticRuns USUAL = new SyntheticRuns(10, 0.8, 0.1, 0.003, 0);

    public static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    SyntheticRuns times(double factor) {
        return new SyntheticRuns(millis * factor, correlation, spread, spikes, runSpread);
    }

    SyntheticRuns varying(double by) {
        return new SyntheticRuns(millis, correlation, spread, spikes, by);
    }

    public double[] frames(int number, RandomGenerator random) {
        double[] frames = new double[number];
        double run = Math.log(millis) + runSpread * random.nextGaussian();
        double state = random.nextGaussian();
        for (int i = 0; i < number; i++) {
            state = correlation * state + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
            double spike = random.nextDouble() < spikes ? 20 * random.nextExponential() : 0;
            frames[i] = Math.exp(run + spread * state) + spike;
        }
        return frames;
    }

    RunSet side(String name, int runs, int number, RandomGenerator random) {
        List<Run> side = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            side.add(new Run(name + "-" + (i + 1), frames(number, random), null));
        }
        return new RunSet(name, side);
    }

    /// One capture cut into equal pieces.
    static List<double[]> pieces(double[] frames, int number) {
        int length = frames.length / number;
        List<double[]> pieces = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            pieces.add(Arrays.copyOfRange(frames, i * length, (i + 1) * length));
        }
        return pieces;
    }
}
