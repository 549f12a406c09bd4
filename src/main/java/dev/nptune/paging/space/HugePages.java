package dev.nptune.paging.space;

import dev.nptune.paging.walk.PageSize;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Why parts of an address space are on pages of 4 KiB: asked for each stretch of 2 MiB on a boundary of its own
/// size.
///
/// Of one dimension it looks at that one, so nested tables by themselves tell about guest-physical memory; of two at
/// the guest's, as far as it has nested pages.
public final class HugePages implements Consumer<Run> {
    private static final long BLOCK = 1L << 21;

    /// What stands in the way of a large page.
    public enum Reason {
        /// Nothing: 512 pages in a row, on a boundary, all alike. Whoever maps them has not made one of them.
        COULD_BE,
        /// The pages are not one behind the other.
        NOT_CONTIGUOUS,
        /// They are, but the physical address is on no boundary of 2 MiB.
        ALIGNMENT,
        /// They have not all the same permissions or PAT entry.
        MIXED,
        /// Some are not mapped; those that are would fit.
        PARTLY_MAPPED
    }

    /// Stretches of 2 MiB one behind the other with the same reason.
    ///
    /// @param address of the first
    /// @param blocks how many
    /// @param reason why they are on small pages
    public record Stretch(long address, long blocks, Reason reason) {}

    private final List<Stretch> stretches = new ArrayList<>();
    private Optional<Leaf> leaf = Optional.empty();
    private long block;
    private long mapped;
    private long distance;
    private boolean contiguous;
    private boolean alike;

    @Override
    public void accept(Run run) {
        switch (run) {
            case Run.Single single -> pages(single.virtual(), single.bytes(), single.physical(), single.leaf());
            case Run.Nested both -> pages(both.virtual(), both.bytes(), both.guestPhysical(), both.guest());
        }
    }

    private void pages(long virtual, long bytes, long physical, Leaf kind) {
        if (kind.size() != PageSize.K4) {
            return;
        }
        long done = 0;
        while (done < bytes) {
            long at = virtual + done;
            long piece = Math.min(bytes - done, BLOCK - (at & (BLOCK - 1)));
            piece(at, piece, physical - virtual, kind);
            done += piece;
        }
    }

    private void piece(long at, long bytes, long apart, Leaf kind) {
        if (mapped == 0 || block != (at & -BLOCK)) {
            finish();
            block = at & -BLOCK;
            distance = apart;
            leaf = Optional.of(kind);
            contiguous = true;
            alike = true;
        }
        contiguous &= apart == distance;
        alike &= leaf.filter(kind::equals).isPresent();
        mapped += bytes;
    }

    private void finish() {
        if (mapped == 0) {
            return;
        }
        Reason reason = reason();
        Stretch last = stretches.isEmpty() ? null : stretches.getLast();
        if (last != null && last.reason() == reason && last.address() + last.blocks() * BLOCK == block) {
            stretches.set(stretches.size() - 1, new Stretch(last.address(), last.blocks() + 1, reason));
        } else {
            stretches.add(new Stretch(block, 1, reason));
        }
        mapped = 0;
    }

    private Reason reason() {
        if (!contiguous) {
            return Reason.NOT_CONTIGUOUS;
        }
        if ((distance & (BLOCK - 1)) != 0) {
            return Reason.ALIGNMENT;
        }
        if (!alike) {
            return Reason.MIXED;
        }
        return mapped < BLOCK ? Reason.PARTLY_MAPPED : Reason.COULD_BE;
    }

    /// All stretches on small pages, in order of addresses. To be asked when all runs are there.
    public List<Stretch> stretches() {
        finish();
        return List.copyOf(stretches);
    }

    /// How many stretches of 2 MiB there are for each reason; a reason that does not occur has 0.
    public Map<Reason, Long> counts() {
        finish();
        Map<Reason, Long> counts = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            counts.put(reason, 0L);
        }
        stretches.forEach(stretch -> counts.merge(stretch.reason(), stretch.blocks(), Long::sum));
        return counts;
    }
}
