package dev.nptune.watch;

import java.util.Arrays;
import java.util.Optional;

/// What is counted. The key is what a recording says, and never changes.
public enum Quantity {
    /// How long a thread ran.
    RUN("run", Unit.NANOSECONDS),
    /// How long a thread was ready to run and did not, since something else had its CPU.
    RUN_DELAY("run-delay", Unit.NANOSECONDS),
    /// How often a thread began to run.
    SLICES("slices", Unit.TIMES),
    /// How often a thread went to another CPU.
    MIGRATIONS("migrations", Unit.TIMES),
    /// How often a thread lost its CPU while it could have gone on.
    INVOLUNTARY_SWITCHES("involuntary-switches", Unit.TIMES),
    MINOR_FAULTS("minor-faults", Unit.TIMES),
    MAJOR_FAULTS("major-faults", Unit.TIMES),
    /// The CPU a thread ran on last.
    LAST_CPU("last-cpu", Unit.NUMBER),
    /// How long a CPU was not idle, to the kernel's tick.
    BUSY("busy", Unit.NANOSECONDS),
    /// How long a CPU was with interrupts and softirqs, to the kernel's tick.
    IRQ_TIME("irq-time", Unit.NANOSECONDS),
    INTERRUPTS("interrupts", Unit.TIMES),
    SOFTIRQS("softirqs", Unit.TIMES),
    /// One of KVM's counters of events, by its name there.
    EXITS("exits", Unit.TIMES),
    /// Exits by the processor's reason for them.
    EXITS_BY_REASON("exits-by-reason", Unit.TIMES),
    /// One of KVM's counters of time.
    KVM_TIME("kvm-time", Unit.NANOSECONDS),
    /// Memory of QEMU that is there.
    RESIDENT("resident", Unit.BYTES),
    /// Memory of QEMU, or pages that KVM has mapped, by the kind of page.
    PAGES("pages", Unit.BYTES);

    /// In what it is counted.
    public enum Unit {
        NANOSECONDS("ns"),
        TIMES("times"),
        BYTES("bytes"),
        NUMBER("number");

        private final String word;

        Unit(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    private final String key;
    private final Unit unit;

    Quantity(String key, Unit unit) {
        this.key = key;
        this.unit = unit;
    }

    public String key() {
        return key;
    }

    public Unit unit() {
        return unit;
    }

    /// Whether it says how things stand; all others only grow.
    public boolean isGauge() {
        return unit == Unit.BYTES || unit == Unit.NUMBER;
    }

    /// The one of that key.
    public static Optional<Quantity> of(String key) {
        return Arrays.stream(values()).filter(q -> q.key.equals(key)).findFirst();
    }
}
