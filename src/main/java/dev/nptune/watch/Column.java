package dev.nptune.watch;

import java.util.Objects;

/// One counter of one thing.
///
/// @param quantity what is counted
/// @param subject of what
/// @param number which of these: the vCPU's, the thread's id, the CPU's; 0 for the VM
/// @param detail which one of several: an interrupt's name, a counter of KVM's, a thread's name; may be empty
public record Column(Quantity quantity, Subject subject, int number, String detail) {
    public Column {
        Objects.requireNonNull(quantity);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(detail);
    }

    /// Of what something is counted.
    public enum Subject {
        VCPU("vcpu"),
        THREAD("thread"),
        CPU("cpu"),
        VM("vm");

        private final String key;

        Subject(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }

    /// The thing in words: `vCPU 3`, `CPU 7`, `thread 4711 (IO iothread1)`, `the VM`.
    public String whose() {
        return switch (subject) {
            case VCPU -> "vCPU " + number;
            case CPU -> "CPU " + number;
            case THREAD -> "thread " + number + (detail.isEmpty() ? "" : " (" + detail + ")");
            case VM -> "the VM";
        };
    }
}
