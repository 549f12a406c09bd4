package dev.nptune.paging.space;

import dev.nptune.paging.RandomMachine;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.walk.Access;
import dev.nptune.paging.walk.NestedWalk;
import dev.nptune.paging.walk.NestedWalker;
import dev.nptune.paging.walk.TableRoot;
import dev.nptune.paging.walk.Walk;
import dev.nptune.paging.walk.Walker;
import java.util.ArrayList;
import java.util.List;

/// The runs of an address space as the plain walkers give them, one page after the other: what the fast loops must
/// give too. Only where something was mapped is asked.
final class PlainSpace {
    private final RunMerger merger;
    private final List<Run> runs = new ArrayList<>();

    private PlainSpace(boolean twoDimensions) {
        merger = new RunMerger(runs::add, twoDimensions);
    }

    static List<Run> single(PhysicalMemory memory, TableRoot root, List<RandomMachine.Mapping> mappings) {
        PlainSpace space = new PlainSpace(false);
        Walker walker = new Walker(memory, root);
        for (RandomMachine.Mapping mapping : mappings) {
            Walk.Mapped page = (Walk.Mapped) walker.walk(mapping.from());
            space.merger.run(
                    mapping.from(), page.size().bytes(), page.physical(), page.physical(), pack(page), pack(page));
        }
        space.merger.flush();
        return space.runs;
    }

    static List<Run> nested(
            PhysicalMemory memory, TableRoot guest, TableRoot nested, List<RandomMachine.Mapping> mappings) {
        PlainSpace space = new PlainSpace(true);
        NestedWalker walker = new NestedWalker(memory, guest, nested);
        for (RandomMachine.Mapping mapping : mappings) {
            long done = 0;
            while (done < mapping.size().bytes()) {
                long step = 4096;
                if (walker.walk(mapping.from() + done, Access.LOOK) instanceof NestedWalk.Mapped page) {
                    step = Math.min(
                            mapping.size().bytes() - done,
                            page.nested().size().bytes()
                                    - (page.guestPhysical()
                                            & (page.nested().size().bytes() - 1)));
                    space.merger.run(
                            mapping.from() + done,
                            step,
                            page.guestPhysical(),
                            page.hostPhysical(),
                            pack(page.guest()),
                            pack(page.nested()));
                }
                done += step;
            }
        }
        space.merger.flush();
        return space.runs;
    }

    private static int pack(Walk.Mapped page) {
        int rights = (page.permissions().writable() ? 1 : 0)
                | (page.permissions().user() ? 2 : 0)
                | (page.permissions().executable() ? 0 : 4);
        return Leaf.pack(page.size().shift(), rights, page.patIndex());
    }
}
