package dev.nptune.vm;

import dev.nptune.host.CpuSet;
import dev.nptune.host.PciAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/// New domains to test with: one for each thing that can be asked for, and any number by chance.
final class NewDomainExamples {
    static final String LIBVIRT = "9.0.0";

    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;
    private static final NewHostdev GPU = NewHostdev.of(PciAddress.parse("0000:0a:00.0"));
    private static final NewHostdev GPU_AUDIO = NewHostdev.of(PciAddress.parse("0000:0a:00.1"));
    private static final NewDisk NVME = new NewDisk(NewDisk.Kind.BLOCK, "/dev/nvme1n1", OptionalInt.of(1));
    private static final NewDisk IMAGE =
            new NewDisk(NewDisk.Kind.QCOW2, "/var/lib/libvirt/images/win10.qcow2", OptionalInt.empty());
    private static final NewVcpus EIGHT = NewVcpus.of(1, 4, 2)
            .withPins(IntStream.range(0, 8)
                    .mapToObj(i -> CpuSet.of(4 + i / 2 + i % 2 * 8))
                    .toList())
            .withEmulator(CpuSet.parse("0-1,8-9"))
            .withIothreads(List.of(CpuSet.parse("2,10")));

    private NewDomainExamples() {}

    static Map<String, NewDomain> all() {
        Map<String, NewDomain> all = new LinkedHashMap<>();
        all.put("windows-11", gaming());
        all.put(
                "windows-10",
                plain(
                        "win10",
                        GuestKind.WINDOWS_10,
                        NewDevices.of(List.of(IMAGE), List.of(new NewHostdev(GPU.address(), Optional.of("/r/gpu.rom"))))
                                .withNetwork(new NewNetwork.Bridge("br0"))));
        all.put(
                "linux",
                plain(
                        "arch",
                        GuestKind.LINUX,
                        NewDevices.of(
                                List.of(new NewDisk(NewDisk.Kind.BLOCK, "/dev/nvme1n1", OptionalInt.empty())),
                                List.of(GPU, GPU_AUDIO))));
        all.put("no-card", plain("desk", GuestKind.LINUX, viewer(NewScreen.Video.VIRTIO)));
        all.put("no-card-windows", plain("desk10", GuestKind.WINDOWS_10, viewer(NewScreen.Video.VGA)));
        all.put(
                "cards",
                plain(
                        "cards",
                        GuestKind.LINUX,
                        NewDevices.of(
                                List.of(), List.of(GPU_AUDIO, hostdev("0000:0c:00.3"), GPU, hostdev("0000:0c:00.4")))));
        all.put("padding", padding());
        all.put("guest-numa", guestNuma());
        all.put("looking-glass", glass("glass", new NewScreen.LookingGlass(2560, 1440, false, false)));
        all.put("looking-glass-kvmfr", glass("glass4k", new NewScreen.LookingGlass(3840, 2160, false, true)));
        return all;
    }

    private static NewHostdev hostdev(String address) {
        return NewHostdev.of(PciAddress.parse(address));
    }

    private static NewDevices viewer(NewScreen.Video video) {
        return NewDevices.of(List.of(IMAGE), new NewScreen.Viewer(video)).withSound(new NewSound.Spice());
    }

    private static NewDomain plain(String name, GuestKind guest, NewDevices devices) {
        return new NewDomain(name, guest, LIBVIRT, NewMemory.of(8 * GIB), NewVcpus.of(1, 4, 1), NewCpu.PLAIN, devices);
    }

    /// All that a gaming VM is given at once.
    private static NewDomain gaming() {
        NewDevices devices = NewDevices.of(List.of(NVME), List.of(GPU, GPU_AUDIO))
                .withIsos(List.of("/home/me/Win11.iso", "/usr/share/virtio-win/virtio-win.iso"))
                .withInput(new NewInput.Evdev(
                        List.of("/dev/input/by-id/usb-Keyboard-event-kbd"),
                        List.of("/dev/input/by-id/usb-Mouse-event-mouse")))
                .withSound(new NewSound.Pipewire("/run/user/1000"));
        return new NewDomain(
                "win11",
                GuestKind.WINDOWS_11,
                "9.10.0",
                NewMemory.of(16 * GIB).withHugePages(2 * MIB).withNodes(CpuSet.of(0)),
                EIGHT,
                new NewCpu(true, true, true, List.of("svm")),
                devices);
    }

    /// Two L3 of three cores each, shown as two of four.
    private static NewDomain padding() {
        NewVcpus vcpus = NewVcpus.of(2, 4, 2).withDisabled(CpuSet.parse("6-7,14-15"));
        return new NewDomain(
                "padded",
                GuestKind.WINDOWS_10,
                LIBVIRT,
                NewMemory.of(8 * GIB),
                vcpus,
                new NewCpu(true, true, false, List.of()),
                NewDevices.of(List.of(IMAGE), List.of(GPU)));
    }

    private static NewDomain guestNuma() {
        NewMemory memory = NewMemory.of(16 * GIB)
                .withHugePages(GIB)
                .withNodes(CpuSet.of(0, 1))
                .withCells(List.of(
                        new NewMemory.Cell(CpuSet.parse("0-3"), 10 * GIB, CpuSet.of(0)),
                        new NewMemory.Cell(CpuSet.parse("4-7"), 6 * GIB, CpuSet.of(1))));
        return new NewDomain(
                "threadripper",
                GuestKind.WINDOWS_11,
                LIBVIRT,
                memory,
                EIGHT,
                NewCpu.PLAIN,
                NewDevices.of(List.of(NVME), List.of(GPU)));
    }

    private static NewDomain glass(String name, NewScreen screen) {
        return plain(
                name,
                GuestKind.WINDOWS_10,
                NewDevices.of(List.of(IMAGE), List.of(GPU, GPU_AUDIO))
                        .withSound(new NewSound.Pulseaudio("/run/user/1000/pulse/native"))
                        .withScreen(screen));
    }

    /// A domain by chance.
    ///
    /// @param host the numbers of the host CPUs there are
    static NewDomain random(Random random, String name, CpuSet host) {
        NewVcpus vcpus = vcpus(random, host);
        return new NewDomain(
                name,
                any(random, GuestKind.values()),
                LIBVIRT,
                memory(random, vcpus.count()),
                vcpus,
                new NewCpu(
                        random.nextBoolean(),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        random.nextBoolean() ? List.of("svm", "vmx") : List.of()),
                devices(random, vcpus.iothreads().size()));
    }

    private static <T> T any(Random random, T[] of) {
        return List.of(of).get(random.nextInt(of.length));
    }

    private static NewVcpus vcpus(Random random, CpuSet host) {
        NewVcpus shape = NewVcpus.of(1 + random.nextInt(2), 1 + random.nextInt(4), 1 + random.nextInt(2));
        CpuSet disabled = CpuSet.of(IntStream.range(1, shape.count())
                .filter(_ -> random.nextInt(6) == 0)
                .toArray());
        List<CpuSet> pins = new ArrayList<>();
        for (int i = 0; i < shape.count(); i++) {
            pins.add(random.nextInt(5) == 0 ? CpuSet.of() : some(random, host));
        }
        List<CpuSet> iothreads = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            iothreads.add(random.nextBoolean() ? CpuSet.of() : some(random, host));
        }
        return shape.withDisabled(disabled)
                .withPins(random.nextInt(4) == 0 ? List.of() : pins)
                .withEmulator(random.nextBoolean() ? some(random, host) : CpuSet.of())
                .withIothreads(iothreads);
    }

    private static CpuSet some(Random random, CpuSet of) {
        int[] all = of.stream().toArray();
        return CpuSet.of(random.ints(1 + random.nextInt(3), 0, all.length)
                .map(i -> all[i])
                .toArray());
    }

    private static NewMemory memory(Random random, int vcpus) {
        long each = (64 + 2L * random.nextInt(100)) * MIB;
        int cells = vcpus < 2 ? 0 : random.nextInt(3);
        NewMemory memory = NewMemory.of(each * Math.max(cells, 1));
        if (random.nextBoolean()) {
            memory = memory.withHugePages(2 * MIB);
        }
        if (random.nextBoolean()) {
            memory = memory.withNodes(CpuSet.of(0));
        }
        if (cells == 1) {
            CpuSet all = CpuSet.range(0, vcpus - 1);
            memory = memory.withCells(List.of(new NewMemory.Cell(all, each, CpuSet.of(0))));
        } else if (cells == 2) {
            int half = 1 + random.nextInt(vcpus - 1);
            memory = memory.withCells(List.of(
                    new NewMemory.Cell(CpuSet.range(0, half - 1), each, CpuSet.of()),
                    new NewMemory.Cell(CpuSet.range(half, vcpus - 1), each, CpuSet.of())));
        }
        return memory;
    }

    private static NewDevices devices(Random random, int iothreads) {
        List<NewDisk> disks = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            OptionalInt iothread = random.nextBoolean() && iothreads > 0
                    ? OptionalInt.of(1 + random.nextInt(iothreads))
                    : OptionalInt.empty();
            disks.add(new NewDisk(any(random, NewDisk.Kind.values()), "/d/" + i + word(random), iothread));
        }
        List<String> isos = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            isos.add("/i/" + i + word(random) + ".iso");
        }
        List<NewHostdev> hostdevs = new ArrayList<>();
        for (int i = 0; i < random.nextInt(5); i++) {
            PciAddress address = new PciAddress(0, 10 + random.nextInt(2), 0, i);
            hostdevs.add(new NewHostdev(
                    address, random.nextInt(3) == 0 ? Optional.of("/r/" + word(random)) : Optional.empty()));
        }
        return new NewDevices(
                disks, isos, hostdevs, network(random), input(random), sound(random), screen(random, hostdevs));
    }

    /// With what XML, virsh, QEMU and a shell each have a meaning for.
    private static String word(Random random) {
        String hard = "ab'\"&<>,=; äß€𝄞%{}$`|#~!?*()";
        int[] points = hard.codePoints().toArray();
        StringBuilder out = new StringBuilder("w");
        for (int i = random.nextInt(6); i > 0; i--) {
            out.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return out.append('w').toString();
    }

    private static NewNetwork network(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> new NewNetwork.None();
            case 1 -> new NewNetwork.Network("default");
            default -> new NewNetwork.Bridge("br0");
        };
    }

    private static NewInput input(Random random) {
        return random.nextBoolean()
                ? new NewInput.Virtio()
                : new NewInput.Evdev(List.of("/e/" + word(random)), List.of("/e/" + word(random)));
    }

    private static NewSound sound(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> new NewSound.None();
            case 1 -> new NewSound.Spice();
            default -> new NewSound.Pulseaudio("/p/" + word(random));
        };
    }

    private static NewScreen screen(Random random, List<NewHostdev> hostdevs) {
        NewScreen.Video video = any(random, NewScreen.Video.values());
        return switch (random.nextInt(3)) {
            case 0 -> hostdevs.isEmpty() ? new NewScreen.Viewer(video) : new NewScreen.Monitor();
            case 1 -> new NewScreen.Viewer(video);
            default ->
                new NewScreen.LookingGlass(
                        1 + random.nextInt(5000), 1 + random.nextInt(3000), random.nextBoolean(), random.nextBoolean());
        };
    }

    /// A name by chance that no other number gives.
    static String name(Random random, int number) {
        return "vm" + number + word(random);
    }
}
