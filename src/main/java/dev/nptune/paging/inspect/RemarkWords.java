package dev.nptune.paging.inspect;

import dev.nptune.internal.text.Hex;
import dev.nptune.paging.space.Remark;

/// Remarks in words.
final class RemarkWords {
    private RemarkWords() {}

    /// What it is, for people.
    static String kind(Remark remark) {
        return switch (remark) {
            case Remark.Reserved _ -> "entry with reserved bits set";
            case Remark.NoTable _ -> "table that is not in the dump";
            case Remark.TableNotNested _ -> "table of the guest that the nested tables do not map";
            case Remark.PageNotNested _ -> "page of the guest that the nested tables do not map";
            case Remark.SelfMap _ -> "tables mapped into themselves";
            case Remark.Shared _ -> "table mapped over and over, not followed again";
        };
    }

    /// Where it is, with all addresses that say so.
    static String where(Remark remark) {
        String at = Hex.of(remark.virtual());
        return switch (remark) {
            case Remark.Reserved r -> at + ", entry " + Hex.of(r.entry()) + " at " + Hex.of(r.entryAddress());
            case Remark.NoTable r -> at + ", table " + Hex.of(r.table());
            case Remark.TableNotNested r -> at + ", table " + Hex.of(r.table());
            case Remark.PageNotNested r -> at + ", guest-physical " + Hex.of(r.guestPhysical());
            case Remark.SelfMap r -> at + ", entry at " + Hex.of(r.entryAddress());
            case Remark.Shared r -> at + ", table " + Hex.of(r.table());
        };
    }
}
