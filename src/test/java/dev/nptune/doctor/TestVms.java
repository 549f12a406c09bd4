package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.FileMode;
import dev.nptune.host.QemuMemory;
import dev.nptune.host.Virtualization;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.host.Virtualization.Hook;
import dev.nptune.host.Virtualization.QemuProcess;
import java.util.Arrays;
import java.util.List;

/// What runs and what is defined on a machine of which all else is not known.
public final class TestVms {
    private TestVms() {}

    private static Virtualization of(
            List<DomainFile> domains, List<QemuProcess> running, Fact<Integer> processes, List<Hook> hooks) {
        Virtualization none = Virtualization.none();
        return new Virtualization(
                domains,
                running,
                processes,
                none.daemons(),
                hooks,
                none.qemuConf(),
                none.firmware(),
                none.firmwareFiles(),
                none.swtpm(),
                none.kvm(),
                none.lookingGlass(),
                none.groups(),
                none.logs());
    }

    private static Fact<Integer> processes() {
        return Fact.known(200, "/proc");
    }

    /// A machine whose processes are known, with some VMs among them.
    static Virtualization running(String... names) {
        return of(List.of(), Arrays.stream(names).map(TestVms::process).toList(), processes(), List.of());
    }

    /// A running VM with that memory.
    ///
    /// @param pool what the process says of pools
    static Virtualization with(String name, QemuMemory memory, Fact<Long> pool) {
        QemuProcess process = process(name);
        return of(
                List.of(),
                List.of(new QemuProcess(
                        4021, process.name(), process.arguments(), process.lockedBytes(), pool, memory, List.of())),
                processes(),
                List.of());
    }

    /// A machine whose processes are not shown.
    static Virtualization unread() {
        return Virtualization.none();
    }

    private static QemuProcess process(String name) {
        String file = "/proc/4711/cmdline";
        return new QemuProcess(
                4711,
                Fact.known(name, file),
                Fact.known(List.of("qemu-system-x86_64", "-name", name), file),
                Fact.absent("/proc/4711/status"),
                Fact.absent("/proc/4711/status"),
                QemuMemory.unread(4711, "not in this test"),
                List.of());
    }

    public static Virtualization defined(DomainFile... domains) {
        return of(List.of(domains), List.of(), processes(), List.of());
    }

    public static Virtualization hooks(Hook... hooks) {
        return of(List.of(), List.of(), processes(), List.of(hooks));
    }

    public static Hook hook(String path, int mode, String text) {
        return new Hook(path, Fact.known(new FileMode(mode, 0, 0), path), Fact.known(text, path));
    }
}
