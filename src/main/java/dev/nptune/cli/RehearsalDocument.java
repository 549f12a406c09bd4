package dev.nptune.cli;

import dev.nptune.internal.text.Printable;
import java.util.List;

/// How a rehearsal went, for `--json` and as text.
///
/// @param passed whether all that could be rehearsed went well
/// @param reason why not; empty if it did
/// @param differences what was not as before after all was taken back
/// @param console the folder with the emulated machine's console
record RehearsalDocument(
        int schemaVersion,
        String domain,
        boolean passed,
        String reason,
        List<Step> changes,
        List<String> differences,
        String console) {
    static final int SCHEMA_VERSION = 1;

    RehearsalDocument {
        changes = List.copyOf(changes);
        differences = List.copyOf(differences);
    }

    /// What came of a change.
    enum Result {
        REHEARSED("applied and taken back"),
        FAILED("FAILED"),
        NOT_REACHED("not reached"),
        SKIPPED("skipped");

        private final String words;

        Result(String words) {
            this.words = words;
        }
    }

    /// @param index its place in the plan, from 1
    /// @param why why it failed or was skipped; empty if neither
    record Step(int index, String summary, Result result, String why) {}

    String render(int columns) {
        StringBuilder out = new StringBuilder();
        out.append("Rehearsal of the plan for ").append(Printable.line(domain)).append(" on an emulated machine\n\n");
        for (Step step : changes) {
            String why = step.why().isEmpty() ? "" : ": " + Printable.line(step.why());
            out.append(FindingText.wrap(
                    String.format("%4d  %s", step.index(), Printable.line(step.summary())), columns, "      "));
            out.append(FindingText.wrap("      " + step.result().words + why, columns, "        "));
        }
        if (!differences.isEmpty()) {
            out.append("\nnot as before afterwards\n");
            differences.forEach(d -> out.append("  ").append(Printable.line(d)).append('\n'));
        }
        long rehearsed = count(Result.REHEARSED);
        long skipped = count(Result.SKIPPED);
        out.append('\n');
        String rest = skipped == 0 ? "" : " " + Plural.of(skipped, "change") + " could not be tried there.";
        out.append(FindingText.wrap(
                passed
                        ? Plural.of(rehearsed, "change")
                                + (rehearsed == 1 ? " was" : " were")
                                + " applied and taken back; every file and VM is as before, to the byte." + rest
                        : "It did not go well: " + Printable.line(reason) + "." + rest,
                columns,
                ""));
        return out.append("Nothing on this machine was changed.\n").toString();
    }

    private long count(Result result) {
        return changes.stream().filter(s -> s.result() == result).count();
    }
}
