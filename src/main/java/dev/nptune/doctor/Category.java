package dev.nptune.doctor;

/// What part of a machine or a domain a rule is about.
public enum Category {
    KVM,
    HYPERVISOR,
    CPU_PINNING,
    TOPOLOGY,
    TIME,
    MEMORY,
    DISK,
    PCI,
    SECURITY
}
