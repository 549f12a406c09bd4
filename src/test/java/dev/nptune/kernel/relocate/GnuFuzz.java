package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.TextLine;
import java.util.List;

/// Whether GNU patch places a hunk with its default fuzz of 2: up to two lines of context may be left out at either end.
/// Only whether, not where.
final class GnuFuzz {
    private static final int FUZZ = 2;

    private GnuFuzz() {}

    static boolean places(List<TextLine> file, Hunk hunk) {
        List<TextLine> old = hunk.oldSide();
        int context = Math.max(hunk.prefix(), hunk.suffix());
        for (int fuzz = 0; fuzz <= Math.min(FUZZ, context); fuzz++) {
            int head = fuzz + hunk.prefix() - context;
            int tail = fuzz + hunk.suffix() - context;
            // With less context at one end the hunk is tied to that end of the file.
            boolean tiedToBegin = head < 0 && hunk.oldStart() <= 1;
            boolean tiedToEnd = tail < 0;
            List<TextLine> core = old.subList(Math.max(0, head), old.size() - Math.max(0, tail));
            int from = 0;
            int to = file.size() - core.size();
            if (tiedToBegin) {
                to = Math.min(to, 0);
            } else if (tiedToEnd) {
                from = to;
            }
            for (int i = Math.max(0, from); i <= to; i++) {
                if (file.get(i).equals(core.getFirst()) && file.subList(i, i + core.size()).equals(core)) {
                    return true;
                }
            }
        }
        return false;
    }
}
