package dev.nptune.paging.walk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.paging.RandomMachine;
import dev.nptune.paging.TestMemory;
import dev.nptune.paging.TestTables;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// The plain walker against tables whose content is known.
class WalkerTest {
    private final TestMemory memory = new TestMemory(64, 1);

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void findsWhatWasMapped(PagingMode mode) {
        for (int seed = 0; seed < 20; seed++) {
            TestMemory big = new TestMemory(4096, seed);
            SplittableRandom random = new SplittableRandom(seed);
            RandomMachine machine = new RandomMachine(mode, random, new TestTables(big, mode));
            machine.mapSome(60, 64);
            Walker walker = new Walker(big.memory(), machine.tables().tables(RandomMachine.PHYSICAL_BITS));
            for (RandomMachine.Mapping mapping : machine.mappings()) {
                long inside = random.nextLong(mapping.size().bytes());
                compare(mapping, mapping.from() + inside, walker.walk(mapping.from() + inside));
                long behind = mapping.from() + mapping.size().bytes();
                if (machine.at(behind).isEmpty()) {
                    assertThat(walker.walk(behind)).isInstanceOfAny(Walk.NotPresent.class, Walk.NonCanonical.class);
                }
            }
        }
    }

    private static void compare(RandomMachine.Mapping mapping, long address, Walk walk) {
        assertThat(walk).isInstanceOf(Walk.Mapped.class);
        Walk.Mapped mapped = (Walk.Mapped) walk;
        assertThat(mapped.physical()).isEqualTo(mapping.to() + (address - mapping.from()));
        assertThat(mapped.size()).isEqualTo(mapping.size());
        assertThat(mapped.permissions()).isEqualTo(mapping.permissions());
        assertThat(mapped.patIndex()).isEqualTo(mapping.patIndex());
    }

    @Test
    void saysWhichEntriesItRead() {
        TestTables tables = new TestTables(memory, PagingMode.FOUR_LEVEL);
        tables.map(0x7f00_1234_5000L, 0x8000, PageSize.K4, TestTables.U | 0x20, TestTables.U);
        Walk.Mapped walk = (Walk.Mapped) walk(tables, 0x7f00_1234_5678L);
        assertThat(walk.physical()).isEqualTo(0x8678);
        assertThat(walk.accessed()).isTrue();
        assertThat(walk.dirty()).isFalse();
        assertThat(walk.entries()).extracting(EntryRead::level).containsExactly(4, 3, 2, 1);
        assertThat(walk.entries().getFirst().address()).isEqualTo(tables.root() + 0xfe * 8);
        assertThat(walk.entries().getLast().value()).isEqualTo(0x8000 | TestTables.U | 0x21);
    }

    @Test
    void anAbsentEntryEndsTheWalkWithItsLevel() {
        TestTables tables = new TestTables(memory, PagingMode.FOUR_LEVEL);
        tables.map(0x20_0000, 0x8000, PageSize.K4, 0, 0);
        assertThat(walk(tables, 0x20_1000))
                .isInstanceOfSatisfying(
                        Walk.NotPresent.class,
                        absent -> assertThat(absent.level()).isEqualTo(1));
        assertThat(walk(tables, 0x40_0000))
                .isInstanceOfSatisfying(
                        Walk.NotPresent.class,
                        absent -> assertThat(absent.level()).isEqualTo(2));
    }

    @Test
    void reservedBitsAreTold() {
        reserved(PagingMode.FOUR_LEVEL, 1, 1L << 40, 1L << 40);
        reserved(PagingMode.FOUR_LEVEL, 1, 1L << 51 | 1L << 52, 1L << 51);
        reserved(PagingMode.FOUR_LEVEL, 4, 1L << 7, 1L << 7);
        reserved(PagingMode.FOUR_LEVEL, 4, 1L << 8, 1L << 8);
        reserved(PagingMode.FIVE_LEVEL, 5, 1L << 7, 1L << 7);
        reserved(PagingMode.FOUR_LEVEL, 2, 1L << 7 | 1L << 13, 1L << 13);
        reserved(PagingMode.FOUR_LEVEL, 3, 1L << 7 | 1L << 29, 1L << 29);
        reserved(PagingMode.PAE, 1, 1L << 52, 1L << 52);
        reserved(PagingMode.PAE, 3, 1L << 1, 1L << 1);
        reserved(PagingMode.PAE, 3, 1L << 63, 1L << 63);
        reserved(PagingMode.LEGACY, 2, 1L << 7 | 1L << 21, 1L << 21);
    }

    private static void reserved(PagingMode mode, int level, long bits, long wrong) {
        TestMemory small = new TestMemory(16, 2);
        TestTables tables = new TestTables(small, mode);
        tables.map(0x1000, 0x8000, PageSize.K4, 0, 0);
        long place = tables.place(0x1000, level, 0);
        tables.write(place, TestTables.P | bits);
        assertThat(new Walker(small.memory(), tables.tables(40)).walk(0x1000))
                .isInstanceOfSatisfying(Walk.Reserved.class, walk -> {
                    assertThat(walk.bits()).isEqualTo(wrong);
                    assertThat(walk.level()).isEqualTo(level);
                    assertThat(walk.entries().getLast().address()).isEqualTo(place);
                });
    }

    @Test
    void withoutNxeBit63IsReserved() {
        TestTables tables = new TestTables(memory, PagingMode.FOUR_LEVEL);
        tables.map(0x1000, 0x8000, PageSize.K4, TestTables.NX, 0);
        TableRoot without = new TableRoot(PagingMode.FOUR_LEVEL, tables.root(), false, false, 40, false);
        assertThat(new Walker(memory.memory(), without).walk(0x1000))
                .isInstanceOfSatisfying(
                        Walk.Reserved.class, walk -> assertThat(walk.bits()).isEqualTo(TestTables.NX));
    }

    @Test
    void withoutPseAPageDirectoryEntryNamesATable() {
        TestTables tables = new TestTables(memory, PagingMode.LEGACY);
        tables.map(0x1000, 0x8000, PageSize.K4, 0, 0);
        long place = tables.place(0x1000, 2, 0);
        tables.write(place, tables.read(place) | TestTables.PS);
        TableRoot without = new TableRoot(PagingMode.LEGACY, tables.root(), false, false, 40, false);
        assertThat(new Walker(memory.memory(), without).walk(0x1234))
                .isInstanceOfSatisfying(
                        Walk.Mapped.class, walk -> assertThat(walk.physical()).isEqualTo(0x8234));
    }

    @Test
    void aTableThatIsNotInTheDumpIsNamed() {
        TestTables tables = new TestTables(memory, PagingMode.FOUR_LEVEL);
        tables.write(tables.place(0, 4, 0), 0xfee0_0000L | TestTables.P);
        assertThat(walk(tables, 0x4000_0000L)).isInstanceOfSatisfying(Walk.NotInDump.class, walk -> {
            assertThat(walk.level()).isEqualTo(3);
            assertThat(walk.address()).isEqualTo(0xfee0_0008L);
        });
    }

    @Test
    void addressesThatAreNone() {
        TestTables tables = new TestTables(memory, PagingMode.FOUR_LEVEL);
        assertThat(walk(tables, 0x0000_8000_0000_0000L)).isInstanceOf(Walk.NonCanonical.class);
        assertThat(walk(tables, 0xffff_7fff_ffff_ffffL)).isInstanceOf(Walk.NonCanonical.class);
        assertThat(walk(tables, 0xffff_8000_0000_0000L)).isInstanceOf(Walk.NotPresent.class);
        Walker nested = new Walker(memory.memory(), tables.nestedTables(40));
        assertThat(nested.walk(0x0000_8000_0000_0000L)).isInstanceOf(Walk.NotPresent.class);
        assertThat(nested.walk(0xffff_8000_0000_0000L)).isInstanceOf(Walk.NonCanonical.class);
        Walker pae = new Walker(memory.memory(), new TestTables(memory, PagingMode.PAE).tables(40));
        assertThat(pae.walk(1L << 32)).isInstanceOf(Walk.NonCanonical.class);
    }

    @Test
    void withoutPagingAddressesStayAsTheyAre() {
        TableRoot none = TableRoot.of(1, 0x1000, 0, 0, 40);
        assertThat(new Walker(memory.memory(), none).walk(0x1234))
                .isInstanceOfSatisfying(
                        Walk.Mapped.class, walk -> assertThat(walk.physical()).isEqualTo(0x1234));
    }

    @Test
    void theModeFollowsTheRegisters() {
        long pg = 1L << 31 | 1;
        assertThat(PagingMode.of(1, 0x20, 0x500)).isEqualTo(PagingMode.NONE);
        assertThat(PagingMode.of(pg, 0, 0)).isEqualTo(PagingMode.LEGACY);
        assertThat(PagingMode.of(pg, 0x20, 0x100)).isEqualTo(PagingMode.PAE);
        assertThat(PagingMode.of(pg, 0x20, 0x500)).isEqualTo(PagingMode.FOUR_LEVEL);
        assertThat(PagingMode.of(pg, 0x1020, 0x500)).isEqualTo(PagingMode.FIVE_LEVEL);
    }

    private Walk walk(TestTables tables, long address) {
        return new Walker(memory.memory(), tables.tables(40)).walk(address);
    }
}
