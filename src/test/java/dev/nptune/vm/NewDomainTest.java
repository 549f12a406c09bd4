package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nptune.Golden;
import dev.nptune.host.CpuSet;
import dev.nptune.host.PciAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewDomainTest {
    private static final long MIB = 1L << 20;
    private static final NewDomain DESK = example("no-card");

    private static NewDomain example(String name) {
        return NewDomainExamples.all().entrySet().stream()
                .filter(e -> e.getKey().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private static NewDomain named(String name) {
        return new NewDomain(
                name, DESK.guest(), DESK.libvirt(), DESK.memory(), DESK.vcpus(), DESK.cpu(), DESK.devices());
    }

    private static void refused(ThrowingCallable what, String reason) {
        assertThatIllegalArgumentException().isThrownBy(what).withMessageContaining(reason);
    }

    @TestFactory
    Stream<DynamicTest> golden() {
        return NewDomainExamples.all().entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(
                        e.getKey(),
                        () -> Golden.check(
                                "domain/new/" + e.getKey() + ".xml",
                                e.getValue().xml())));
    }

    @Test
    void itIsReadAsItWasMeant() {
        Domain domain = example("windows-11").toDomain();
        assertThat(domain.name()).isEqualTo("win11");
        assertThat(domain.windows()).isPresent();
        assertThat(domain.memoryBytes()).isEqualTo(16L << 30);
        assertThat(domain.hugePages().orElseThrow().pageBytes()).contains(2 * MIB);
        assertThat(domain.vcpuPins()).extracting(Pin::thread).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(domain.vcpuPins().get(1).cpus()).isEqualTo(CpuSet.of(12));
        assertThat(domain.hostdevs())
                .extracting(HostDev::address)
                .containsExactly(PciAddress.parse("0a:00.0"), PciAddress.parse("0a:00.1"));
        assertThat(domain.hostdevs()).allMatch(HostDev::managed);
        assertThat(domain.disks().getFirst().hostCached()).isFalse();
        assertThat(domain.disks().getFirst().onMainLoop()).isFalse();
        assertThat(domain.feature("svm").orElseThrow().policy()).isEqualTo("disable");
    }

    @Test
    void anyDomainIsReadAsItWasMeant() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            NewDomain made = NewDomainExamples.random(random, NewDomainExamples.name(random, i), CpuSet.range(0, 31));
            Domain read = made.toDomain();
            assertThat(read.name()).isEqualTo(made.name());
            assertThat(read.memoryBytes()).isEqualTo(made.memory().bytes());
            assertThat(read.hostdevs())
                    .extracting(HostDev::address)
                    .containsExactlyInAnyOrderElementsOf(made.devices().hostdevs().stream()
                            .map(NewHostdev::address)
                            .toList());
            assertThat(read.disks())
                    .extracting(d -> d.source().orElseThrow())
                    .containsExactlyElementsOf(Stream.concat(
                                    made.devices().disks().stream().map(NewDisk::path), made.devices().isos().stream())
                            .toList());
        }
    }

    /// The examples are those of Looking Glass' own table.
    @ParameterizedTest
    @CsvSource({
        "1920, 1080, false, 32",
        "1920, 1080, true, 64",
        "1920, 1200, false, 32",
        "2560, 1440, false, 64",
        "2560, 1440, true, 128",
        "3840, 2160, false, 128",
        "3840, 2160, true, 256",
        "1, 1, false, 16",
    })
    void sharedMemoryOfLookingGlass(int width, int height, boolean hdr, long mebibytes) {
        assertThat(new NewScreen.LookingGlass(width, height, hdr, false).mebibytes())
                .isEqualTo(mebibytes);
    }

    @Test
    void namesThatLibvirtOrAFileSystemRefuses() {
        for (String name : List.of("", " ", " a", "a ", "a/b", "a\nb", "a\tb", "a\0", "\u009b", "\ud800", ".", "..")) {
            refused(() -> named(name), "name ");
        }
        refused(() -> named("ä".repeat(121)), "name of 242 bytes: at most 240");
        assertThat(named("ä".repeat(120)).toDomain().name()).hasSize(120);
    }

    @Test
    void memoryThatCannotBe() {
        refused(() -> NewMemory.of(0), "memory of 0 bytes: must be whole MiB");
        refused(() -> NewMemory.of(MIB + 1), "must be whole MiB");
        refused(() -> NewMemory.of(-MIB), "must be whole MiB");
        refused(() -> NewMemory.of(3 * MIB).withHugePages(2 * MIB), "is not whole pages of 2097152");
        refused(() -> NewMemory.of(3 * MIB).withHugePages(3 * MIB), "must be a power of two");
        NewMemory.Cell half = new NewMemory.Cell(CpuSet.range(0, 1), MIB, CpuSet.of());
        refused(() -> NewMemory.of(3 * MIB).withCells(List.of(half, half)), "does not add up to 3145728 bytes");
        NewMemory twice = NewMemory.of(2 * MIB).withCells(List.of(half, half));
        refused(() -> with(twice, DESK.vcpus()), "not each of 0-3 once");
    }

    private static NewDomain with(NewMemory memory, NewVcpus vcpus) {
        return new NewDomain("a", DESK.guest(), "9.0.0", memory, vcpus, DESK.cpu(), DESK.devices());
    }

    @Test
    void vcpusThatCannotBe() {
        refused(() -> NewVcpus.of(1, 0, 2), "must be 1 to 255 vCPUs");
        refused(() -> NewVcpus.of(2, 64, 2), "must be 1 to 255 vCPUs");
        refused(() -> NewVcpus.of(65536, 65536, 1), "must be 1 to 255 vCPUs");
        refused(() -> NewVcpus.of(1, 2, 2).withDisabled(CpuSet.of(0)), "only those from 1 to 3 can");
        refused(() -> NewVcpus.of(1, 2, 2).withDisabled(CpuSet.of(4)), "only those from 1 to 3 can");
        refused(() -> NewVcpus.of(1, 2, 2).withPins(List.of(CpuSet.of(1))), "1 pins for 4 vCPUs");
        refused(() -> new NewCpu(true, false, false, List.of("topoext")), "named twice");
        refused(() -> new NewCpu(false, false, false, List.of("svm' x='")), "no CPU feature");
    }

    @Test
    void devicesThatCannotBe() {
        refused(() -> new NewDisk(NewDisk.Kind.RAW, "a.img", OptionalInt.empty()), "not an absolute path");
        refused(() -> new NewDisk(NewDisk.Kind.RAW, "/a\n", OptionalInt.empty()), "line break");
        refused(() -> DESK.devices().withIsos(List.of("/a\u001b[2J")), "control character");
        refused(() -> new NewNetwork.Bridge("a-name-far-too-long"), "no network interface");
        refused(() -> new NewInput.Evdev(List.of(), List.of("/dev/m")), "no keyboard");
        refused(() -> new NewScreen.LookingGlass(0, 1, false, false), "a picture of 0 × 1 pixels");
        PciAddress gpu = PciAddress.parse("0a:00.0");
        refused(
                () -> NewDevices.of(List.of(), List.of(NewHostdev.of(gpu), new NewHostdev(gpu, Optional.of("/r")))),
                "passed twice");
        refused(() -> NewDevices.of(List.of(), List.of()), "no screen");
        NewDisk disk = new NewDisk(NewDisk.Kind.RAW, "/a", OptionalInt.of(1));
        refused(() -> NewDevices.of(List.of(disk, disk), List.of(NewHostdev.of(gpu))), "the same file");
        NewDevices one = NewDevices.of(List.of(disk), List.of(NewHostdev.of(gpu)));
        refused(
                () -> new NewDomain("a", GuestKind.LINUX, "9.0.0", DESK.memory(), DESK.vcpus(), NewCpu.PLAIN, one),
                "iothread 1 of 0");
    }

    @Test
    void whatNeedsANewerLibvirt() {
        NewDevices sound = DESK.devices().withSound(new NewSound.Pipewire("/run/user/1000"));
        refused(() -> of("9.9.0", NewCpu.PLAIN, sound), "sound through PipeWire needs libvirt 9.10; this is 9.9.0");
        assertThat(of("9.10", NewCpu.PLAIN, sound).xml()).contains("type='pipewire'");
        assertThat(of("10.0.0", NewCpu.PLAIN, sound).xml()).contains("runtimeDir='/run/user/1000'");
        NewCpu avic = new NewCpu(false, false, true, List.of());
        refused(() -> of("8.9.0", avic, DESK.devices()), "needs libvirt 8.10");
        refused(() -> of("new", NewCpu.PLAIN, DESK.devices()), "no version of libvirt");
    }

    private static NewDomain of(String libvirt, NewCpu cpu, NewDevices devices) {
        return new NewDomain("a", GuestKind.LINUX, libvirt, DESK.memory(), DESK.vcpus(), cpu, devices);
    }
}
