package dev.nptune.doctor;

/// What a rule looks at, so that `explain` can say it and tests can hold rules to it.
public enum Need {
    DOMAIN("the domain's XML"),
    SCHEMA("the schema of the machine's libvirt"),
    PROCESSOR("vendor and flags of the processor"),
    TOPOLOGY("online CPUs, cores and caches"),
    CLOCKSOURCE("the kernel's clock"),
    MEMORY("available memory"),
    HUGE_PAGES("reserved huge pages"),
    THP("transparent huge pages"),
    RELEASE("the kernel's release"),
    COMMAND_LINE("the kernel's command line"),
    MODULES("module parameters"),
    LOG("the kernel's log"),
    PCI("PCI devices, their drivers and IOMMU groups"),
    GRAPHICS("who holds the graphics cards"),
    VIRTUALIZATION("VMs, defined and running, and libvirt's hooks"),
    INTERRUPTS("interrupts of devices"),
    TOOLS("versions of QEMU and libvirt");

    private final String words;

    Need(String words) {
        this.words = words;
    }

    /// Named for people.
    public String words() {
        return words;
    }

    /// Whether it comes from the host, where it may be unreadable; a domain is read whole or not at all.
    public boolean ofHost() {
        return this != DOMAIN;
    }
}
