package dev.nptune.apply;

import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where a run stands today: its own state, and what the boots since made of it.
public sealed interface Standing {
    /// Nothing was touched.
    record NothingDone() implements Standing {}

    /// All changes are in force, as far as the run knows.
    record Applied() implements Standing {}

    /// What the machine boots from was changed, and it has not booted since.
    record WaitsForReboot() implements Standing {}

    /// The machine came up with what was changed.
    record Confirmed(Instant at) implements Standing {}

    /// The machine did not come up with what was changed, and booted with what it had before.
    record Reverted(Instant at) implements Standing {}

    /// Nothing of it is left.
    record TakenBack() implements Standing {}

    /// A process is at it.
    ///
    /// @param process its id; 0 if it is not visible from here
    /// @param since when it began; null if that is not known
    record GoingOn(long process, @Nullable Instant since) implements Standing {}

    /// Its process ended in the middle.
    record CutOff() implements Standing {}

    /// Something is left that could not be taken back.
    record PartlyTakenBack() implements Standing {}

    /// Where a run stands.
    ///
    /// @param bootId the kernel's id of this boot; empty where it has none
    /// @param boot how the last boot on trial went, if that says something about the run
    static Standing of(RunState state, String bootId, Optional<BootState> boot) {
        return switch (state) {
            case RunState.Planned _ -> new NothingDone();
            case RunState.Applying _, RunState.RollingBack _ -> new CutOff();
            case RunState.RolledBack _ -> new TakenBack();
            case RunState.Broken _ -> new PartlyTakenBack();
            case RunState.Committed(Run run) -> applied(run, bootId, boot);
        };
    }

    private static Standing applied(Run run, String bootId, Optional<BootState> boot) {
        if (!waitsForReboot(run.plan())) {
            return new Applied();
        }
        if (!bootId.isEmpty() && run.bootId().equals(bootId)) {
            return new WaitsForReboot();
        }
        return boot.filter(b -> b.at().isAfter(run.at()))
                .<Standing>map(b -> switch (b.outcome()) {
                    case CONFIRMED -> new Confirmed(b.at());
                    case REVERTED -> new Reverted(b.at());
                })
                .orElse(new Applied());
    }

    /// Whether some of a plan is in force only from the next boot.
    static boolean waitsForReboot(Plan plan) {
        return plan.changes().stream().anyMatch(Standing::countsFromNextBoot);
    }

    /// Whether a change is one of what the machine boots from.
    static boolean countsFromNextBoot(Change change) {
        return switch (change) {
            case Change.KeepCopy _,
                    Change.Rebuild _,
                    Change.EditBootEntry _,
                    Change.SetGrubVariable _,
                    Change.OstreeArguments _ -> true;
            case Change.EditFile _,
                    Change.ReloadModule _,
                    Change.WriteSysfs _,
                    Change.DefineDomain _,
                    Change.BindDriver _ -> false;
        };
    }
}
