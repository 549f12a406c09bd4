package dev.nptune.vm;

import java.util.List;

/// The devices of a VM that is made anew.
///
/// @param disks hard disks, the first of them the one to boot from
/// @param isos absolute paths of images for CD drives. The first is started as long as no disk can be: once an
/// installer
///     has filled the disk nothing has to be taken out.
/// @param hostdevs functions passed through; those of one card stay together
public record NewDevices(
        List<NewDisk> disks,
        List<String> isos,
        List<NewHostdev> hostdevs,
        NewNetwork network,
        NewInput input,
        NewSound sound,
        NewScreen screen) {

    /// The most CD drives: the ports of the one SATA controller.
    public static final int MOST_ISOS = 6;

    /// The most disks, `vda` to `vdz`.
    public static final int MOST_DISKS = 26;

    /// @throws IllegalArgumentException if there are too many, or one twice, or a path is no absolute one
    public NewDevices {
        disks = List.copyOf(disks);
        isos = List.copyOf(isos);
        hostdevs = List.copyOf(hostdevs);
        isos.forEach(path -> NewValues.path("ISO image", path));
        if (disks.size() > MOST_DISKS || isos.size() > MOST_ISOS) {
            throw new IllegalArgumentException("%d disks and %d ISO images: at most %d and %d"
                    .formatted(disks.size(), isos.size(), MOST_DISKS, MOST_ISOS));
        }
        if (hostdevs.stream().map(NewHostdev::address).distinct().count() < hostdevs.size()) {
            throw new IllegalArgumentException("a PCI function is passed twice");
        }
        if (disks.stream().map(NewDisk::path).distinct().count() < disks.size()) {
            throw new IllegalArgumentException("two disks are the same file");
        }
        if (hostdevs.isEmpty() && screen instanceof NewScreen.Monitor) {
            throw new IllegalArgumentException("no screen: neither a card is passed nor a viewer asked for");
        }
    }

    /// Disks and a viewer: behind NAT, without sound.
    public static NewDevices of(List<NewDisk> disks, NewScreen screen) {
        return new NewDevices(
                disks,
                List.of(),
                List.of(),
                new NewNetwork.Network("default"),
                new NewInput.Virtio(),
                new NewSound.None(),
                screen);
    }

    /// Disks and passed functions, looked at by their monitor: behind NAT, without sound.
    public static NewDevices of(List<NewDisk> disks, List<NewHostdev> hostdevs) {
        return new NewDevices(
                disks,
                List.of(),
                hostdevs,
                new NewNetwork.Network("default"),
                new NewInput.Virtio(),
                new NewSound.None(),
                new NewScreen.Monitor());
    }

    public NewDevices withIsos(List<String> paths) {
        return new NewDevices(disks, paths, hostdevs, network, input, sound, screen);
    }

    public NewDevices withNetwork(NewNetwork other) {
        return new NewDevices(disks, isos, hostdevs, other, input, sound, screen);
    }

    public NewDevices withInput(NewInput other) {
        return new NewDevices(disks, isos, hostdevs, network, other, sound, screen);
    }

    public NewDevices withSound(NewSound other) {
        return new NewDevices(disks, isos, hostdevs, network, input, other, screen);
    }

    public NewDevices withScreen(NewScreen other) {
        return new NewDevices(disks, isos, hostdevs, network, input, sound, other);
    }

    /// Whether anything needs a SPICE server.
    boolean spice() {
        return !(screen instanceof NewScreen.Monitor) || sound instanceof NewSound.Spice;
    }
}
