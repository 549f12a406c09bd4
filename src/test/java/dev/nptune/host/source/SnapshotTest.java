package dev.nptune.host.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Coverage;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.MachineSource;
import dev.nptune.internal.text.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTest {
    private static final Bounds SMALL = new Bounds(1 << 20, 1 << 20, 64 << 10, 100, 200, 8);

    @TempDir(factory = MemoryFolder.class)
    Path temp = Path.of("");

    private static TestArchive machine(String prefix) {
        return new TestArchive()
                .file(prefix + "proc/sys/kernel/osrelease", "6.1.0\n")
                .link(prefix + "etc/os-release", "/usr/lib/os-release")
                .file(prefix + "usr/lib/os-release", "PRETTY_NAME=\"Some Linux\"\n")
                .file(prefix + "sys/devices/pci0000:00/0000:0a:00.0/class", "0x030000\n")
                .link(prefix + "sys/devices/pci0000:00/0000:0a:00.0/driver", "../../../bus/pci/drivers/vfio-pci")
                .link(prefix + "sys/bus/pci/devices/0000:0a:00.0", "../../../devices/pci0000:00/0000:0a:00.0");
    }

    private static Host read(byte[] archive) throws IOException {
        return HostReader.read(Snapshot.read(TestArchive.in(archive), Bounds.USUAL));
    }

    private static void isTheMachine(Host host) {
        assertThat(host.kernel().release().get()).contains("6.1.0");
        assertThat(host.kernel().distribution().get()).contains("Some Linux");
        assertThat(host.pci()).singleElement().satisfies(f -> {
            assertThat(f.driver().get()).contains("vfio-pci");
            assertThat(f.isDisplay()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "./", "box/", "./box/"})
    void aMachineAtTheTopOrOneFolderBelow(String prefix) throws IOException {
        isTheMachine(read(machine(prefix).gzip()));
    }

    @ParameterizedTest
    @ValueSource(strings = {CompressorStreamFactory.GZIP, CompressorStreamFactory.BZIP2, CompressorStreamFactory.XZ})
    void whatPacksItTellsItsBeginning(String compressor) throws IOException, CompressorException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new CompressorStreamFactory().createCompressorOutputStream(compressor, packed)) {
            out.write(machine("").plain());
        }
        isTheMachine(read(packed.toByteArray()));
        isTheMachine(read(machine("").plain()));
    }

    @Test
    void whatIsMissingFromAForeignArchiveMayExist() throws IOException {
        MachineSource source = Snapshot.read(TestArchive.in(machine("").gzip()), Bounds.USUAL);

        assertThat(source.coverage()).isSameAs(Coverage.UNSTATED);
        assertThat(HostReader.read(source).cpu().online())
                .isEqualTo(Fact.unreadable("/sys/devices/system/cpu/online", "not in the snapshot"));
    }

    @Test
    void aFileWhereADirectoryIsExpectedIsNoFailure() throws IOException {
        Host host = read(new TestArchive()
                .file("sys/devices/system", "x")
                .file("sys/bus/pci/devices", "x")
                .file("proc/cpuinfo/x", "x")
                .link("etc/modprobe.d", "modprobe.d")
                .link("sys/module", "../../../../../..")
                .gzip());

        assertThat(host.cpu().online()).isInstanceOf(Fact.Unreadable.class);
        assertThat(host.cpu().vendor()).isInstanceOf(Fact.Unreadable.class);
        assertThat(host.gap("/sys/bus/pci/devices")).isPresent();
        assertThat(host.gap("/etc/modprobe.d")).isPresent();
    }

    @Test
    void aLaterFileReplacesAnEarlierOne() throws IOException {
        assertThat(read(machine("").file("proc/sys/kernel/osrelease", "7\n").gzip())
                        .kernel()
                        .release()
                        .get())
                .contains("7");
    }

    @Test
    void aHardLinkIsTheFileItNames() throws IOException {
        assertThat(read(new TestArchive()
                                .file("proc/version", "6.1.0\n")
                                .special("proc/sys/kernel/osrelease", TarConstants.LF_LINK, "proc/version")
                                .gzip())
                        .kernel()
                        .release()
                        .get())
                .contains("6.1.0");
    }

    static Stream<Arguments> hostile() {
        byte[] zeros = new byte[60 << 10];
        return Stream.of(
                arguments(
                        "a name that leads out of it: 'sys/../../etc/x'", archive(a -> a.file("sys/../../etc/x", ""))),
                arguments("a name that leads out of it: '../'", archive(a -> a.directory(".."))),
                arguments(
                        "a device node or pipe: 'dev/sda'",
                        archive(a -> a.special("dev/sda", TarConstants.LF_BLK, ""))),
                arguments(
                        "a device node or pipe: 'dev/tty'",
                        archive(a -> a.special("dev/tty", TarConstants.LF_CHR, ""))),
                arguments("a device node or pipe: 'p'", archive(a -> a.special("p", TarConstants.LF_FIFO, ""))),
                arguments(
                        "a hard link to what is no file of it",
                        archive(a -> a.special("x", TarConstants.LF_LINK, "etc/shadow"))),
                arguments("a name that leads out", archive(a -> a.special("x", TarConstants.LF_LINK, "../etc/shadow"))),
                arguments(
                        "an entry below what is no directory: 'out'",
                        archive(a -> a.link("out", "/etc").file("out/x", ""))),
                arguments(
                        "an entry below what is no directory",
                        archive(a -> a.file("f", "").file("f/x", ""))),
                arguments(
                        "two entries of one name", archive(a -> a.link("x", "y").file("x", ""))),
                arguments("a link to nowhere", archive(a -> a.special("x", TarConstants.LF_SYMLINK, ""))),
                arguments("nested deeper than 8", archive(a -> a.file("a/".repeat(9) + "x", ""))),
                arguments("longer than 200 characters", archive(a -> a.file("x".repeat(201), ""))),
                arguments("larger than 1 MiB", archive(a -> {
                    for (int i = 0; i < 18; i++) {
                        a.file("zeros" + i, zeros);
                    }
                })),
                arguments("more than 100 entries", archive(a -> {
                    for (int i = 0; i < 101; i++) {
                        a.directory("d" + i);
                    }
                })),
                arguments("what it holds is larger than 1 MiB", archive(a -> {
                    a.file("first", zeros);
                    for (int i = 0; i < 18; i++) {
                        a.special("link" + i, TarConstants.LF_LINK, "first");
                    }
                })),
                arguments("a file larger than 0 MiB", new TestArchive().claiming("sys/zeros", 7L << 30)),
                arguments("an absolute name", new TestArchive().claiming("/sys/x", 512)),
                arguments("it is a zip archive", "PK\3\4 and so on".getBytes(StandardCharsets.ISO_8859_1)),
                arguments("it is packed by zstd", new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0, 0, 0}),
                arguments("it is no tar archive", new byte[0]),
                arguments("it is no tar archive", "<project>".repeat(100).getBytes(StandardCharsets.UTF_8)),
                arguments("it is no tar archive", TestArchive.gzip("hello".getBytes(StandardCharsets.UTF_8))),
                arguments("neither 'sys' nor 'proc'", archive(a -> a.file("etc/passwd", ""))),
                arguments("neither 'sys' nor 'proc'", archive(a -> a.link("sys", "/sys"))),
                arguments(
                        "it holds 2 machines", archive(a -> a.directory("a/sys").directory("b/proc"))));
    }

    private static byte[] archive(java.util.function.Consumer<TestArchive> content) {
        return new TestArchive().with(content).gzip();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void isRefused(String why, byte[] archive) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Snapshot.read(TestArchive.in(archive), SMALL))
                .withMessageContaining(why);
    }

    @Test
    void aBombStopsBeforeItIsUnpacked() {
        byte[] bomb = archive(a -> a.file("sys/zeros", new byte[8 << 20]));
        assertThat(bomb).hasSizeLessThan(16 << 10);

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Snapshot.read(TestArchive.in(bomb), SMALL))
                .withMessageContaining("a file larger than");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Snapshot.read(TestArchive.in(new byte[2 << 20]), SMALL));
    }

    @Test
    void aLargeArchiveIsNotReadToItsEnd() {
        byte[] noise = new byte[60 << 10];
        new Random(1).nextBytes(noise);
        byte[] large = archive(a -> {
            for (int i = 0; i < 30; i++) {
                a.file("noise" + i, noise);
            }
        });
        Bounds few = new Bounds(100 << 10, 10 << 20, 64 << 10, 100, 200, 8);

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Snapshot.read(TestArchive.in(TestArchive.gzip(large)), few))
                .withMessageContaining("it is no tar archive");
        assertThatThrownBy(() -> Snapshot.read(
                        TestArchive.in(new TestArchive()
                                .file("sys/a", noise)
                                .file("sys/b", noise)
                                .plain()),
                        few))
                .hasMessageContaining("the archive is larger than");
    }

    /// Whatever is broken, it is one exception of the kind that has a message for people.
    @Test
    void whatIsDamagedSaysSo() throws IOException {
        byte[] good = machine("").gzip();
        byte[] plain = machine("").plain();
        Random random = new Random(42);
        for (int i = 0; i < 150; i++) {
            byte[] bad = (i % 2 == 0 ? good : plain).clone();
            for (int hits = 0; hits <= random.nextInt(4); hits++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(bad, random.nextInt(bad.length) + 1);
            try {
                HostReader.read(Snapshot.read(TestArchive.in(cut), SMALL));
            } catch (IOException e) {
                assertThat(Snapshot.cannotRead("it", e).getMessage()).startsWith("cannot read it: ");
            }
        }
    }

    @Test
    void whatIsCutShortSaysWhatToDo() throws IOException {
        byte[] good = machine("").gzip();
        Path file = Files.write(temp.resolve("host.tar.gz"), Arrays.copyOf(good, good.length / 2));

        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> Snapshot.read(file))
                .withMessageContaining("host.tar.gz': it is damaged or cut short")
                .satisfies(e -> assertThat(e.nextStep()).startsWith("copy or download it again"));
    }

    @Test
    void whatIsNoFileSaysSo() {
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> Snapshot.read(temp.resolve("host.tar.gz")))
                .withMessageContaining("no such file");
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> Snapshot.read(temp))
                .withMessageContaining("no regular file");
    }
}
