package dev.nptune.watch;

import dev.nptune.host.CpuSet;
import dev.nptune.watch.Column.Subject;
import java.util.Objects;
import java.util.OptionalInt;

/// A thread of QEMU's.
///
/// @param tid its number
/// @param vcpu which vCPU it runs; empty for all others
/// @param name as the kernel has it, up to 15 characters: `CPU 0/KVM`
/// @param allowed on which CPUs it may run; empty if that could not be read
public record VmThread(int tid, OptionalInt vcpu, String name, CpuSet allowed) {
    public VmThread {
        Objects.requireNonNull(vcpu);
        Objects.requireNonNull(name);
        Objects.requireNonNull(allowed);
    }

    boolean isVcpu() {
        return vcpu.isPresent();
    }

    Column column(Quantity quantity) {
        return vcpu.isPresent()
                ? new Column(quantity, Subject.VCPU, vcpu.getAsInt(), "")
                : new Column(quantity, Subject.THREAD, tid, name);
    }
}
