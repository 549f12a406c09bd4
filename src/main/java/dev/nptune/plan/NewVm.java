package dev.nptune.plan;

import dev.nptune.host.CoreLatencies;
import dev.nptune.host.PciAddress;
import dev.nptune.vm.GuestKind;
import dev.nptune.vm.NewDisk;
import dev.nptune.vm.NewInput;
import dev.nptune.vm.NewNetwork;
import dev.nptune.vm.NewScreen;
import dev.nptune.vm.NewSound;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
/// @param pass functions to pass besides the card: a USB controller, an NVMe drive
/// @param rom absolute path of a copy of the card's ROM; empty for the card's own
/// @param host what is asked of the host
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
        Optional<CoreLatencies> latencies,
        List<PciAddress> pass,
        Optional<String> rom,
        HostRequest host) {
    public NewVm {
        disks = List.copyOf(disks);
        isos = List.copyOf(isos);
        pass = List.copyOf(pass);
    }

    /// One with nothing passed besides the card, which has its own ROM.
    public NewVm(
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
        this(
                name,
                guest,
                goal,
                gpu,
                disks,
                isos,
                vcpus,
                memoryBytes,
                network,
                input,
                sound,
                screen,
                latencies,
                List.of(),
                Optional.empty(),
                HostRequest.DEFAULT);
    }

    /// The same with functions passed besides the card.
    public NewVm withPass(List<PciAddress> functions) {
        return with(functions, rom, host);
    }

    /// The same with a copy of the card's ROM.
    public NewVm withRom(Optional<String> file) {
        return with(pass, file, host);
    }

    /// The same with something asked of the host.
    public NewVm withHost(HostRequest asked) {
        return with(pass, rom, asked);
    }

    private NewVm with(List<PciAddress> functions, Optional<String> file, HostRequest asked) {
        return new NewVm(
                name,
                guest,
                goal,
                gpu,
                disks,
                isos,
                vcpus,
                memoryBytes,
                network,
                input,
                sound,
                screen,
                latencies,
                functions,
                file,
                asked);
    }

    /// A hard disk.
    ///
    /// @param kind what holds its data
    /// @param path absolute path, as written
    /// @param resolved the same with all links followed; as written where they cannot be
    /// @param links paths among other VMs' disks that are links to it
    public record Disk(NewDisk.Kind kind, String path, String resolved, Set<String> links) {
        public Disk {
            links = Set.copyOf(links);
        }

        /// One whose path has no links in it.
        public Disk(NewDisk.Kind kind, String path) {
            this(kind, path, path, Set.of());
        }
    }
}
