package dev.nptune.paging.space;

import org.jspecify.annotations.Nullable;

/// Makes runs of single pages, and of misses, in the order in which they come.
final class RunMerger {
    private final SpaceVisitor visitor;
    private final boolean twoDimensions;

    private long virtual;
    private long bytes;
    private long guest;
    private long host;
    private int guestLeaf;
    private int nestedLeaf;
    private final Leaf.Last guestLeaves = new Leaf.Last();
    private final Leaf.Last nestedLeaves = new Leaf.Last();
    private @Nullable Remark pending;

    RunMerger(SpaceVisitor visitor, boolean twoDimensions) {
        this.visitor = visitor;
        this.twoDimensions = twoDimensions;
    }

    /// A page, or a piece of one.
    void run(long from, long length, long guestPhysical, long physical, int guestKind, int nestedKind) {
        if (bytes > 0
                && from == virtual + bytes
                && guestPhysical == guest + bytes
                && physical == host + bytes
                && guestKind == guestLeaf
                && nestedKind == nestedLeaf) {
            bytes += length;
            return;
        }
        flush();
        virtual = from;
        bytes = length;
        guest = guestPhysical;
        host = physical;
        guestLeaf = guestKind;
        nestedLeaf = nestedKind;
    }

    /// A page of the guest's without a nested one.
    void missing(long from, long length, long guestPhysical, NestedMiss why) {
        if (pending instanceof Remark.PageNotNested last
                && last.virtual() + last.bytes() == from
                && last.guestPhysical() + last.bytes() == guestPhysical
                && last.why() == why) {
            pending = new Remark.PageNotNested(last.virtual(), last.bytes() + length, last.guestPhysical(), why);
            return;
        }
        flush();
        pending = new Remark.PageNotNested(from, length, guestPhysical, why);
    }

    /// An entry for a table that is not followed again.
    void shared(long from, long length, int level, long table) {
        if (pending instanceof Remark.Shared last
                && last.virtual() + last.bytes() == from
                && last.level() == level
                && last.table() == table) {
            pending = new Remark.Shared(last.virtual(), last.bytes() + length, level, table);
            return;
        }
        flush();
        pending = new Remark.Shared(from, length, level, table);
    }

    /// Anything else.
    void remark(Remark remark) {
        flush();
        visitor.remark(remark);
    }

    /// Hands over what is not handed over yet.
    void flush() {
        if (bytes > 0) {
            visitor.run(
                    twoDimensions
                            ? new Run.Nested(
                                    virtual, bytes, guest, host, guestLeaves.of(guestLeaf), nestedLeaves.of(nestedLeaf))
                            : new Run.Single(virtual, bytes, host, guestLeaves.of(guestLeaf)));
            bytes = 0;
        }
        if (pending != null) {
            visitor.remark(pending);
            pending = null;
        }
    }
}
