package dev.nptune.vm;

import dev.nptune.host.CpuSet;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/// A VM to be made: everything that defines it, from which its XML follows.
///
/// A q35 machine under KVM with UEFI firmware that libvirt chooses, the host's own CPU, virtio devices and no memory
/// balloon. There is no UUID, no MAC address and no PCI address but those of passed cards: libvirt makes them up.
///
/// @param name its name in libvirt
/// @param libvirt the version of the libvirt that is to define it, e.g. `9.0.0`, since some things need a newer one
public record NewDomain(
        String name,
        GuestKind guest,
        String libvirt,
        NewMemory memory,
        NewVcpus vcpus,
        NewCpu cpu,
        NewDevices devices) {

    /// The longest name in bytes: libvirt makes file names of it, `NAME_VARS.fd` and `NAME.xml.new`.
    public static final int MAX_NAME = 240;

    /// @throws IllegalArgumentException if libvirt or QEMU would refuse it, saying what is wrong
    public NewDomain {
        name(name);
        if (!libvirt.matches("[0-9]{1,4}\\.[0-9]{1,4}(\\.[0-9]{1,4})?")) {
            throw new IllegalArgumentException("no version of libvirt: " + NewValues.quoted(libvirt));
        }
        if (devices.sound() instanceof NewSound.Pipewire) {
            needs(libvirt, 9, 10, "sound through PipeWire");
        }
        if (cpu.avic()) {
            needs(libvirt, 8, 10, "the enlightenment for AVIC");
        }
        cells(memory, vcpus);
        for (NewDisk disk : devices.disks()) {
            int iothread = disk.iothread().orElse(1);
            if (disk.iothread().isPresent()
                    && (iothread < 1 || iothread > vcpus.iothreads().size())) {
                throw new IllegalArgumentException("disk " + NewValues.quoted(disk.path()) + " is served by iothread "
                        + iothread + " of " + vcpus.iothreads().size());
            }
        }
    }

    /// The domain's XML, for libvirt to define.
    public String xml() {
        return new NewDomainXml(this).text();
    }

    /// The same as a value.
    public Domain toDomain() {
        return Domain.parse(xml());
    }

    /// Looks whether libvirt takes a name.
    ///
    /// @throws IllegalArgumentException if it does not
    public static void name(String name) {
        NewValues.word("name", name);
        if (name.contains("/")) {
            throw new IllegalArgumentException("name " + NewValues.quoted(name) + ": libvirt allows no / in it");
        }
        if (name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("name " + NewValues.quoted(name) + ": is a folder's");
        }
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_NAME) {
            throw new IllegalArgumentException("name of " + length + " bytes: at most " + MAX_NAME);
        }
    }

    private static void needs(String libvirt, int major, int minor, String what) {
        String[] parts = libvirt.split("\\.");
        int has = Integer.parseInt(parts[0]) * 10_000 + Integer.parseInt(parts[1]);
        if (has < major * 10_000 + minor) {
            throw new IllegalArgumentException(
                    "%s needs libvirt %d.%d; this is %s".formatted(what, major, minor, libvirt));
        }
    }

    /// Every vCPU is in one cell, and in one only.
    private static void cells(NewMemory memory, NewVcpus vcpus) {
        if (memory.cells().isEmpty()) {
            return;
        }
        int[] all = memory.cells().stream()
                .flatMapToInt(cell -> cell.vcpus().stream())
                .sorted()
                .toArray();
        boolean once = IntStream.range(0, vcpus.count()).allMatch(i -> i < all.length && all[i] == i);
        if (!once || all.length != vcpus.count()) {
            throw new IllegalArgumentException(
                    "the guest NUMA nodes' vCPUs are not each of " + CpuSet.range(0, vcpus.count() - 1) + " once");
        }
    }
}
