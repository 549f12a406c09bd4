package dev.nptune.paging.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import dev.nptune.paging.RandomMachine;
import dev.nptune.paging.TestMemory;
import dev.nptune.paging.TestTables;
import dev.nptune.paging.memory.CpuState;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Page tables of a random description in a machine that QEMU emulates: QEMU's monitor and a dump of its memory must
/// say the same.
class QemuTranslationTest {
    private static final int PAGES = 4096;
    private static final long FIRST_MEGABYTE = 1 << 20;
    private static final long CODE = 0xf0000;
    private static final int PE_PG = 0x8000_0011;

    @TempDir
    private Path folder;

    @BeforeAll
    static void needsQemu() {
        assumeTrue(Programs.find("qemu-system-x86_64", System.getenv("PATH")).isPresent(), "no QEMU here");
    }

    /// How a processor is set up.
    enum Setup {
        LEGACY_WITHOUT_PSE(PagingMode.LEGACY, 0, 0),
        LEGACY(PagingMode.LEGACY, 0x10, 0),
        PAE(PagingMode.PAE, 0x20, 0x800),
        FOUR_LEVEL(PagingMode.FOUR_LEVEL, 0x20, 0x900),
        FIVE_LEVEL(PagingMode.FIVE_LEVEL, 0x1020, 0x900);

        private final PagingMode mode;
        private final int cr4;
        private final int efer;

        Setup(PagingMode mode, int cr4, int efer) {
            this.mode = mode;
            this.cr4 = cr4;
            this.efer = efer;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theMonitorSaysTheSame(Setup setup) throws IOException, InterruptedException, UserException {
        Box box = build(setup);
        RandomMachine machine = box.machine();
        try (Monitor monitor = boot(setup, box)) {
            monitor.execute("stop", Map.of());
            Path raw = folder.resolve("raw");
            monitor.save(raw, (long) PAGES * PhysicalMemory.PAGE);
            Registers registers = Registers.of(monitor.ask("info registers"));
            assertThat(registers.cr3()).isEqualTo(machine.tables().root());
            TableRoot root = registers.tables(RandomMachine.PHYSICAL_BITS);
            assertThat(root.mode()).isEqualTo(setup.mode);
            try (PhysicalMemory memory = PhysicalMemory.open(raw)) {
                MonitorAgreement agreement = new MonitorAgreement(monitor, memory, root);
                assertThat(agreement.everyPage()).isGreaterThan(50);
                if (setup != Setup.FIVE_LEVEL) {
                    // QEMU 7.2 has nothing to say with five levels.
                    agreement.everyRange();
                }
                agreement.addresses(new SplittableRandom(1), 300);
            }
            dumps(monitor, registers);
        }
    }

    /// An ELF core has the same registers and the same bytes.
    private void dumps(Monitor monitor, Registers registers) throws IOException, UserException {
        Path core = folder.resolve("core");
        monitor.execute("dump-guest-memory", Map.of("paging", false, "protocol", "file:" + core));
        try (PhysicalMemory memory = PhysicalMemory.open(core);
                PhysicalMemory raw = PhysicalMemory.open(folder.resolve("raw"))) {
            assertThat(memory.cpus())
                    .extracting(CpuState::cr0, CpuState::cr3, CpuState::cr4, CpuState::longMode)
                    .containsExactly(
                            tuple(registers.cr0(), registers.cr3(), registers.cr4(), (registers.efer() & 0x400) != 0));
            for (long at = FIRST_MEGABYTE; at < raw.bytes(); at += 8) {
                assertThat(memory.read64(at)).isEqualTo(raw.read64(at));
            }
        }
        Path packed = folder.resolve("packed");
        monitor.execute(
                "dump-guest-memory", Map.of("paging", false, "protocol", "file:" + packed, "format", "kdump-zlib"));
        assertThatThrownBy(() -> PhysicalMemory.open(packed))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("kdump-compressed");
    }

    private record Box(RandomMachine machine, TestMemory memory) {}

    private static Box build(Setup setup) {
        SplittableRandom random = new SplittableRandom(7);
        TestMemory memory = new TestMemory(PAGES, 9);
        TestTables tables = new TestTables(memory, setup.mode, () -> pageAboveHole(memory), at -> at);
        RandomMachine machine = new RandomMachine(setup.mode, random, tables);
        tables.map(CODE, CODE, PageSize.K4, TestTables.W, TestTables.W | TestTables.U);
        if (setup == Setup.LEGACY_WITHOUT_PSE) {
            for (int i = 0; i < 200; i++) {
                machine.map(random.nextInt() & 0xffff_f000L, random.nextInt() & 0xffff_f000L, PageSize.K4);
            }
        } else {
            machine.mapSome(60, 64);
        }
        return new Box(machine, memory);
    }

    /// Below 1 MiB there are a frame buffer and firmware.
    private static long pageAboveHole(TestMemory memory) {
        long page = memory.page();
        while (page < FIRST_MEGABYTE) {
            page = memory.page();
        }
        return page;
    }

    private Monitor boot(Setup setup, Box box) throws IOException, InterruptedException {
        Path rom = Files.write(
                folder.resolve("rom"),
                Rom.of(PE_PG, (int) box.machine().tables().root(), setup.cr4, setup.efer));
        Path image = Files.write(
                folder.resolve("image"),
                box.memory().bytes().asSlice(FIRST_MEGABYTE).toArray(ValueLayout.JAVA_BYTE));
        List<String> arguments = List.of(
                "-machine",
                "pc",
                "-cpu",
                "max",
                "-m",
                "32M",
                "-bios",
                rom.toString(),
                "-device",
                "loader,file=" + image + ",addr=" + FIRST_MEGABYTE + ",force-raw=on");
        Monitor monitor = Monitor.start(folder, arguments.toArray(String[]::new));
        for (int i = 0; i < 200; i++) {
            if ((Registers.of(monitor.ask("info registers")).cr0() & 1L << 31) != 0) {
                return monitor;
            }
            Thread.sleep(20);
        }
        String registers = monitor.ask("info registers");
        monitor.close();
        throw new AssertionError("paging was never turned on: " + registers);
    }
}
