package dev.nptune.bench.compare;

import java.util.Arrays;

/// How long the blocks of a stationary bootstrap should be, on average, for one series.
///
/// Sources: Politis and White, Automatic Block-Length Selection for the Dependent Bootstrap, Econometric Reviews 23
/// (2004), with the constant `D_SB = 2 g(0)²` of the correction by Patton, Politis and White, Econometric Reviews 28
/// (2009). The spectrum at zero is estimated with the flat-top lag window, whose width follows from the first lag after
/// which the correlogram stays within a band.
final class BlockLength {
    /// As many correlations in a row must lie within the band (Politis and White's K_N is at least this).
    private static final int LEAST_INSIDE = 5;

    /// Width of the band, in times √(log₁₀ n / n).
    private static final double BAND = 2;

    /// Nothing hangs together.
    private static final Estimate NONE = new Estimate(1, 0);

    private BlockLength() {}

    /// What was estimated.
    ///
    /// @param length the mean length of a block, in values; at least 1
    /// @param bias by which part of the variance a bootstrap with such blocks falls short, to first order
    record Estimate(double length, double bias) {}

    /// The mean length of a block.
    static double of(double[] series) {
        return estimate(series).length();
    }

    static Estimate estimate(double[] series) {
        if (Arrays.stream(series).allMatch(value -> value == series[0])) {
            return NONE;
        }
        int n = series.length;
        int inside = Math.max(LEAST_INSIDE, (int) Math.ceil(Math.sqrt(Math.log10(n))));
        int most = Math.min(n - 1, (int) Math.ceil(Math.sqrt(n)) + inside);
        double[] covariances = covariances(series, most);
        int lag = lastSignificant(covariances, BAND * Math.sqrt(Math.log10(n) / n), inside);
        int window = Math.min(2 * lag, most);
        double spectrum = covariances[0];
        double slope = 0;
        for (int k = 1; k <= window; k++) {
            double weight = Math.min(1, 2 * (1 - k / (double) window));
            spectrum += 2 * weight * covariances[k];
            slope += 2 * weight * k * covariances[k];
        }
        if (!(spectrum > 0)) {
            return NONE;
        }
        double ratio = slope / spectrum;
        double longest = Math.ceil(Math.min(3 * Math.sqrt(n), n / 3.0));
        double length = Math.clamp(Math.cbrt(ratio * ratio * n), 1, longest);
        return new Estimate(length, ratio / length);
    }

    /// Up to a lag, each with divisor n.
    private static double[] covariances(double[] series, int most) {
        double mean = 0;
        for (double value : series) {
            mean += value / series.length;
        }
        double[] centred = new double[series.length];
        for (int i = 0; i < series.length; i++) {
            centred[i] = series[i] - mean;
        }
        double[] covariances = new double[most + 1];
        for (int k = 0; k <= most; k++) {
            double sum = 0;
            for (int i = k; i < centred.length; i++) {
                sum += centred[i] * centred[i - k];
            }
            covariances[k] = sum / series.length;
        }
        return covariances;
    }

    /// The least lag that is followed by so many correlations within the band; where there is none, the last lag
    /// outside
    /// of it.
    private static int lastSignificant(double[] covariances, double band, int inside) {
        int last = 0;
        for (int k = 1; k < covariances.length; k++) {
            if (Math.abs(covariances[k] / covariances[0]) >= band) {
                last = k;
            } else if (k - last == inside) {
                return last;
            }
        }
        return last;
    }
}
