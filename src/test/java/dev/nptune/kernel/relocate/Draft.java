package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.TextLine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// A file whose lines know who they are, so that a patch and a drift can be made to it in either order and the
/// result of both is known without any searching.
final class Draft {
    /// @param id of a line of the original; -1 for a line that the patch added, -2 for one that the drift added
    /// @param touched whether the patch removes or replaces it
    record Cell(int id, String text, boolean touched, boolean gone) {}

    static final int PATCH = -1;
    static final int DRIFT = -2;

    private final List<Cell> cells;
    private boolean conflict;
    private boolean sameGap;

    private Draft(List<Cell> cells) {
        this.cells = cells;
    }

    static Draft of(List<String> lines) {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            cells.add(new Cell(i, lines.get(i), false, false));
        }
        return new Draft(cells);
    }

    Draft copy() {
        return new Draft(new ArrayList<>(cells));
    }

    /// Whether the drift changed what the patch changes.
    boolean conflict() {
        return conflict;
    }

    /// Whether the drift added lines where the patch adds some.
    boolean sameGap() {
        return sameGap;
    }

    private int index(int id) {
        for (int i = Math.max(0, Math.min(id, cells.size() - 1)); i < cells.size(); i++) {
            if (cells.get(i).id() == id) {
                return i;
            }
        }
        for (int i = Math.min(id, cells.size() - 1); i >= 0; i--) {
            if (cells.get(i).id() == id) {
                return i;
            }
        }
        throw new IllegalArgumentException("no line " + id);
    }

    // What patches do

    void patchInsert(int before, List<String> lines) {
        int at = index(before);
        for (String line : lines) {
            cells.add(at++, new Cell(PATCH, line, true, false));
        }
    }

    void patchRemove(int id) {
        cells.set(index(id), new Cell(id, "", true, true));
    }

    void patchReplace(int id, String text) {
        cells.set(index(id), new Cell(id, text, true, false));
    }

    // What drifts do

    /// @param patchFirst which comes first if the patch has added lines there too
    void insert(int before, List<String> lines, boolean patchFirst) {
        int at = index(before);
        int added = 0;
        while (at - added > 0 && cells.get(at - added - 1).id() == PATCH) {
            added++;
        }
        sameGap |= added > 0;
        at -= patchFirst ? 0 : added;
        for (String line : lines) {
            cells.add(at++, new Cell(DRIFT, line, false, false));
        }
    }

    void remove(int id) {
        int at = index(id);
        conflict |= cells.get(at).touched();
        cells.set(at, new Cell(id, "", false, true));
    }

    void replace(int id, String text) {
        int at = index(id);
        conflict |= cells.get(at).touched();
        cells.set(at, new Cell(id, text, false, false));
    }

    /// Changes the lines from one to another, those that the patch added between them as well.
    void transform(int from, int to, UnaryOperator<String> how) {
        for (int i = index(from); i <= index(to); i++) {
            Cell cell = cells.get(i);
            cells.set(i, new Cell(cell.id(), how.apply(cell.text()), cell.touched(), cell.gone()));
        }
    }

    void move(int from, int to, int before) {
        int begin = index(from);
        int end = index(to) + 1;
        List<Cell> moved = new ArrayList<>(cells.subList(begin, end));
        cells.subList(begin, end).clear();
        cells.addAll(index(before), moved);
    }

    List<TextLine> lines() {
        return cells.stream()
                .filter(cell -> !cell.gone())
                .map(cell -> new TextLine(cell.text(), true))
                .toList();
    }

    List<Cell> cells() {
        return cells;
    }
}
