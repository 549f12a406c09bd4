package dev.nptune.paging.walk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.paging.RandomMachine;
import dev.nptune.paging.TestMemory;
import dev.nptune.paging.TestTables;
import dev.nptune.paging.TwoDimensions;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The walk in two dimensions against tables whose content is known, and the faults against `svm_npt.c` of
/// kvm-unit-tests.
class NestedWalkerTest {
    private static final long ALL = TestTables.W | TestTables.U;
    private static final long VIRTUAL = 0x1000;
    private static final long GUEST_PAGE = 0x8000;

    @ParameterizedTest
    @CsvSource({
        "FOUR_LEVEL, FOUR_LEVEL",
        "FIVE_LEVEL, FOUR_LEVEL",
        "PAE, FOUR_LEVEL",
        "LEGACY, FOUR_LEVEL",
        "FOUR_LEVEL, FIVE_LEVEL",
        "FIVE_LEVEL, FIVE_LEVEL",
        "PAE, PAE",
        "LEGACY, PAE",
        "LEGACY, LEGACY"
    })
    void findsWhatWasMappedInBothDimensions(PagingMode guestMode, PagingMode nestedMode) {
        int found = 0;
        for (int seed = 0; seed < 4; seed++) {
            TwoDimensions both = new TwoDimensions(guestMode, nestedMode, seed, false);
            SplittableRandom random = new SplittableRandom(seed);
            NestedWalker walker = new NestedWalker(both.memory().memory(), both.guestTables(), both.nestedTables());
            for (RandomMachine.Mapping mapping : both.guest().mappings()) {
                for (int i = 0; i < 5; i++) {
                    long at = mapping.from() + random.nextLong(mapping.size().bytes());
                    found += compare(both, mapping, at, walker.walk(at, Access.LOOK));
                }
            }
        }
        assertThat(found).isGreaterThan(100);
    }

    private static int compare(TwoDimensions both, RandomMachine.Mapping mapping, long at, NestedWalk walk) {
        long guestPhysical = mapping.to() + (at - mapping.from());
        Optional<RandomMachine.Mapping> nested = both.nested().at(guestPhysical);
        if (nested.isEmpty()) {
            // A table of the guest's may be there, which the description does not have.
            return 0;
        }
        assertThat(walk).isInstanceOf(NestedWalk.Mapped.class);
        NestedWalk.Mapped mapped = (NestedWalk.Mapped) walk;
        assertThat(mapped.guestPhysical()).isEqualTo(guestPhysical);
        assertThat(mapped.hostPhysical())
                .isEqualTo(nested.get().to() + (guestPhysical - nested.get().from()));
        assertThat(mapped.guest().size()).isEqualTo(mapping.size());
        assertThat(mapped.guest().permissions()).isEqualTo(mapping.permissions());
        assertThat(mapped.nested().size()).isEqualTo(nested.get().size());
        assertThat(mapped.nested().permissions()).isEqualTo(nested.get().permissions());
        assertThat(mapped.nested().patIndex()).isEqualTo(nested.get().patIndex());
        assertThat(mapped.tlbSize().bytes())
                .isEqualTo(Math.min(mapping.size().bytes(), nested.get().size().bytes()));
        return 1;
    }

    @Test
    void fourAndFourLevelsMake24References() {
        NestedWalk walk = small(box -> box).walk(Access.READ);
        assertThat(walk.references()).hasSize(24);
        assertThat(walk.references().stream().filter(Reference::ofGuest)).hasSize(4);
        assertThat(walk.references().subList(0, 6))
                .extracting(r -> r.guestLevel() + "." + r.nestedLevel())
                .containsExactly("4.4", "4.3", "4.2", "4.1", "4.0", "3.4");
        assertThat(walk.references().getLast().guestLevel()).isZero();
    }

    @Test
    void withLargeNestedPages19() {
        TestMemory memory = new TestMemory(2048, 3);
        TestTables nested = new TestTables(memory, PagingMode.FOUR_LEVEL);
        nested.map(0, 0, PageSize.M2, ALL, ALL);
        nested.map(0x20_0000, 0x20_0000, PageSize.M2, ALL, ALL);
        nested.map(0x40_0000, 0x40_0000, PageSize.M2, ALL, ALL);
        nested.map(0x60_0000, 0x60_0000, PageSize.M2, ALL, ALL);
        TestTables guest = new TestTables(memory, PagingMode.FOUR_LEVEL);
        guest.map(VIRTUAL, GUEST_PAGE, PageSize.K4, ALL, ALL);
        NestedWalk walk =
                new NestedWalker(memory.memory(), guest.tables(40), nested.nestedTables(40)).walk(VIRTUAL, Access.READ);
        assertThat(walk.references()).hasSize(19);
        assertThat(((NestedWalk.Mapped) walk).tlbSize()).isEqualTo(PageSize.K4);
    }

    @Test
    void notPresentRead() {
        fault(box -> box.page(_ -> 0L), Access.READ, 0x100000004L, GUEST_PAGE);
    }

    @Test
    void noExecuteFetch() {
        fault(box -> box.page(e -> e | TestTables.NX), Access.FETCH, 0x100000015L, GUEST_PAGE);
    }

    @Test
    void noUserRead() {
        fault(box -> box.page(e -> e & ~TestTables.U), Access.READ, 0x100000005L, GUEST_PAGE);
    }

    @Test
    void writeToReadOnly() {
        fault(box -> box.page(e -> e & ~TestTables.W), Access.WRITE, 0x100000007L, GUEST_PAGE);
    }

    @Test
    void readOnlyPageWithAGuestTable() {
        Box box = small(b -> b.table(e -> e & ~TestTables.W));
        NestedFault fault = fault(box.walk(Access.READ));
        assertThat(fault.exitInfo1()).isEqualTo(0x200000007L);
        assertThat(fault.exitInfo2()).isEqualTo(box.guest.root());
    }

    @Test
    void reservedInAnUpperNestedTable() {
        for (int level : new int[] {3, 4}) {
            Box box = small(b -> b.nestedEntry(b.guest.root(), level, e -> e | 1L << 45));
            assertThat(fault(box.walk(Access.FETCH)).exitInfo1()).isEqualTo(0x20000000FL);
        }
    }

    @Test
    void reservedForTheFinalPage() {
        Box box = small(b -> b.page(e -> e | 1L << 45));
        assertThat(fault(box.walk(Access.READ)).exitInfo1()).isEqualTo(0x10000000DL);
        assertThat(fault(box.walk(Access.FETCH)).exitInfo1()).isEqualTo(0x10000001DL);
        assertThat(fault(box.walkWithoutNx(false)).exitInfo1()).isEqualTo(0x10000000DL);
        assertThat(fault(box.walkWithoutNx(true)).exitInfo1()).isEqualTo(0x10000001DL);
    }

    @Test
    void lookingAsksForNoPermission() {
        assertThat(small(b -> b.table(e -> e & ~TestTables.W)).walk(Access.LOOK))
                .isInstanceOf(NestedWalk.Mapped.class);
        assertThat(small(b -> b.page(e -> e & ~TestTables.U)).walk(Access.LOOK)).isInstanceOf(NestedWalk.Mapped.class);
    }

    @Test
    void theGuestsFaultIsTheGuests() {
        Box box = small(b -> b);
        NestedWalk walk = new NestedWalker(box.memory.memory(), box.guest.tables(40), box.nested.nestedTables(40))
                .walk(VIRTUAL + 0x1000, Access.READ);
        assertThat(walk)
                .isInstanceOfSatisfying(
                        NestedWalk.GuestFault.class,
                        fault -> assertThat(fault.guest()).isInstanceOf(Walk.NotPresent.class));
        assertThat(walk.references()).hasSize(20);
    }

    private static void fault(UnaryOperator<Box> change, Access access, long exitInfo1, long exitInfo2) {
        NestedFault fault = fault(small(change).walk(access));
        assertThat(fault.exitInfo1()).isEqualTo(exitInfo1);
        assertThat(fault.exitInfo2()).isEqualTo(exitInfo2);
    }

    private static NestedFault fault(NestedWalk walk) {
        assertThat(walk).isInstanceOf(NestedWalk.NotNested.class);
        return ((NestedWalk.NotNested) walk).fault();
    }

    private static Box small(UnaryOperator<Box> change) {
        return change.apply(new Box());
    }

    /// One page in a guest, everything on nested pages of 4 KiB at the same addresses.
    private static final class Box {
        private final TestMemory memory = new TestMemory(256, 7);
        private final TestTables nested = new TestTables(memory, PagingMode.FOUR_LEVEL);
        private final TestTables guest;

        Box() {
            for (long at = 0x1000; at < 256 * 0x1000; at += 0x1000) {
                nested.map(at, at, PageSize.K4, ALL, ALL);
            }
            guest = new TestTables(memory, PagingMode.FOUR_LEVEL);
            guest.map(VIRTUAL, GUEST_PAGE, PageSize.K4, ALL, ALL);
        }

        Box page(UnaryOperator<Long> change) {
            return nestedEntry(GUEST_PAGE, 1, change);
        }

        Box table(UnaryOperator<Long> change) {
            return nestedEntry(guest.root(), 1, change);
        }

        Box nestedEntry(long guestPhysical, int level, UnaryOperator<Long> change) {
            long place = nested.place(guestPhysical, level, ALL);
            nested.write(place, change.apply(nested.read(place)));
            return this;
        }

        NestedWalk walk(Access access) {
            return new NestedWalker(memory.memory(), guest.tables(40), nested.nestedTables(40)).walk(VIRTUAL, access);
        }

        NestedWalk walkWithoutNx(boolean smep) {
            TableRoot host = TableRoot.nested(PagingMode.FOUR_LEVEL, nested.root(), false, 40);
            return new NestedWalker(memory.memory(), guest.tables(40), host, smep).walk(VIRTUAL, Access.FETCH);
        }
    }
}
