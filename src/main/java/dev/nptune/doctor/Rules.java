package dev.nptune.doctor;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The rule base, one class per part of the field.
///
/// Order matters: of two rules, the one that must be dealt with first stands first (`npt-gpat` before `npt-off`).
public final class Rules {
    private static final List<Rule> ALL = Stream.of(
                    KvmRules.all(),
                    NumaRules.all(),
                    TopologyRules.all(),
                    PinRules.all(),
                    TimeRules.all(),
                    HypervisorRules.all(),
                    PowerRules.all(),
                    MemoryRules.all(),
                    GuestPageRules.all(),
                    DiskRules.all(),
                    MachineRules.all(),
                    PciRules.all(),
                    GraphicsRules.all(),
                    InterruptRules.all(),
                    DeviceRules.all(),
                    KernelRules.all(),
                    CrashRules.all(),
                    SecurityRules.all(),
                    HostRules.all(),
                    XmlRules.all(),
                    MythRules.all())
            .flatMap(List::stream)
            .toList();

    private Rules() {}

    /// All rules.
    public static List<Rule> all() {
        return ALL;
    }

    /// The rule of that id.
    public static Optional<Rule> byId(String id) {
        return ALL.stream().filter(r -> r.id().equals(id)).findFirst();
    }
}
