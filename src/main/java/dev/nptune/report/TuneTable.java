package dev.nptune.report;

import static dev.nptune.internal.text.TextTable.left;
import static dev.nptune.internal.text.TextTable.right;

import dev.nptune.bench.Workload;
import dev.nptune.internal.text.TextTable;
import java.util.List;

/// The table at the end of `nptune tune`: each workload on bare metal, before and after, and how far from bare that is.
public final class TuneTable {
    private TuneTable() {}

    /// Renders the table.
    ///
    /// @param workloads in the order to show; those of the mean first
    /// @param counted how many of them, from the first on, make the geometric mean; 0 leaves that row out
    /// @param width columns of the terminal
    /// @param unicode whether it can show more than ASCII
    /// @return lines, each ended by a line feed
    /// @throws IndexOutOfBoundsException if `counted` is more than there are
    public static String render(List<Workload> workloads, int counted, int width, boolean unicode) {
        List<Workload> inMean = workloads.subList(0, Figures.clamp(counted, workloads));
        TextTable table = TextTable.of(
                left("workload"),
                left("unit"),
                right("bare"),
                right("before"),
                right("after"),
                right("before/bare"),
                right("after/bare"));
        inMean.forEach(w -> add(table, w));
        if (counted > 0) {
            table.rule();
            table.row(
                    Figures.meanTitle(counted, workloads.size()),
                    "",
                    "",
                    "",
                    "",
                    Figures.ratio(Figures.meanToBare(inMean, Workload::before)),
                    Figures.ratio(Figures.meanToBare(inMean, Workload::after)));
        }
        if (counted > 0 && counted < workloads.size()) {
            table.rule();
        }
        workloads.subList(counted, workloads.size()).forEach(w -> add(table, w));
        return table.render(width, unicode);
    }

    private static void add(TextTable table, Workload workload) {
        table.row(
                workload.name(),
                workload.unit(),
                Figures.value(workload, workload.bare()),
                Figures.value(workload, workload.before()),
                Figures.value(workload, workload.after()),
                Figures.ratio(Figures.toBare(workload, workload.before())),
                Figures.ratio(Figures.toBare(workload, workload.after())));
    }
}
