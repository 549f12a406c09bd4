package dev.nptune.plan;

import dev.nptune.host.CoreLatencies;
import dev.nptune.vm.GuestKind;
import dev.nptune.vm.NewDisk;
import dev.nptune.vm.NewInput;
import dev.nptune.vm.NewNetwork;
import dev.nptune.vm.NewScreen;
import dev.nptune.vm.NewSound;
import java.util.List;
import java.util.Optional;

/// What a person asks of a VM that is not there yet.
///
/// @param name its name in libvirt
/// @param guest what is to run in it
/// @param goal what it is for
/// @param gpu `auto`, an address or `vendor:device`; empty for no card
/// @param disks its hard disks, the first of them the one to boot from
/// @param isos images for CD drives, the installer's first
/// @param vcpus how many vCPUs; empty for as many as suit the machine and the goal
/// @param memoryBytes how much memory; empty for half of the machine's, within bounds
/// @param network what its network card is connected to
/// @param input its keyboard and mouse
/// @param sound where its sound goes
/// @param screen how it is looked at
/// @param latencies what was measured between the host's CPUs; empty for a table
public record NewVm(
        String name,
        GuestKind guest,
        Goal goal,
        Optional<String> gpu,
        List<Disk> disks,
        List<String> isos,
        Optional<Integer> vcpus,
        Optional<Long> memoryBytes,
        NewNetwork network,
        NewInput input,
        NewSound sound,
        NewScreen screen,
        Optional<CoreLatencies> latencies) {
    public NewVm {
        disks = List.copyOf(disks);
        isos = List.copyOf(isos);
    }

    /// A hard disk.
    ///
    /// @param kind what holds its data
    /// @param path absolute path
    public record Disk(NewDisk.Kind kind, String path) {}
}
