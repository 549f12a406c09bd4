package dev.nptune.doctor;

/// How much a finding matters, worst first.
public enum Severity {
    /// Does not start, loses data, or is slow beyond use.
    CRITICAL(Urgency.NOW),
    /// A risk rather than a cost.
    SECURITY(Urgency.NOW),
    /// Plainly felt.
    HIGH(Urgency.NOW),
    /// Measurable.
    MEDIUM(Urgency.WORTH_IT),
    /// Small.
    LOW(Urgency.WHEN_IDLE),
    /// Worth knowing.
    INFORMATION(Urgency.WHEN_IDLE);

    private final Urgency urgency;

    Severity(Urgency urgency) {
        this.urgency = urgency;
    }

    /// When to deal with it.
    public Urgency urgency() {
        return urgency;
    }

    /// When to deal with a finding.
    public enum Urgency {
        NOW("Do now"),
        WORTH_IT("Worth it"),
        WHEN_IDLE("When idle");

        private final String words;

        Urgency(String words) {
            this.words = words;
        }

        /// Named for people.
        public String words() {
            return words;
        }
    }
}
