package dev.nptune.report;

import dev.nptune.host.CpuSet;
import dev.nptune.host.PciAddress;
import java.util.ArrayList;
import java.util.List;

/// What a drawing of a machine shows: boxes in boxes, cores in the innermost, devices at their node, and which thread
/// of which VM may run where. [MachineMapper] makes it, [MachineSvg] and [MachineText] draw it.
///
/// @param title what machine it is
/// @param boxes the outermost boxes, packages as a rule
/// @param elsewhere devices that no node claims
/// @param vms VMs with pins, in order
/// @param notes what the drawing cannot show
public record MachineMap(String title, List<Box> boxes, List<Device> elsewhere, List<Vm> vms, List<String> notes) {
    public MachineMap {
        boxes = List.copyOf(boxes);
        elsewhere = List.copyOf(elsewhere);
        vms = List.copyOf(vms);
        notes = List.copyOf(notes);
    }

    /// What a box stands for, the larger before the smaller where both have the same CPUs.
    public enum Kind {
        /// What sits in one socket.
        PACKAGE,
        /// CPUs with the same near memory.
        NODE,
        /// A CCD, or another piece of silicon in a package.
        DIE,
        /// CPUs that share a third-level cache: a CCX.
        L3
    }

    /// A group of CPUs.
    ///
    /// @param kind what it stands for
    /// @param title its name
    /// @param detail size and the like; may be empty
    /// @param cpus all its CPUs
    /// @param inside smaller boxes in it
    /// @param cores cores that are in no smaller box
    /// @param devices devices near it
    public record Box(
            Kind kind,
            String title,
            String detail,
            CpuSet cpus,
            List<Box> inside,
            List<Core> cores,
            List<Device> devices) {
        public Box {
            inside = List.copyOf(inside);
            cores = List.copyOf(cores);
            devices = List.copyOf(devices);
        }
    }

    /// A core.
    ///
    /// @param cpus its logical CPUs, SMT siblings of each other
    /// @param mark what tells it from others: `P`, `E`; may be empty
    public record Core(CpuSet cpus, String mark) {}

    /// A PCI function.
    ///
    /// @param address where it is
    /// @param name what it is
    /// @param detail driver and IOMMU group
    public record Device(PciAddress address, String name, String detail) {}

    /// A VM.
    ///
    /// @param name its name
    /// @param threads its threads that are bound to CPUs
    public record Vm(String name, List<VmThread> threads) {
        public Vm {
            threads = List.copyOf(threads);
        }
    }

    /// A thread of a VM.
    ///
    /// @param name `vCPU 3`, `emulator`, `iothread 1`
    /// @param label the same for a small place: `v3`, `em`, `io1`
    /// @param cpus where it may run
    public record VmThread(String name, String label, CpuSet cpus) {}

    /// A thread on a CPU.
    ///
    /// @param vm index in [#vms]
    /// @param thread which
    public record Use(int vm, VmThread thread) {}

    /// Which threads may run on a CPU, vCPUs first.
    public List<Use> uses(int cpu) {
        List<Use> uses = new ArrayList<>();
        for (int vm = 0; vm < vms.size(); vm++) {
            for (VmThread thread : vms.get(vm).threads()) {
                if (thread.cpus().contains(cpu)) {
                    uses.add(new Use(vm, thread));
                }
            }
        }
        return uses;
    }
}
