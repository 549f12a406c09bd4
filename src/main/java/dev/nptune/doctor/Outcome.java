package dev.nptune.doctor;

import java.util.List;

/// What a rule says about a machine and a domain.
public sealed interface Outcome {
    /// The condition holds.
    record Fires(Finding finding) implements Outcome {}

    /// The condition certainly does not hold.
    record Clear() implements Outcome {}

    /// It cannot be told.
    ///
    /// @param missing the facts that were needed, never empty
    record Unknown(List<Missing> missing) implements Outcome {
        public Unknown {
            missing = List.copyOf(missing);
        }
    }
}
