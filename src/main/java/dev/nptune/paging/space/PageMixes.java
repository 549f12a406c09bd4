package dev.nptune.paging.space;

import java.util.function.Consumer;

/// Counts the bytes of runs by page size: in the guest's dimension, in the nested one, and as the TLB keeps them.
public final class PageMixes implements Consumer<Run> {
    private final PageMix.Counter guest = new PageMix.Counter();
    private final PageMix.Counter nested = new PageMix.Counter();
    private final PageMix.Counter tlb = new PageMix.Counter();

    @Override
    public void accept(Run run) {
        switch (run) {
            case Run.Single single -> guest.add(single.leaf().size(), run.bytes());
            case Run.Nested both -> {
                guest.add(both.guest().size(), run.bytes());
                nested.add(both.nested().size(), run.bytes());
            }
        }
        tlb.add(run.tlbSize(), run.bytes());
    }

    /// The guest's dimension, or the only one. Only what has a page in both counts.
    public PageMix guest() {
        return guest.mix();
    }

    /// The nested dimension; nothing with one dimension.
    public PageMix nested() {
        return nested.mix();
    }

    /// The smaller page of the two.
    public PageMix tlb() {
        return tlb.mix();
    }
}
