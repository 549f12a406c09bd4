package dev.nptune.doctor;

/// What part of a machine or a domain a rule is about.
public enum Category {
    KVM("KVM"),
    KERNEL("Kernel"),
    HYPERVISOR("Hyper-V enlightenments and what the guest is told"),
    TIME("Clocks"),
    CPU_PINNING("Which CPUs threads run on"),
    TOPOLOGY("CPU topology"),
    NUMA("NUMA"),
    POWER("Frequency and idle states"),
    MEMORY("Memory"),
    DISK("Disks"),
    MACHINE("Machine types"),
    PCI("PCI and IOMMU"),
    GRAPHICS("Graphics cards"),
    INTERRUPTS("Interrupts and AVIC"),
    DEVICES("Sound, network, USB, TPM"),
    CRASH("Crashes"),
    SECURITY("Security"),
    HOST("The host around the VM"),
    XML("Domain XML"),
    MYTH("Myths");

    private final String words;

    Category(String words) {
        this.words = words;
    }

    /// Named for people.
    public String words() {
        return words;
    }
}
