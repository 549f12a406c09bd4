package dev.nptune.cli;

import dev.nptune.watch.Recording;
import dev.nptune.watch.Series;
import java.io.PrintStream;

/// Each change of each counter, a line each.
final class RecordingCsv {
    private RecordingCsv() {}

    static void write(Recording recording, PrintStream out) {
        StringBuilder text = new StringBuilder(
                "from_monotonic_ns,to_monotonic_ns,to_realtime_ns,source,quantity,subject,number,detail,amount,unit\n");
        for (Series series : recording.series()) {
            String fixed = "," + series.source() + ","
                    + series.column().quantity().key() + ","
                    + series.column().subject().key() + "," + series.column().number() + ","
                    + quoted(series.column().detail()) + ",";
            String unit = "," + series.column().quantity().unit() + "\n";
            for (int i = 0; i < series.size(); i++) {
                text.append(series.from(i)).append(',').append(series.to(i)).append(',');
                text.append(recording.realtime(series.to(i))).append(fixed);
                text.append(series.amount(i)).append(unit);
                if (text.length() > 1 << 16) {
                    out.print(text);
                    text.setLength(0);
                }
            }
        }
        out.print(text);
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_ .:()\\[\\]/-]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
