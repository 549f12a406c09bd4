package dev.nptune.apply;

import dev.nptune.plan.Change;
import java.util.List;
import java.util.Optional;

/// Where each of a machine's runs stands today.
///
/// What is noted down at boot does not name a run. That the machine went back is noted only after a trial, so it is
/// told of the run that began the last one before and was in force then. That it came up is true of all that was in
/// force.
public final class Standings {
    private final String bootId;
    private final Optional<BootState> boot;
    private final String tried;
    private final List<String> remarks;

    private Standings(String bootId, Optional<BootState> boot, String tried, List<String> remarks) {
        this.bootId = bootId;
        this.boot = boot;
        this.tried = tried;
        this.remarks = List.copyOf(remarks);
    }

    /// @param journals all runs, latest first
    static Standings of(Machine machine, List<Journal> journals) {
        Optional<BootState> boot = BootState.read(machine.root());
        String tried = boot.flatMap(b -> journals.stream()
                        .filter(j -> j.state().run().heldAt(b.at()))
                        .filter(j -> j.state().run().plan().changes().stream().anyMatch(Standings::beginsTrial))
                        .findFirst())
                .map(Journal::id)
                .orElse("");
        return new Standings(machine.bootId(), boot, tried, BootState.remarks(machine.root()));
    }

    private static boolean beginsTrial(Change change) {
        return switch (change) {
            case Change.SetGrubVariable _ -> true;
            case Change.EditBootEntry entry -> entry.trial();
            case Change.EditFile _,
                    Change.ReloadModule _,
                    Change.WriteSysfs _,
                    Change.DefineDomain _,
                    Change.BindDriver _,
                    Change.KeepCopy _,
                    Change.Rebuild _,
                    Change.OstreeArguments _ -> false;
        };
    }

    /// Remarks on the boot that runs were confirmed by.
    public List<String> remarks() {
        return remarks;
    }

    /// Where a run stands.
    public Standing of(Journal journal) {
        return Standing.of(journal.state(), bootId, boot.filter(b -> switch (b.outcome()) {
            case CONFIRMED -> true;
            case REVERTED -> journal.id().equals(tried);
        }));
    }
}
