package dev.nptune.paging.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.paging.space.HugePages.Reason;
import dev.nptune.paging.space.HugePages.Stretch;
import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.Permissions;
import org.junit.jupiter.api.Test;

class HugePagesTest {
    private static final long BLOCK = 1 << 21;
    private static final Leaf SMALL = new Leaf(PageSize.K4, Permissions.ALL, 0);
    private static final Leaf OTHER = new Leaf(PageSize.K4, Permissions.ALL, 1);

    private final HugePages pages = new HugePages();

    @Test
    void twoWholeBlocksCouldBe() {
        run(0, 2 * BLOCK, 0x4000_0000, SMALL);
        assertThat(pages.stretches()).containsExactly(new Stretch(0, 2, Reason.COULD_BE));
        assertThat(pages.counts()).containsEntry(Reason.COULD_BE, 2L).containsEntry(Reason.MIXED, 0L);
    }

    @Test
    void oneOffByAPageIsMisaligned() {
        run(0, BLOCK, 0x4000_1000, SMALL);
        assertThat(pages.stretches()).containsExactly(new Stretch(0, 1, Reason.ALIGNMENT));
    }

    @Test
    void aPageFromElsewhereBreaksIt() {
        run(0, BLOCK - 4096, 0x4000_0000, SMALL);
        run(BLOCK - 4096, 4096, 0x5000_0000, SMALL);
        assertThat(pages.stretches()).containsExactly(new Stretch(0, 1, Reason.NOT_CONTIGUOUS));
    }

    @Test
    void otherRightsOrTypesAreMixed() {
        run(0, BLOCK - 4096, 0x4000_0000, SMALL);
        run(BLOCK - 4096, 4096, 0x4000_0000 + BLOCK - 4096, OTHER);
        assertThat(pages.stretches()).containsExactly(new Stretch(0, 1, Reason.MIXED));
    }

    @Test
    void aHoleIsPartlyMapped() {
        run(0, 4096, 0x4000_0000, SMALL);
        run(8192, BLOCK - 8192, 0x4000_2000, SMALL);
        run(5 * BLOCK, BLOCK, 5 * BLOCK, SMALL);
        assertThat(pages.stretches())
                .containsExactly(new Stretch(0, 1, Reason.PARTLY_MAPPED), new Stretch(5 * BLOCK, 1, Reason.COULD_BE));
    }

    @Test
    void largePagesAreNotAskedAbout() {
        run(0, BLOCK, 0, new Leaf(PageSize.M2, Permissions.ALL, 0));
        assertThat(pages.stretches()).isEmpty();
    }

    private void run(long address, long bytes, long physical, Leaf leaf) {
        pages.accept(new Run.Single(address, bytes, physical, leaf));
    }
}
