package dev.nptune.cli;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.Column;
import dev.nptune.bench.capture.Series;
import dev.nptune.bench.metric.Caveat;
import dev.nptune.bench.metric.Judged;
import dev.nptune.cli.CaptureFiles.Chosen;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.TextTable;
import dev.nptune.report.Sparkline;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What `nptune bench import` shows of a file.
final class CaptureText {
    /// The most streams listed.
    private static final int LISTED = 12;

    private static final int LONGEST_NAME = 60;
    private static final String INDENT = "  ";

    private CaptureText() {}

    static String file(Chosen chosen, int columns, boolean unicode) {
        Capture capture = chosen.capture();
        StringBuilder text = new StringBuilder();
        List<Capture> all = chosen.file().captures();
        text.append(line(
                title(chosen.file().source(), capture) + ", " + Plural.of(all.size(), "stream") + " of frames",
                columns,
                unicode));
        text.append('\n').append(streams(all, capture, columns, unicode)).append('\n');
        text.append(line(INDENT + "besides: " + besides(capture), columns, unicode));
        text.append(picture(capture.frameTimes(), columns, unicode));
        List<Caveat> caveats = Judged.of(capture).caveats();
        text.append(caveats.isEmpty() ? "" : "\n");
        caveats.forEach(c -> text.append(line(INDENT + c.sentence(), columns, unicode)));
        return text.toString();
    }

    static String title(String source, Capture capture) {
        return Printable.brief(source, LONGEST_NAME) + ": by "
                + capture.format().title()
                + capture.version()
                        .map(v -> " (" + Printable.brief(v, LONGEST_NAME) + ")")
                        .orElse("");
    }

    /// A sentence, broken where the terminal ends.
    static String line(String text, int columns, boolean unicode) {
        String plain = unicode ? text : Printable.ascii(text);
        return FindingText.wrap(Printable.line(plain), columns, INDENT);
    }

    private static String streams(List<Capture> all, Capture chosen, int columns, boolean unicode) {
        TextTable table = TextTable.of(
                TextTable.left(""),
                TextTable.left("process"),
                TextTable.right("PID"),
                TextTable.left("swap chain"),
                TextTable.right("frames"),
                TextTable.right("seconds"),
                TextTable.right("average fps"));
        for (Capture capture : all.subList(0, Math.min(all.size(), LISTED))) {
            table.row(
                    capture.equals(chosen) ? "*" : "",
                    capture.process(),
                    capture.pid().isPresent() ? String.valueOf(capture.pid().getAsLong()) : "",
                    capture.swapChain(),
                    String.valueOf(capture.frames()),
                    String.format(Locale.ROOT, "%.1f", capture.seconds()),
                    String.format(Locale.ROOT, "%.1f", capture.frames() / capture.seconds()));
        }
        int more = all.size() - LISTED;
        return table.render(columns, unicode) + (more > 0 ? INDENT + "and " + more + " more, shorter\n" : "");
    }

    private static String besides(Capture capture) {
        String told = Arrays.stream(Column.values())
                .filter(column -> capture.column(column).isPresent())
                .map(Column::title)
                .collect(Collectors.joining(", "));
        String displays = capture.displayTimes().size() == 0 ? "" : "display changes";
        String all = told.isEmpty() || displays.isEmpty() ? told + displays : displays + ", " + told;
        return all.isEmpty() ? "nothing but frame times" : all;
    }

    /// Frame times over time, with what they go up to.
    static String picture(Series times, int columns, boolean unicode) {
        double longest = times.ascending().get(times.size() - 1);
        return INDENT + Sparkline.draw(times.toArray(), Math.max(10, columns - 2 * INDENT.length()), unicode) + "\n"
                + line(
                        INDENT
                                + String.format(
                                        Locale.ROOT,
                                        "frame times over %.1f s, from 0 to %.1f ms",
                                        times.sum() / 1000,
                                        longest),
                        columns,
                        unicode);
    }
}
