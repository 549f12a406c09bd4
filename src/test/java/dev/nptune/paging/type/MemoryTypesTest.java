package dev.nptune.paging.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every cell of the manual's two tables, the PAT, and what a bug made of both.
class MemoryTypesTest {
    /// APM volume 2, table 15-19: guest × nested.
    private static final String GUEST_BY_NESTED = """
            -    UC  UC-  WC  WP   WT   WB
            UC   UC  UC   UC  UC   UC   UC
            UC-  UC  UC-  WC  UC   UC   UC
            WC   WC  WC   WC  WC+  WC+  WC+
            WP   UC  UC   UC  WP   UC   WP
            WT   UC  UC   UC  UC   WT   WT
            WB   UC  UC   WC  WP   WT   WB
            """;

    /// Table 15-20: result × MTRR.
    private static final String RESULT_BY_MTRR = """
            -    UC  WC  WP   WT   WB
            UC   UC  CD  CD   CD   CD
            UC-  UC  WC  CD   CD   CD
            WC   WC  WC  WC   WC   WC
            WC+  WC  WC  WC+  WC+  WC+
            WP   UC  CD  WP   CD   WP
            WT   UC  CD  CD   WT   WT
            WB   UC  WC  WP   WT   WB
            """;

    @Test
    void guestAndNestedCombineAsTheManualSays() {
        assertThat(cells(GUEST_BY_NESTED))
                .hasSize(36)
                .allSatisfy(cell -> assertThat(TypeTables.combine(cell.get(0), cell.get(1)))
                        .as(cell.toString())
                        .isEqualTo(cell.get(2)));
    }

    @Test
    void mtrrsComeOnTopAsTheManualSays() {
        assertThat(cells(RESULT_BY_MTRR))
                .hasSize(35)
                .allSatisfy(cell -> assertThat(TypeTables.withMtrr(cell.get(0), cell.get(1)))
                        .as(cell.toString())
                        .isEqualTo(cell.get(2)));
    }

    private static List<List<MemoryType>> cells(String table) {
        List<List<String>> rows =
                table.lines().map(line -> List.of(line.split(" +"))).toList();
        List<String> head = rows.getFirst();
        return rows.stream()
                .skip(1)
                .flatMap(row -> java.util.stream.IntStream.range(1, head.size())
                        .mapToObj(i -> List.of(named(row.getFirst()), named(head.get(i)), named(row.get(i)))))
                .toList();
    }

    private static MemoryType named(String name) {
        return Arrays.stream(MemoryType.values())
                .filter(type -> type.toString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// A page that the guest wants write-combining: PAT entry 1. The nested entry is KVM's, entry 0 of the host's
    /// PAT.
    @ParameterizedTest
    @CsvSource({
        // bare metal, nested paging, nested paging with the guest's PAT ignored, no nested paging; MTRR
        "bare, UC, WC", "fixed, UC, WC", "bug, UC, UC", "shadow, UC, UC",
        "bare, WB, WC", "fixed, WB, WC+", "bug, WB, WT", "shadow, WB, WB"
    })
    void writeCombiningFourWays(String way, String mtrrName, String effective) {
        MemoryType mtrr = named(mtrrName);
        MemoryType host = Pat.LINUX.type(0).orElseThrow();
        EffectiveType type = switch (way) {
            case "bare" -> EffectiveType.single(Pat.WINDOWS.type(1).orElseThrow(), mtrr, false);
            case "fixed" -> EffectiveType.nested(Pat.WINDOWS.type(1).orElseThrow(), host, mtrr, false);
            case "bug" -> EffectiveType.nested(Pat.POWER_ON.type(1).orElseThrow(), host, mtrr, false);
            default -> EffectiveType.single(host, mtrr, false);
        };
        assertThat(type.effective()).isEqualTo(named(effective));
    }

    @Test
    void cacheDisableLeavesNothingCached() {
        assertThat(EffectiveType.nested(MemoryType.WB, MemoryType.WB, MemoryType.WB, true)
                        .effective())
                .isEqualTo(MemoryType.CD);
        assertThat(EffectiveType.single(MemoryType.WC, MemoryType.UC, true).effective())
                .isEqualTo(MemoryType.WC);
    }

    @Test
    void typesThatCannotStandInATableAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TypeTables.combine(MemoryType.CD, MemoryType.WB))
                .withMessageContaining("CD");
        assertThatIllegalArgumentException().isThrownBy(() -> TypeTables.withMtrr(MemoryType.WB, MemoryType.UC_MINUS));
    }

    @Test
    void thePatHasEightEntries() {
        assertThat(Pat.POWER_ON).hasToString("WB WT UC- UC WB WT UC- UC");
        assertThat(Pat.WINDOWS).hasToString("WB WC UC- UC WB WC UC- UC");
        assertThat(Pat.LINUX).hasToString("WB WC UC- UC WB WP UC- WT");
        assertThat(Pat.POWER_ON.hasWriteCombining()).isFalse();
        assertThat(Pat.WINDOWS.hasWriteCombining()).isTrue();
        assertThat(Pat.POWER_ON.differences(Pat.LINUX)).containsExactly(1, 5, 7);
        assertThat(new Pat(0x0207040600070406L).isValid()).isFalse();
        assertThat(new Pat(0x0307040600070406L).type(7)).isEmpty();
        assertThat(new Pat(0x0807040600070406L).isValid()).isFalse();
    }

    @Test
    void theVerdictNeedsWhatWasAsked() {
        assertThat(PatVerdict.nested(Pat.POWER_ON, Optional.of(Pat.WINDOWS), true))
                .satisfies(verdict -> {
                    assertThat(verdict.kind()).isEqualTo(PatVerdict.Kind.IGNORED);
                    assertThat(verdict.wrongEntries()).containsExactly(1, 5);
                });
        assertThat(PatVerdict.nested(Pat.WINDOWS, Optional.of(Pat.WINDOWS), true)
                        .kind())
                .isEqualTo(PatVerdict.Kind.OBEYED);
        assertThat(PatVerdict.nested(Pat.POWER_ON, Optional.of(Pat.POWER_ON), true)
                        .kind())
                .isEqualTo(PatVerdict.Kind.OBEYED);
        assertThat(PatVerdict.nested(Pat.LINUX, Optional.of(Pat.WINDOWS), true).kind())
                .isEqualTo(PatVerdict.Kind.OTHER);
        assertThat(PatVerdict.nested(Pat.POWER_ON, Optional.empty(), true).kind())
                .isEqualTo(PatVerdict.Kind.SUSPECT);
        assertThat(PatVerdict.nested(Pat.POWER_ON, Optional.empty(), false).kind())
                .isEqualTo(PatVerdict.Kind.UNKNOWN);
        assertThat(PatVerdict.nested(Pat.LINUX, Optional.empty(), true).kind()).isEqualTo(PatVerdict.Kind.UNKNOWN);
        assertThat(PatVerdict.shadow(Pat.POWER_ON, Optional.of(Pat.LINUX)).kind())
                .isEqualTo(PatVerdict.Kind.NO_NESTED_PAGING);
    }
}
