package dev.nptune.apply;

import dev.nptune.apply.EarlierRuns.Verdict;
import dev.nptune.apply.Preview.Step;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Looks at what would be done, by the executors that would do it. Changes nothing.
final class Previews {
    /// How libvirt and the kernel say that somebody else would be let in.
    private static final Pattern FORBIDDEN = Pattern.compile(
            "[Pp]ermission denied|authentication|access denied|no permission|[Oo]peration not permitted");

    private final Machine machine;
    private final Executors executors;
    private final Journals journals;
    private final boolean root;

    /// @param root whether this process may see and write everything
    Previews(Machine machine, Journals journals, boolean root) {
        this.machine = machine;
        this.executors = new Executors(machine);
        this.journals = journals;
        this.root = root;
    }

    Preview of(Plan plan) throws IOException {
        if (journals.holding().isPresent()) {
            return busy("");
        }
        Verdict verdict;
        List<String> notes = new ArrayList<>();
        try {
            verdict = new EarlierRuns(machine, journals, executors).judge(plan);
        } catch (AccessDeniedException e) {
            notes.add("only root can see whether an earlier run is in the way (" + e.getFile() + ")");
            verdict = new Verdict.Clear();
        }
        return switch (verdict) {
            case Verdict.Clear _ -> new Preview("", "", "", notes, steps(plan, true));
            case Verdict.InTheWay(ApplyResult.Refused refused) ->
                new Preview("", refused.reason(), refused.nextStep(), notes, List.of());
            case Verdict.CutOff(Journal journal) -> {
                Preview first = BackPreview.of(machine, executors, journal, false);
                yield new Preview(
                        "",
                        "",
                        first.nextStep(),
                        List.of("run " + journal.id()
                                + " of this plan was cut off in the middle: it would be taken back first"),
                        first,
                        steps(plan, false));
            }
            case Verdict.InForce(String run) ->
                new Preview("", "", "", List.of("run " + run + " has applied it already; nothing to do"), List.of());
            case Verdict.Lapsed lapsed ->
                new Preview("", Applier.lapsedReason(lapsed), Applier.lapsedNextStep(lapsed), notes, steps(plan, true));
        };
    }

    private Preview busy(String run) {
        ApplyResult.Refused busy = Applier.busy(journals);
        return new Preview(run, busy.reason(), busy.nextStep(), List.of(), List.of());
    }

    private List<Step> steps(Plan plan, boolean checked) {
        Map<Integer, List<String>> differences = (checked
                        ? new Preconditions(machine, executors, journals.base()).differences(plan)
                        : List.<ApplyResult.Difference>of())
                .stream().collect(Collectors.toMap(ApplyResult.Difference::index, ApplyResult.Difference::what));
        List<Step> out = new ArrayList<>();
        Set<String> folders = new HashSet<>();
        for (int i = 0; i < plan.changes().size(); i++) {
            Change change = plan.changes().get(i);
            List<String> does = executors.steps(change).stream()
                    .filter(d -> !d.startsWith(FileExecutor.MAKE_FOLDER) || folders.add(d))
                    .toList();
            List<String> unfit = new ArrayList<>();
            List<String> unchecked = new ArrayList<>();
            for (String what : differences.getOrDefault(i, List.of())) {
                (needsRoot(what) ? unchecked : unfit).add(what);
            }
            out.add(new Step(i, change.summary(), does, List.of(), unfit, unchecked));
        }
        return out;
    }

    private boolean needsRoot(String complaint) {
        return !root
                && (complaint.startsWith(Disk.CANNOT_WRITE)
                        || FORBIDDEN.matcher(complaint).find());
    }

    /// @param force whether to overwrite what somebody else has changed since
    Preview back(Journal journal, boolean force) {
        return journals.holding().isPresent() ? busy(journal.id()) : BackPreview.of(machine, executors, journal, force);
    }
}
