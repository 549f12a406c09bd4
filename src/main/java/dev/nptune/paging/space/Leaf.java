package dev.nptune.paging.space;

import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.Permissions;

/// What one dimension says of a page, apart from where it is.
///
/// @param size of the page
/// @param permissions what all entries on the way to it allow together
/// @param patIndex the entry of the PAT that applies, 0 to 7
public record Leaf(PageSize size, Permissions permissions, int patIndex) {
    /// Of the number that the loops carry: PAT index in bits 0 to 2, then [Rights], log₂ of the size from bit 6 on.
    static Leaf of(int packed) {
        return new Leaf(
                PageSize.ofShift(packed >>> 6),
                new Permissions((packed & 8) != 0, (packed & 16) != 0, (packed & 32) == 0),
                packed & 7);
    }

    /// Remembers the last one, since most runs are of one kind.
    static final class Last {
        private int packed = pack(PageSize.K4.shift(), 0, 0);
        private Leaf leaf = Leaf.of(packed);

        Leaf of(int wanted) {
            if (wanted != packed) {
                packed = wanted;
                leaf = Leaf.of(wanted);
            }
            return leaf;
        }
    }

    static int pack(int shift, int rights, int patIndex) {
        return shift << 6 | rights << 3 | patIndex;
    }
}
