package dev.nptune.bench.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the stutters of a recording coincide with.
///
/// @param counted how many stutters lie within the recording of the events
/// @param outside how many do not and were left out
/// @param causes the most likely first; empty if too few stutters were counted for any claim
/// @param resolutionMillis how long the longest usual sample is: two stutters nearer than that cannot be told apart
/// @param clockErrorMillis by how much the two clocks may differ
/// @param shifts how many shifts were compared with
/// @param seed from which the shifts follow
public record Coincidences(
        int counted,
        int outside,
        List<Coincidence> causes,
        double resolutionMillis,
        double clockErrorMillis,
        int shifts,
        long seed) {
    /// Of fewer stutters nothing is said.
    public static final int FEWEST = 5;

    public Coincidences {
        causes = List.copyOf(causes);
    }

    public boolean isTooFew() {
        return counted < FEWEST;
    }

    /// For people: what was found, and how far it goes.
    public List<String> sentences() {
        List<String> all = new ArrayList<>();
        if (isTooFew()) {
            all.add("Stutters within the recording: " + counted + ". Of fewer than " + FEWEST + " nothing is said.");
        } else {
            all.add("Stutters within the recording: " + counted + ". "
                    + (named().isEmpty()
                            ? "Nothing that was recorded is there more often than chance would have it."
                            : "That something coincides with them does not say that it makes them; only the same run"
                                    + " without it does."));
            causes.forEach(cause -> all.add(cause.sentence()));
        }
        if (outside > 0) {
            all.add("Stutters outside of the recording, left out: " + outside + ".");
        }
        all.add(String.format(
                Locale.ROOT,
                "Samples are %.0f ms long and the clocks may differ by %.0f ms: which of the frames within that was met"
                        + " cannot be told.",
                resolutionMillis,
                clockErrorMillis));
        return all;
    }

    /// The causes that may be named.
    public List<Coincidence> named() {
        return causes.stream().filter(Coincidence::coincides).toList();
    }
}
