package dev.nptune.paging.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Dumps from files, good ones and others.
class PhysicalMemoryTest {
    @TempDir
    private Path folder;

    @Test
    void inARawImageTheOffsetIsTheAddress() throws IOException, UserException {
        ByteBuffer bytes = buffer(3 * 4096 + 6);
        bytes.putLong(0x1008, 0x1122_3344_5566_7788L);
        try (PhysicalMemory memory = PhysicalMemory.open(file(bytes))) {
            assertThat(memory.read64(0x1008)).hasValue(0x1122_3344_5566_7788L);
            assertThat(memory.read32(0x1008)).hasValue(0x5566_7788L);
            assertThat(memory.read64(0x3000)).isEmpty();
            assertThat(memory.read32(0x3000)).hasValue(0);
            assertThat(memory.read64(-8)).isEmpty();
            assertThat(memory.read64(Long.MAX_VALUE - 3)).isEmpty();
            assertThat(memory.page(0x2000)).isNotNull();
            assertThat(memory.page(0x3000)).isNull();
            assertThat(memory.cpus()).isEmpty();
        }
    }

    @Test
    void aSparseImageReachesAboveFourGibibytes() throws IOException, UserException {
        Path file = folder.resolve("sparse");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer word = buffer(8);
            word.putLong(0, 42);
            channel.write(word, (1L << 32) + 0x1000);
            channel.write(buffer(4096), 5L << 30);
        }
        try (PhysicalMemory memory = PhysicalMemory.open(file)) {
            assertThat(memory.read64((1L << 32) + 0x1000)).hasValue(42);
            assertThat(memory.bytes()).isEqualTo((5L << 30) + 4096);
        }
    }

    @Test
    void piecesAreWhereTheCallerSays() throws IOException, UserException {
        assertThat(PhysicalMemory.q35(0xa000_0000L)).containsExactly(new Extent(0, 0xa000_0000L, 0));
        assertThat(PhysicalMemory.q35(3L << 30))
                .containsExactly(new Extent(0, 1L << 31, 0), new Extent(1L << 32, 1L << 30, 1L << 31));
        ByteBuffer bytes = buffer(8192);
        bytes.putLong(4096, 7);
        try (PhysicalMemory memory =
                PhysicalMemory.open(file(bytes), List.of(new Extent(1L << 32, 4096, 4096), new Extent(0, 4096, 0)))) {
            assertThat(memory.read64(1L << 32)).hasValue(7);
            assertThat(memory.read64(4096)).isEmpty();
            assertThat(memory.extents()).hasSize(2);
        }
        refused(file(bytes), List.of(new Extent(0x5000, 4097, 4096)), "the file ends before the memory at 0x5000");
        refused(
                file(bytes),
                List.of(new Extent(0, 4096, 0), new Extent(0xfff, 16, 0)),
                "the memory at 0xfff is there twice");
    }

    private void refused(Path file, List<Extent> pieces, String message) {
        assertThatThrownBy(() -> PhysicalMemory.open(file, pieces))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    @Test
    void anElfCoreOf64BitsHasPiecesAndRegisters() throws IOException, UserException {
        ElfCore core = new ElfCore(true, 62);
        core.note(ElfCore.cpu(0x1111, 0x8000_0011L, 0x2222, 0x3000, 0x6f0, false));
        core.note(ElfCore.cpu(0x4444, 0x8000_0011L, 0, 0x5000, 0x6f0, true));
        core.load(0, 4096, 1);
        core.load(1L << 32, 8192, 2);
        try (PhysicalMemory memory = PhysicalMemory.open(file(core.bytes()))) {
            assertThat(memory.read64(0)).hasValue(0x0101_0101_0101_0101L);
            assertThat(memory.read64((1L << 32) + 8184)).hasValue(0x0202_0202_0202_0202L);
            assertThat(memory.read64(4096)).isEmpty();
            assertThat(memory.bytes()).isEqualTo(12288);
            assertThat(memory.cpus())
                    .containsExactly(
                            new CpuState(0x1111, 0x8000_0011L, 0x2222, 0x3000, 0x6f0, true),
                            new CpuState(0x4444, 0x8000_0011L, 0, 0x5000, 0x6f0, true));
        }
    }

    @Test
    void anElfCoreOf32BitsToo() throws IOException, UserException {
        ElfCore core = new ElfCore(false, 3);
        core.note(ElfCore.cpu(0x1111, 1, 0, 0, 0, false));
        core.load(0x10_0000, 4096, 3);
        try (PhysicalMemory memory = PhysicalMemory.open(file(core.bytes()))) {
            assertThat(memory.read32(0x10_0ffc)).hasValue(0x0303_0303L);
            assertThat(memory.cpus()).extracting(CpuState::longMode).containsExactly(false);
        }
    }

    @Test
    void headersThatLieAreNamedWithAnAddress() throws IOException {
        ElfCore beyond = new ElfCore(true, 62);
        beyond.load(0x7000, 4096, 1);
        ByteBuffer bytes = beyond.bytes();
        bytes.limit(bytes.limit() - 1);
        refused(bytes.slice().order(ByteOrder.LITTLE_ENDIAN), "the file ends before the memory at 0x7000 does");

        ElfCore twice = new ElfCore(true, 62);
        twice.load(0x7000, 4096, 1);
        twice.load(0x7800, 4096, 1);
        refused(twice.bytes(), "the memory at 0x7800 is there twice");

        ElfCore high = new ElfCore(true, 62);
        high.load(Long.MAX_VALUE - 10, 4096, 1);
        refused(high.bytes(), "0x7ffffffffffffff5");

        refused(new ElfCore(true, 62).bytes(), "there is no memory in the file");
        refused(new ElfCore(true, 183).bytes(), "no core of an x86 machine");
        ByteBuffer many = new ElfCore(true, 62).bytes();
        many.putShort(56, (short) 0xfffe);
        refused(many, "the file ends before the program headers do");
    }

    @Test
    void formatsThatAreNoMemoryAreNamed() throws IOException {
        for (String magic : List.of("KDUMP   x", "makedumpfile", "PAGEDU64", "EMiL", "LibvirtQemudSave", "QEVM")) {
            ByteBuffer bytes = buffer(4096);
            bytes.put(0, magic.getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> PhysicalMemory.open(file(bytes)))
                    .isInstanceOfSatisfying(
                            UserException.class, e -> assertThat(e.nextStep()).contains("dump-guest-memory"));
        }
        refused(ByteBuffer.wrap(new byte[] {0x1f, (byte) 0x8b, 8, 0}), "compressed (gzip)");
        refused(ByteBuffer.allocate(0), "the file is empty");
        assertThatThrownBy(() -> PhysicalMemory.open(folder.resolve("none")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no such file");
    }

    @Test
    @Timeout(60)
    void anyHeaderIsReadOrRefused() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        ElfCore core = new ElfCore(true, 62);
        core.note(ElfCore.cpu(0x1111, 0x8000_0011L, 0x2222, 0x3000, 0x6f0, false));
        core.load(0x7000, 4096, 1);
        byte[] good = new byte[core.bytes().remaining()];
        core.bytes().get(good);
        int refused = 0;
        for (int round = 0; round < 800; round++) {
            byte[] bytes = good.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                bytes[4 + random.nextInt(700)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length) : bytes.length;
            try (PhysicalMemory memory =
                    PhysicalMemory.open(file(ByteBuffer.wrap(java.util.Arrays.copyOf(bytes, length))))) {
                memory.extents().forEach(extent -> memory.read64(extent.end() - 8));
            } catch (UserException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 799);
    }

    private void refused(ByteBuffer bytes, String message) throws IOException {
        Path file = file(bytes);
        assertThatThrownBy(() -> PhysicalMemory.open(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    private Path file(ByteBuffer bytes) throws IOException {
        byte[] content = new byte[bytes.remaining()];
        bytes.duplicate().get(content);
        return Files.write(folder.resolve("dump"), content);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
