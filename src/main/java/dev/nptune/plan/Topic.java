package dev.nptune.plan;

/// What part of a VM or its host a choice is about, and what a person can ask to be left as it is.
public enum Topic {
    /// Graphics cards and what is passed with them.
    GRAPHICS("graphics card"),
    /// Which host CPUs threads run on, and the topology the guest sees.
    CPU("CPUs"),
    /// Memory: how much, where, in which pages.
    MEMORY("memory"),
    /// Disks.
    DISK("disks"),
    /// Network cards.
    NETWORK("network"),
    /// USB, input, sound, TPM and the rest.
    DEVICES("other devices"),
    /// Machine type and firmware.
    MACHINE("machine and firmware"),
    /// What the guest is told: Hyper-V enlightenments and clocks.
    GUEST("enlightenments and clocks"),
    /// The host around the VM: kernel, modules, settings, hooks.
    HOST("host");

    private final String words;

    Topic(String words) {
        this.words = words;
    }

    /// Named for people.
    public String words() {
        return words;
    }
}
