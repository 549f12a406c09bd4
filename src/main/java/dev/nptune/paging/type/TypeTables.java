package dev.nptune.paging.type;

import static dev.nptune.paging.type.MemoryType.CD;
import static dev.nptune.paging.type.MemoryType.UC;
import static dev.nptune.paging.type.MemoryType.UC_MINUS;
import static dev.nptune.paging.type.MemoryType.WB;
import static dev.nptune.paging.type.MemoryType.WC;
import static dev.nptune.paging.type.MemoryType.WC_PLUS;
import static dev.nptune.paging.type.MemoryType.WP;
import static dev.nptune.paging.type.MemoryType.WT;

import java.util.List;

/// How memory types come together (APM volume 2, tables 15-19 and 15-20).
public final class TypeTables {
    private static final List<MemoryType> PAT_ORDER = List.of(UC, UC_MINUS, WC, WP, WT, WB);

    private static final List<List<MemoryType>> GUEST_BY_NESTED = List.of(
            List.of(UC, UC, UC, UC, UC, UC),
            List.of(UC, UC_MINUS, WC, UC, UC, UC),
            List.of(WC, WC, WC, WC_PLUS, WC_PLUS, WC_PLUS),
            List.of(UC, UC, UC, WP, UC, WP),
            List.of(UC, UC, UC, UC, WT, WT),
            List.of(UC, UC, WC, WP, WT, WB));

    private static final List<MemoryType> RESULT_ORDER = List.of(UC, UC_MINUS, WC, WC_PLUS, WP, WT, WB);
    private static final List<MemoryType> MTRR_ORDER = List.of(UC, WC, WP, WT, WB);

    private static final List<List<MemoryType>> RESULT_BY_MTRR = List.of(
            List.of(UC, CD, CD, CD, CD),
            List.of(UC, WC, CD, CD, CD),
            List.of(WC, WC, WC, WC, WC),
            List.of(WC, WC, WC_PLUS, WC_PLUS, WC_PLUS),
            List.of(UC, CD, WP, CD, WP),
            List.of(UC, CD, CD, WT, WT),
            List.of(UC, WC, WP, WT, WB));

    private TypeTables() {}

    /// Table 15-19: the guest's type by its own PAT with the type that the host's PAT gives the nested page.
    ///
    /// @throws IllegalArgumentException for a type that no PAT can have
    public static MemoryType combine(MemoryType guest, MemoryType nested) {
        return GUEST_BY_NESTED.get(place(PAT_ORDER, guest)).get(place(PAT_ORDER, nested));
    }

    /// Table 15-20: what a PAT's type, or two combined, becomes where an MTRR says something. Without
    /// [MemoryType#WC_PLUS]
    /// it is the table for one dimension (7-11).
    ///
    /// @throws IllegalArgumentException for a type that no PAT or no MTRR can have
    public static MemoryType withMtrr(MemoryType type, MemoryType mtrr) {
        return RESULT_BY_MTRR.get(place(RESULT_ORDER, type)).get(place(MTRR_ORDER, mtrr));
    }

    private static int place(List<MemoryType> order, MemoryType type) {
        int place = order.indexOf(type);
        if (place < 0) {
            throw new IllegalArgumentException(type + " cannot stand here");
        }
        return place;
    }
}
