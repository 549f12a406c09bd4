package dev.nptune.plan;

import java.util.List;

/// What a person asks of the host around a VM.
///
/// @param bind when a passed graphics card goes to vfio-pci
/// @param singleGpu whether the desktop may end while the VM runs, so that the VM can have the machine's only card
/// @param addArguments kernel arguments to add, as [dev.nptune.plan.boot.ArgumentEdit] takes them
/// @param dropArguments kernel arguments to take away
public record HostRequest(Binding bind, boolean singleGpu, List<String> addArguments, List<String> dropArguments) {
    /// Nothing special.
    public static final HostRequest DEFAULT = new HostRequest(Binding.AUTO, false, List.of(), List.of());

    public HostRequest {
        addArguments = List.copyOf(addArguments);
        dropArguments = List.copyOf(dropArguments);
    }

    /// The same with a time for binding a card.
    public HostRequest withBind(Binding when) {
        return new HostRequest(when, singleGpu, addArguments, dropArguments);
    }

    /// The same with leave to end the desktop while the VM runs.
    public HostRequest withSingleGpu(boolean allowed) {
        return new HostRequest(bind, allowed, addArguments, dropArguments);
    }
}
