package dev.nptune.apply;

import dev.nptune.plan.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where each of a machine's runs stands today.
///
/// What is noted down at boot does not name a run. That the machine went back is noted only after a trial, so it is
/// told of the run that began the last one before and was in force then. That it came up is true of all that was in
/// force.
public final class Standings {
    /// A file's time may lag behind the clock by which a process says since when it has the lock.
    private static final Duration SLACK = Duration.ofSeconds(1);

    private final String bootId;
    private final Optional<BootState> boot;
    private final String tried;
    private final List<String> remarks;

    private final Optional<Journals.Holder> holder;

    private Standings(
            String bootId,
            Optional<BootState> boot,
            String tried,
            List<String> remarks,
            Optional<Journals.Holder> holder) {
        this.bootId = bootId;
        this.boot = boot;
        this.tried = tried;
        this.remarks = List.copyOf(remarks);
        this.holder = holder;
    }

    /// Where they stand if nobody is changing the machine, or only who asks.
    ///
    /// @param journals all runs, latest first
    static Standings of(Machine machine, List<Journal> journals) {
        return of(machine, journals, Optional.empty());
    }

    /// @param journals all runs, latest first
    /// @param holder who is changing the machine
    static Standings of(Machine machine, List<Journal> journals, Optional<Journals.Holder> holder) {
        Optional<BootState> boot = BootState.read(machine.root());
        String tried = boot.flatMap(b -> journals.stream()
                        .filter(j -> j.state().run().heldAt(b.at()))
                        .filter(j -> j.state().run().plan().changes().stream().anyMatch(Standings::beginsTrial))
                        .findFirst())
                .map(Journal::id)
                .orElse("");
        return new Standings(machine.bootId(), boot, tried, BootState.remarks(machine.root()), holder);
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
        if (journal.state().unfinished() && holder.isPresent() && mayBeAt(holder.get(), journal)) {
            return new Standing.GoingOn(holder.get().process(), holder.get().since());
        }
        return Standing.of(journal.state(), bootId, boot.filter(b -> switch (b.outcome()) {
            case CONFIRMED -> true;
            case REVERTED -> journal.id().equals(tried);
        }));
    }

    /// A run that was written to last before the lock was taken was cut off then, whatever is going on now.
    private static boolean mayBeAt(Journals.Holder holder, Journal journal) {
        Instant since = holder.since();
        return since == null || !journal.written().isBefore(since.minus(SLACK));
    }
}
