package dev.nptune.doctor;

/// What a rule looks at, so that `explain` can say it and tests can hold rules to it.
public enum Need {
    DOMAIN("the domain's XML"),
    SCHEMA("the schema of the machine's libvirt"),
    PROCESSOR("vendor and flags of the processor"),
    TOPOLOGY("online CPUs, cores and caches"),
    NUMA("NUMA nodes of CPUs, memory and cards"),
    ISOLATION("CPUs kept from the host's processes"),
    POWER("frequency scaling and idle states"),
    HOOKS("libvirt's hook scripts"),
    INTERRUPTS("interrupts of devices and where they go"),
    CLOCKSOURCE("the kernel's clock"),
    MEMORY("available memory"),
    HUGE_PAGES("reserved huge pages"),
    THP("transparent huge pages"),
    RELEASE("the kernel's release"),
    COMMAND_LINE("the kernel's command line"),
    MODULES("module parameters"),
    VULNERABILITIES("what the kernel says of the processor's vulnerabilities"),
    LOG("the kernel's log"),
    SPLIT_LOCK("kernel.split_lock_mitigate"),
    HARDWARE_RANDOM("the hardware random number generator in use"),
    QEMU_LOG("QEMU's log of the domain"),
    GUEST("what runs in the guest, as far as the XML says it"),
    GRAPHICS("who holds the graphics cards"),
    VIRTUALIZATION("VMs, defined and running"),
    TOOLS("versions of QEMU and libvirt"),
    PCI("PCI devices, their drivers and IOMMU groups");

    private final String words;

    Need(String words) {
        this.words = words;
    }

    /// Named for people.
    public String words() {
        return words;
    }

    /// Whether it may be unknown, as what comes from the host; a domain is read whole or not at all.
    public boolean ofHost() {
        return this != DOMAIN;
    }
}
