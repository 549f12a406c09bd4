package dev.nptune.cli;

import dev.nptune.apply.Run;
import dev.nptune.apply.Standing;
import dev.nptune.internal.text.Printable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;

/// The runs so far, for people.
final class HistoryText {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

    private HistoryText() {}

    /// Where a run stands, in plain words.
    ///
    /// @param nextStep what there is to do; empty if nothing
    record Words(String state, String nextStep) {}

    static Words words(Standing standing, String run) {
        String back = "nptune rollback " + run;
        return switch (standing) {
            case Standing.NothingDone _ -> new Words("nothing was changed", "");
            case Standing.Applied _ -> new Words("applied", "");
            case Standing.WaitsForReboot _ -> new Words("applied, waits for a reboot", "");
            case Standing.Confirmed(Instant at) -> new Words("applied, confirmed by the boot of " + local(at), "");
            case Standing.Reverted(Instant at) ->
                new Words(
                        "the machine did not come up with it and went back (" + local(at) + ")",
                        "take it back with: " + back);
            case Standing.TakenBack _ -> new Words("rolled back", "");
            case Standing.GoingOn going -> new Words(goingOn(going), "wait until it is done");
            case Standing.CutOff _ ->
                new Words(
                        "cut off in the middle",
                        "take it back with: " + back + " (or apply the same plan again, which does that first)");
            case Standing.PartlyTakenBack _ ->
                new Words("rolled back in part", "see what is left with: nptune history " + run);
        };
    }

    private static String goingOn(Standing.GoingOn going) {
        Instant since = going.since();
        return "going on"
                + (going.process() == 0 ? "" : ": process " + going.process())
                + (since == null ? "" : ", since " + local(since));
    }

    /// Where a run stands, as one word for programs.
    static String word(Standing standing) {
        return switch (standing) {
            case Standing.NothingDone _ -> "nothing-done";
            case Standing.Applied _ -> "applied";
            case Standing.WaitsForReboot _ -> "waits-for-reboot";
            case Standing.Confirmed _ -> "confirmed";
            case Standing.Reverted _ -> "reverted";
            case Standing.TakenBack _ -> "rolled-back";
            case Standing.GoingOn _ -> "going-on";
            case Standing.CutOff _ -> "cut-off";
            case Standing.PartlyTakenBack _ -> "partly-rolled-back";
        };
    }

    /// The state with what was remarked on the boot.
    static String state(Words words, List<String> remarks) {
        return words.state()
                + remarks.stream().map(r -> "; " + Printable.line(r)).collect(Collectors.joining());
    }

    static String words(Run.Progress progress) {
        return switch (progress) {
            case STARTED -> "begun";
            case APPLIED -> "made, not seen in force";
            case VERIFIED -> "done";
            case FAILED -> "failed";
            case UNDONE -> "taken back";
            case LEFT -> "could not be taken back";
        };
    }

    static String local(Instant at) {
        return MINUTE.withZone(ZoneId.systemDefault()).format(at);
    }

    static String render(HistoryDocument.All all, int columns) {
        StringBuilder out = new StringBuilder();
        for (HistoryDocument.Entry run : all.runs()) {
            out.append(String.format(
                    "%s  %s  %s  %s%n",
                    run.run(), local(run.at()), Printable.line(run.domain()), Plural.of(run.changes(), "change")));
            out.append(indented(run.state(), columns));
            if (!run.reason().isEmpty()) {
                out.append(indented("because: " + run.reason(), columns));
            }
            if (!run.nextStep().isEmpty()) {
                out.append(indented("next: " + run.nextStep(), columns));
            }
        }
        return all.runs().isEmpty() && all.unreadable().isEmpty() ? "no runs yet\n" : out.toString();
    }

    private static String indented(String text, int columns) {
        return FindingText.wrap("    " + Printable.line(text), columns, "      ");
    }

    static String render(HistoryDocument.Detail detail, int columns) {
        HistoryDocument.Entry run = detail.run();
        StringBuilder out = new StringBuilder();
        out.append("run     ").append(run.run()).append('\n');
        out.append("when    ").append(local(run.at())).append('\n');
        out.append("VM      ").append(Printable.line(run.domain())).append('\n');
        out.append(FindingText.wrap("state   " + run.state(), columns, "        "));
        if (!run.reason().isEmpty()) {
            out.append(FindingText.wrap("because " + Printable.line(run.reason()), columns, "        "));
        }
        if (!run.nextStep().isEmpty()) {
            out.append(FindingText.wrap("next    " + run.nextStep(), columns, "        "));
        }
        out.append("folder  ").append(run.folder()).append("\n\nchanges\n");
        for (HistoryDocument.Step step : detail.changes()) {
            String line = String.format("%4d  %s: %s", step.index(), Printable.line(step.summary()), step.progress());
            out.append(FindingText.wrap(line, columns, "      "));
            if (!step.why().isEmpty()) {
                out.append(FindingText.wrap("      why: " + Printable.line(step.why()), columns, "        "));
            }
            if (!step.byHand().isEmpty()) {
                out.append("      by hand: ")
                        .append(Printable.line(step.byHand()))
                        .append('\n');
            }
        }
        String diff = detail.diff();
        if (diff != null) {
            out.append('\n').append(diff);
        }
        if (!detail.log().isEmpty()) {
            out.append("\nlog (UTC)\n");
            detail.log().forEach(l -> out.append("  ").append(Printable.line(l)).append('\n'));
        }
        return out.toString();
    }
}
