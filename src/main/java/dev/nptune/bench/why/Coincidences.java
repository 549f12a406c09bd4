package dev.nptune.bench.why;

import java.util.List;

/// What the stutters of a recording coincide with.
///
/// @param counted how many stutters lie within the recording of the events
/// @param outside how many do not and were left out
/// @param causes the most likely first; empty if too few stutters were counted for any claim
/// @param clockErrorMillis by how much the two clocks may differ
/// @param shifts how many shifts were compared with
/// @param seed from which the shifts follow
public record Coincidences(
        int counted, int outside, List<Coincidence> causes, double clockErrorMillis, int shifts, long seed) {
    /// Of fewer stutters nothing is said.
    public static final int FEWEST = 5;

    public Coincidences {
        causes = List.copyOf(causes);
    }

    public boolean isTooFew() {
        return counted < FEWEST;
    }

    /// The causes that may be named.
    public List<Coincidence> named() {
        return causes.stream().filter(Coincidence::coincides).toList();
    }
}
