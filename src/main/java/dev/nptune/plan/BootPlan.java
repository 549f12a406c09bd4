package dev.nptune.plan;

import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.plan.boot.ArgumentEdit;
import dev.nptune.plan.boot.BootChanges;
import dev.nptune.plan.boot.ClaimScript;
import dev.nptune.plan.boot.LoaderEdits;
import dev.nptune.plan.boot.LoaderPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Puts what the other parts ask of the next boot into the boot loader's configuration, all of it or nothing: a card
/// that is to be bound at boot is bound only with the argument that says so.
final class BootPlan {
    private BootPlan() {}

    static void add(Draft draft, Host host, Map<String, String> files) {
        Draft.NextBoot next = draft.nextBoot();
        if (next.isEmpty()) {
            return;
        }
        next.rules().forEach(draft::answer);
        ArgumentEdit edit = new ArgumentEdit(List.copyOf(next.add()), List.copyOf(next.drop()));
        switch (LoaderEdits.plan(host, files, edit)) {
            case LoaderPlan.Cannot(String why, String byHand) -> {
                draft.note("boot: not planned (" + edit.words() + reasons(next) + "): " + why + " By hand: " + byHand);
            }
            case LoaderPlan.Edits loader -> compose(draft, host, files, next, loader, edit);
        }
    }

    private static void compose(
            Draft draft,
            Host host,
            Map<String, String> files,
            Draft.NextBoot next,
            LoaderPlan.Edits loader,
            ArgumentEdit edit) {
        BootChanges.Result boot = BootChanges.of(
                host, files, loader, next.images(), edit, claimed(files, next), List.copyOf(next.rules()));
        List<Change> changes = new ArrayList<>(next.files());
        changes.addAll(boot.changes());
        if (changes.isEmpty()) {
            draft.note("boot: " + edit.words() + reasons(next) + ": configured already, and of effect from the next"
                    + " boot on.");
            return;
        }
        next.choices().forEach(draft::choose);
        changes.forEach(draft::atNextBoot);
        boot.notes().forEach(draft::note);
        if (loader.isEmpty()) {
            return;
        }
        draft.choose(new Choice(
                Topic.HOST,
                "kernel arguments: " + edit.words(),
                "They are changed where this machine's boot loader reads them (" + loader.loader() + "), and all others"
                        + " stay as they are.",
                "",
                "the machine must be booted again"
                        + (boot.fallsBack().isEmpty()
                                ? ", and nothing goes back by itself if it does not come up"
                                : "; the first boot is a trial: " + boot.fallsBack())));
    }

    /// What the host does not have any more once it has booted. What is only passed when the VM starts it still has,
    /// the only card of a machine above all.
    private static Set<PciAddress> claimed(Map<String, String> files, Draft.NextBoot next) {
        String script = next.files().stream()
                .filter(Change.EditFile.class::isInstance)
                .map(Change.EditFile.class::cast)
                .filter(e -> e.path().equals(ClaimScript.PATH))
                .map(e -> String.valueOf(e.after()))
                .findFirst()
                .orElse(files.getOrDefault(ClaimScript.PATH, ""));
        return ClaimScript.functions(script).stream()
                .map(PassedFunction::address)
                .collect(Collectors.toSet());
    }

    private static String reasons(Draft.NextBoot next) {
        return next.rules().isEmpty() ? "" : ", for " + String.join(", ", next.rules());
    }
}
