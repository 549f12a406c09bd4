package dev.nptune.plan;

import dev.nptune.doctor.Category;

/// What part of a VM or its host each rule is about.
final class Topics {
    private Topics() {}

    static Topic of(String rule, Category category) {
        return switch (rule) {
            case "nic-emulated" -> Topic.NETWORK;
            case "i440fx-gpu" -> Topic.MACHINE;
            case "avic-inhibited", "hv-avic-no-hw", "x2apic-off-zen4" -> Topic.GUEST;
            case "clocksource-not-tsc", "numa-balancing", "compaction" -> Topic.HOST;
            default ->
                switch (category) {
                    case CPU_PINNING, TOPOLOGY, NUMA -> Topic.CPU;
                    case MEMORY -> Topic.MEMORY;
                    case DISK -> Topic.DISK;
                    case DEVICES -> Topic.DEVICES;
                    case MACHINE, XML -> Topic.MACHINE;
                    case HYPERVISOR, TIME, MYTH -> Topic.GUEST;
                    case PCI, GRAPHICS -> Topic.GRAPHICS;
                    case KVM, KERNEL, POWER, INTERRUPTS, CRASH, SECURITY, HOST -> Topic.HOST;
                };
        };
    }
}
