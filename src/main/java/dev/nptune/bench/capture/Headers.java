package dev.nptune.bench.capture;

import dev.nptune.bench.capture.Layout.Clock;
import dev.nptune.bench.capture.Layout.Dropped;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Knows a table by its column names, whatever their case and order.
final class Headers {
    /// Words that stand only in tables with a line for a whole run: OCAT's perf_summary, FrameView_Summary, MangoHud's
    /// and FRAPS' summaries, PresentMon's -stats.
    private static final List<String> SUMMARY_WORDS =
            List.of("average fps", "avg fps", "min fps", "minimum fps", "1% low", "percentile fps");

    private static final Set<String> FRAPS_SUMMARY = Set.of("frames", "time (ms)", "min", "max", "avg");

    /// Columns that a list of frame times may be headed with.
    private static final Set<String> LIST_TITLES =
            Set.of("frametime", "frametimes", "frame time", "frametime (ms)", "frame time (ms)", "frametime_ms", "ms");

    private final List<String> titles;
    private final Map<String, Integer> at = new HashMap<>();
    private final int[] slots;

    private Headers(List<String> titles) {
        this.titles = titles;
        this.slots = new int[titles.size()];
        Arrays.fill(slots, -1);
        for (int i = 0; i < titles.size(); i++) {
            at.putIfAbsent(titles.get(i).strip().toLowerCase(Locale.ROOT), i);
        }
    }

    /// The layout of a table with these columns.
    ///
    /// @param comments whether lines of CapFrameX (`//Key=Value`) stood above
    /// @return empty if it is no table of frames that is known
    static Optional<Layout> layout(List<String> titles, boolean comments) {
        Headers headers = new Headers(titles);
        return Optional.ofNullable(headers.at.get("msbetweenpresents")).isPresent()
                ? Optional.of(headers.presents(comments))
                : headers.others();
    }

    /// Whether it is a table with a line for each run.
    static boolean isSummary(List<String> titles) {
        Headers headers = new Headers(titles);
        return headers.at.keySet().containsAll(FRAPS_SUMMARY)
                || headers.at.keySet().stream()
                        .anyMatch(t -> SUMMARY_WORDS.stream().anyMatch(t::contains));
    }

    /// What is missing of a table that has other columns of a capture.
    ///
    /// @return the missing column's name; empty if nothing speaks for a capture
    static Optional<String> missing(List<String> titles) {
        Headers headers = new Headers(titles);
        if (headers.has("swapchainaddress") || (headers.has("application") && headers.has("processid"))) {
            return Optional.of("MsBetweenPresents (or FrameTime, in PresentMon 2)");
        }
        if (headers.has("fps") && headers.has("elapsed")) {
            return Optional.of("frametime");
        }
        return headers.has("cpu_load") && headers.has("fps") ? Optional.of("frametime") : Optional.empty();
    }

    private boolean has(String title) {
        return at.containsKey(title);
    }

    /// Gives the slot the first of these columns that there is, unless it has one.
    ///
    /// @return whether it got one
    private boolean take(Slot slot, String... candidates) {
        if (Arrays.stream(slots).anyMatch(s -> s == slot.at())) {
            return false;
        }
        for (String title : candidates) {
            Integer column = at.get(title);
            if (column != null && slots[column] < 0) {
                slots[column] = slot.at();
                return true;
            }
        }
        return false;
    }

    private Layout presents(boolean comments) {
        Format format = presentsFormat(comments);
        takeStream();
        take(Slot.FRAME, "msbetweenpresents");
        take(Slot.DISPLAY, "msbetweendisplaychange");
        take(Slot.IN_PRESENT, "msinpresentapi");
        boolean until = take(Slot.UNTIL_DISPLAYED, "msuntildisplayed");
        take(Slot.ANIMATION, "msanimationerror", "animationerror");
        boolean column = take(Slot.DROPPED, "dropped");
        Clock clock = takeClock();
        Dropped dropped = column ? Dropped.COLUMN : until ? Dropped.NEVER_DISPLAYED : Dropped.UNKNOWN;
        return new Layout(format, titles, slots, dropped, clock);
    }

    private Format presentsFormat(boolean comments) {
        if (has("msbetweensimulationstart") || has("msbetweenappstart") || has("mscpubusy")) {
            return Format.PRESENTMON_NEW;
        }
        if (at.keySet().stream().anyMatch(t -> t.startsWith("gpu0") || t.equals("render queue depth"))
                || has("msrenderpresentlatency")) {
            return Format.FRAMEVIEW;
        }
        if (comments) {
            return Format.CAPFRAMEX_CSV;
        }
        return has("msestimateddriverlag") || has("motherboard") || has("width") ? Format.OCAT : Format.PRESENTMON_1;
    }

    private void takeStream() {
        take(Slot.PROCESS, "application");
        take(Slot.PID, "processid");
        take(Slot.CHAIN, "swapchainaddress");
        take(Slot.TYPE, "frametype");
    }

    /// PresentMon 2.3.1 has both when a frame was presented and when the CPU began it; the first is taken.
    private Clock takeClock() {
        boolean seconds = take(Slot.TIME, "timeinseconds");
        boolean millis = !seconds && take(Slot.TIME, "timeinms");
        boolean other = seconds
                || millis
                || take(Slot.DATE, "timeindatetime")
                || take(Slot.QPC, "timeinqpc")
                || take(Slot.DATE, "cpustartdatetime");
        if (!other && take(Slot.TIME, "cpustarttimeinms", "cpustartqpctime")) {
            return Clock.MILLISECONDS;
        }
        take(Slot.QPC, "qpctime", "timeinqpc", "cpustartqpc");
        if (!other && take(Slot.TIME, "cpustarttime")) {
            return Clock.MILLISECONDS_OR_SECONDS;
        }
        return millis ? Clock.MILLISECONDS : Clock.SECONDS_OR_MILLISECONDS;
    }

    private Optional<Layout> others() {
        boolean presentMon = has("cpubusy") || has("presentruntime") || has("cpustarttime") || has("cpustartqpc");
        if (presentMon && (has("frametime") || (has("cpubusy") && has("cpuwait")))) {
            return Optional.of(presentMon2());
        }
        if (has("frame") && has("time (ms)")) {
            take(Slot.FRAME, "time (ms)");
            return Optional.of(new Layout(Format.FRAPS, titles, slots, Dropped.UNKNOWN, Clock.MILLISECONDS));
        }
        if (has("fps") && take(Slot.FRAME, "frametime", "frametime(ms)")) {
            take(Slot.FPS, "fps");
            take(Slot.TIME, "elapsed", "elapsed(ns)");
            return Optional.of(new Layout(Format.MANGOHUD, titles, slots, Dropped.UNKNOWN, Clock.NANOSECONDS));
        }
        return titles.size() == 1 && at.keySet().stream().anyMatch(LIST_TITLES::contains)
                ? Optional.of(plain(titles))
                : Optional.empty();
    }

    private Layout presentMon2() {
        boolean frameTime = take(Slot.FRAME, "frametime");
        if (!frameTime) {
            take(Slot.FRAME, "cpubusy");
            take(Slot.REST, "cpuwait");
        }
        takeStream();
        boolean display = take(Slot.DISPLAY, "displayedtime");
        take(Slot.ANIMATION, "animationerror");
        Clock clock = takeClock();
        return new Layout(
                frameTime ? Format.PRESENTMON_2 : Format.PRESENTMON_2_0,
                titles,
                slots,
                display ? Dropped.NO_DISPLAY_TIME : Dropped.UNKNOWN,
                clock);
    }

    /// A list of frame times, one a line.
    static Layout plain(List<String> titles) {
        return new Layout(Format.PLAIN, titles, new int[] {Slot.FRAME.at()}, Dropped.UNKNOWN, Clock.MILLISECONDS);
    }

    /// An Afterburner log, from its record 02, which names what the values of a record 80 are.
    ///
    /// @param record all fields of the line
    /// @return empty if there is neither Frametime nor Framerate in it
    static Optional<Layout> afterburner(List<String> record) {
        Headers headers = new Headers(record.stream().map(String::strip).toList());
        if (record.size() < 3) {
            return Optional.empty();
        }
        headers.slots[0] = Slot.RECORD.at();
        headers.slots[1] = Slot.DATE.at();
        boolean time = headers.take(Slot.FRAME, "frametime", "frametime avg");
        boolean rate = headers.take(Slot.FPS, "framerate", "framerate avg");
        return time || rate
                ? Optional.of(
                        new Layout(Format.AFTERBURNER, record, headers.slots, Dropped.UNKNOWN, Clock.MILLISECONDS))
                : Optional.empty();
    }
}
