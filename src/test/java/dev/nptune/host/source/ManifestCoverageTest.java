package dev.nptune.host.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Coverage;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestCoverageTest {
    private static final String MANIFEST = """
            nptune-gather	1
            redacted	yes
            looked	1	/sys/bus/pci/devices	*
            looked	2	/sys/bus/pci/devices/*	class driver reset_method
            in	/sys/devices/pci0000:00/0000:00:01.0	2
            looked	3	/sys/devices/system/cpu/cpu[0-9]*/cache/index[0-9]*	level size
            looked	4	/etc/modprobe.d	*.conf
            looked	5	/etc/libvirt/qemu	*.xml
            looked	6	/sys/firmware	efi
            denied	/etc/libvirt/qemu
            denied	/sys/devices/pci0000:00/0000:00:01.0/reset_method
            denied	/proc/[0-9]*/fd
            failed	/sys/bus/pci/slots/1/address	could not be read when gathered
            something	of a later version
            """;

    private Coverage coverage = Coverage.WHOLE;

    @BeforeEach
    void archive() throws IOException {
        coverage = Snapshot.read(
                        TestArchive.in(new TestArchive()
                                .file("nptune-gather/manifest", MANIFEST)
                                .file("sys/devices/pci0000:00/0000:00:01.0/class", "0x060400\n")
                                .link("sys/bus/pci/devices/0000:00:01.0", "../../../devices/pci0000:00/0000:00:01.0")
                                .link("sys/class/drm/card0/device", "../../../devices/pci0000:00/0000:00:01.0")
                                .directory("sys/devices/system/cpu/cpu0/cache/index0")
                                .directory("etc/modprobe.d")
                                .gzip()),
                        Bounds.USUAL)
                .coverage();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sys/bus/pci/devices/0000:00:01.0/driver",
                "/sys/devices/pci0000:00/0000:00:01.0/driver",
                "/sys/class/drm/card0/device/driver",
                "/sys/bus/pci/devices/0000:09:00.0",
                "/sys/bus/pci/devices/0000:09:00.0/reset_method",
                "/sys/bus/pci/devices/0000:09:00.0/what/nobody/looked/for",
                "/sys/devices/system/cpu/cpu0/cache/index0/level",
                "/sys/devices/system/cpu/cpu7",
                "/sys/devices/system/cpu/cpu7/cache",
                "/sys/devices/system/cpu/cpu7/cache/index3/id",
                "/etc/modprobe.d",
                "/etc/modprobe.d/vfio.conf",
                "/sys/firmware/efi/efivars/SecureBoot-1"
            })
    void whatWasLookedForDoesNotExist(String path) {
        assertThat(coverage.whyMissing(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sys/bus/pci/devices/0000:00:01.0/rom",
                "/sys/class/drm/card0/device/rom",
                "/sys/devices/system/cpu/cpu0/cache/index0/id",
                "/sys/devices/system/cpu/online",
                "/sys/devices/system/node",
                "/etc/modprobe.d/.hidden.conf",
                "/etc/modprobe.d/vfio.conf.bak",
                "/proc/cpuinfo",
                "/proc/12/status"
            })
    void whatWasNotMayExist(String path) {
        assertThat(coverage.whyMissing(path)).contains("not in the snapshot");
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/libvirt/qemu, permission denied when gathered",
        "/etc/libvirt/qemu/win10.xml, permission denied when gathered",
        "/sys/bus/pci/devices/0000:00:01.0/reset_method, permission denied when gathered",
        "/sys/class/drm/card0/device/reset_method, permission denied when gathered",
        "/proc/77/fd, permission denied when gathered",
        "/proc/77/fd/3, permission denied when gathered",
        "/sys/bus/pci/slots/1/address, could not be read when gathered"
    })
    void whatWasDeniedIsUnknown(String path, String reason) {
        assertThat(coverage.whyMissing(path)).contains(reason);
    }

    @Test
    void aHostileManifestIsOnlyText() throws IOException {
        String hostile =
                "looked\nlooked\t1\nin\tx\t9\ndenied\nfailed\nlooked\t\t\t\nlooked\t1\t/a/[\t[z-a] [] * ** ? \n"
                        + IntStream.range(0, 2000)
                                .mapToObj(i -> "*a")
                                .collect(Collectors.joining("", "looked\t2\t/x\t", "\n"));
        Coverage read = Snapshot.read(
                        TestArchive.in(new TestArchive()
                                .file("nptune-gather/manifest", hostile)
                                .directory("x")
                                .link("sys/loop", "loop")
                                .link("sys/grow", "grow/grow/grow")
                                .gzip()),
                        Bounds.USUAL)
                .coverage();

        assertThat(read.whyMissing("/sys/loop/x")).isPresent();
        assertThat(read.whyMissing("/sys/grow/x")).isPresent();
        assertThat(read.whyMissing("/x/" + "a".repeat(1999) + "b")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "*, card0, true",
        "*, .hidden, false",
        ".*, .hidden, true",
        "card[0-9]*, card0-DP-1, true",
        "card[0-9]*, cardx, false",
        "card[0-9]*-*, card0, false",
        "?, ab, false",
        "??, ab, true",
        "a*b*c, aXbXbc, true",
        "a*b*c, aXbX, false",
        "[, [, true",
        "[abc], b, true",
        "[abc], d, false",
        "[a-c]x, bx, true",
        "*.conf, .conf, false"
    })
    void patternsAreTheShells(String pattern, String name, boolean matches) {
        assertThat(PathPatterns.matches(pattern, name)).isEqualTo(matches);
    }
}
