package dev.nptune.paging.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.paging.RandomMachine;
import dev.nptune.paging.TestMemory;
import dev.nptune.paging.TestTables;
import dev.nptune.paging.TwoDimensions;
import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// Whole address spaces: the fast loops give what the plain walkers give.
class AddressSpaceTest {
    private static final long ALL = TestTables.W | TestTables.U;

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void oneDimensionIsAsTheWalkerSays(PagingMode mode) {
        for (int seed = 0; seed < 10; seed++) {
            TestMemory memory = new TestMemory(4096, seed);
            RandomMachine machine = new RandomMachine(mode, new SplittableRandom(seed), new TestTables(memory, mode));
            machine.mapSome(60, 64);
            TableRoot root = machine.tables().tables(RandomMachine.PHYSICAL_BITS);
            Recorder recorder = new Recorder();
            Walked walked = AddressSpace.of(memory.memory(), root).walk(recorder);
            assertThat(recorder.runs).isEqualTo(PlainSpace.single(memory.memory(), root, machine.mappings()));
            assertThat(recorder.remarks).isEmpty();
            assertThat(walked.stopped()).isEmpty();
            assertThat(recorder.runs.stream().mapToLong(Run::bytes).sum())
                    .isEqualTo(machine.mappings().stream()
                            .mapToLong(mapping -> mapping.size().bytes())
                            .sum());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FOUR_LEVEL, FOUR_LEVEL",
        "FIVE_LEVEL, FOUR_LEVEL",
        "PAE, FOUR_LEVEL",
        "LEGACY, FOUR_LEVEL",
        "FOUR_LEVEL, FIVE_LEVEL",
        "PAE, PAE",
        "LEGACY, LEGACY"
    })
    void twoDimensionsAreAsTheNestedWalkerSays(PagingMode guestMode, PagingMode nestedMode) {
        for (int seed = 0; seed < 2; seed++) {
            TwoDimensions both = new TwoDimensions(guestMode, nestedMode, seed, seed % 2 == 0);
            Recorder recorder = new Recorder();
            AddressSpace.of(both.memory().memory(), both.guestTables(), both.nestedTables())
                    .walk(recorder);
            assertThat(recorder.runs)
                    .isNotEmpty()
                    .isEqualTo(PlainSpace.nested(
                            both.memory().memory(),
                            both.guestTables(),
                            both.nestedTables(),
                            both.guest().mappings()));
        }
    }

    @Test
    void neighboursBecomeOneRun() {
        TestMemory memory = new TestMemory(32, 1);
        TestTables tables = new TestTables(memory, PagingMode.FOUR_LEVEL);
        for (int i = 0; i < 5; i++) {
            tables.map(0x10_0000 + i * 0x1000L, 0x5000 + i * 0x1000L, PageSize.K4, ALL, ALL);
        }
        tables.map(0x10_5000, 0xa000, PageSize.K4, TestTables.U, ALL);
        assertThat(walk(memory, tables).runs)
                .extracting(run -> Long.toHexString(run.virtual()) + "+" + run.bytes() / 4096)
                .containsExactly("100000+5", "105000+1");
    }

    @Test
    void guestMemoryThatTheHostHasNotMappedIsRemarked() {
        TestMemory memory = new TestMemory(64, 1);
        TestTables nested = new TestTables(memory, PagingMode.FOUR_LEVEL);
        for (long at = 0x1000; at < 64 * 0x1000; at += 0x1000) {
            nested.map(at, at, PageSize.K4, ALL, ALL);
        }
        TestTables guest = new TestTables(memory, PagingMode.FOUR_LEVEL);
        guest.map(0x20_0000, 0x4000_0000, PageSize.M2, ALL, ALL);
        Recorder recorder = new Recorder();
        AddressSpace.of(memory.memory(), guest.tables(40), nested.nestedTables(40))
                .walk(recorder);
        assertThat(recorder.runs).isEmpty();
        assertThat(recorder.remarks)
                .containsExactly(new Remark.PageNotNested(0x20_0000, 1 << 21, 0x4000_0000, NestedMiss.NOT_PRESENT));
    }

    @Test
    void withoutGuestPagingTheNestedPagesCount() {
        TestMemory memory = new TestMemory(64, 1);
        TestTables nested = new TestTables(memory, PagingMode.FOUR_LEVEL);
        nested.map(0, 0x20_0000, PageSize.M2, ALL, ALL);
        nested.map(0x20_0000, 0x1000, PageSize.K4, ALL, ALL);
        PageMixes mixes = new PageMixes();
        AddressSpace.of(memory.memory(), TableRoot.of(0, 0, 0, 0, 40), nested.nestedTables(40))
                .walk(mixes::accept);
        assertThat(mixes.tlb().of(PageSize.M2)).isEqualTo(1 << 21);
        assertThat(mixes.tlb().of(PageSize.K4)).isEqualTo(1 << 12);
    }

    @Test
    void pageSizesAreCountedInEachDimension() {
        TestMemory memory = new TestMemory(2048, 1);
        TestTables nested = new TestTables(memory, PagingMode.FOUR_LEVEL);
        for (long at = 0x20_0000; at < 0x80_0000; at += 0x1000) {
            nested.map(at, at, PageSize.K4, ALL, ALL);
        }
        nested.map(0, 0, PageSize.M2, ALL, ALL);
        TestTables guest = new TestTables(memory, PagingMode.FOUR_LEVEL);
        guest.map(0x4000_0000, 0, PageSize.M2, ALL, ALL);
        guest.map(0x4020_0000, 0x20_0000, PageSize.M2, ALL, ALL);
        guest.map(0x4040_0000, 0x1000, PageSize.K4, ALL, ALL);
        PageMixes mixes = new PageMixes();
        AddressSpace.of(memory.memory(), guest.tables(40), nested.nestedTables(40))
                .walk(mixes::accept);
        assertThat(mixes.guest().of(PageSize.M2)).isEqualTo(2 << 21);
        assertThat(mixes.guest().of(PageSize.K4)).isEqualTo(1 << 12);
        assertThat(mixes.nested().of(PageSize.M2)).isEqualTo((1 << 21) + (1 << 12));
        assertThat(mixes.tlb().of(PageSize.M2)).isEqualTo(1 << 21);
        assertThat(mixes.tlb().of(PageSize.K4)).isEqualTo((1 << 21) + (1 << 12));
    }

    private static Recorder walk(TestMemory memory, TestTables tables) {
        Recorder recorder = new Recorder();
        AddressSpace.of(memory.memory(), tables.tables(40)).walk(recorder);
        return recorder;
    }
}
