package dev.nptune.cli;

import dev.nptune.apply.Applier;
import dev.nptune.apply.ApplyListener;
import dev.nptune.apply.ApplyResult;
import dev.nptune.apply.NoSuchRunException;
import dev.nptune.apply.UnreadableRunException;
import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Doctor;
import dev.nptune.host.Host;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Plan;
import dev.nptune.plan.PlanDiff;
import dev.nptune.plan.Planner;
import dev.nptune.plan.Request;
import dev.nptune.report.TuneDocument;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Scan, diagnose, plan, apply and start, on this machine.
final class LocalTune {
    private final LocalMachine machine;
    private final Progress progress;

    LocalTune(LocalMachine machine, Progress progress) {
        this.machine = machine;
        this.progress = progress;
    }

    /// Does it all.
    ///
    /// @param name the VM; null for the only one
    /// @param request what a person asks for
    /// @param agreed asked with the plan and its diff before anything is changed
    /// @param start whether to start the VM afterwards if it is not running
    /// @param failed told what was found and how it ended, if the changes could not be made
    /// @return what was done; with no journal and a machine as it was if the person did not agree
    TuneDocument run(
            @Nullable String name,
            Request request,
            BiPredicate<Plan, String> agreed,
            boolean start,
            Consumer<TuneDocument> failed)
            throws IOException, UserException {
        progress.begin("scan");
        Host host = machine.scan();
        progress.done("scan", host.cpu().modelName().get().orElse("unknown processor"));
        Domain domain = machine.definedDomain(name);
        progress.begin("doctor");
        Diagnosis before = Doctor.examine(host, domain);
        progress.done("doctor", Plural.of(before.findings().size(), "finding"));
        progress.begin("plan");
        Plan plan = PlanCommand.planOrRefusal(Planner.plan(host, domain, before, machine.moduleFiles(host), request));
        String diff = PlanDiff.render(plan);
        progress.done("plan", Plural.of(plan.changes().size(), "change"));
        String journal = "";
        if (!plan.changes().isEmpty()) {
            machine.requireRoot(
                    "tune", "it changes the system ('nptune plan' shows what it would change, and does not)");
            if (!agreed.test(plan, diff)) {
                return TuneDocument.of(host, before, before, plan, diff, "", false)
                        .failed("declined", "nobody agreed to the changes");
            }
            ApplyResult result = carryOut(machine.applier(), plan, progress);
            if (!(result instanceof ApplyResult.Committed || result instanceof ApplyResult.AlreadyApplied)) {
                ApplyDocument how = ApplyDocument.of(result);
                failed.accept(TuneDocument.of(host, before, before, plan, diff, how.journal(), false)
                        .failed(how.result(), how.reason()));
            }
            journal = ApplyOutcome.journalOrFailure(result);
        }
        Diagnosis after = Doctor.examine(machine.scan(), machine.definedDomain(domain.name()));
        boolean off = machine.libvirt().state(domain.name()).equals("shut off");
        if (!off && !plan.changes().isEmpty()) {
            progress.note("the VM is running: what was changed in it counts from its next start");
        }
        if (start && off) {
            start(domain.name(), journal);
        }
        return TuneDocument.of(host, before, after, plan, diff, journal, start && off);
    }

    /// Applies a plan. If no journal can be kept, it is refused.
    static ApplyResult carryOut(Applier applier, Plan plan, Progress progress) {
        progress.begin("apply");
        try (HoldExit hold = HoldExit.cancelling(applier, progress)) {
            ApplyResult result = applier.apply(plan, listener(progress));
            hold.endsWith(ApplyOutcome.exit(result).code());
            if (result instanceof ApplyResult.Committed(String journal)) {
                progress.done("apply", "journal " + journal);
            }
            return result;
        } catch (IOException e) {
            return new ApplyResult.Refused(
                    "no journal can be kept, and without one nothing is changed: " + IoReason.of(e),
                    "nothing was changed; make room or see to the permissions in /var/lib/nptune, then apply again",
                    List.of());
        }
    }

    /// Takes a run back; Ctrl-C does not stop that. If it cannot be begun, it is refused.
    ///
    /// @throws IOException if there is no such run, or its journal cannot be read
    static ApplyResult rollback(Applier applier, String run, boolean force, Progress progress) throws IOException {
        return rollback(applier, run, force, Exit.OK, progress);
    }

    /// @param done what the program ends with if all was taken back
    private static ApplyResult rollback(Applier applier, String run, boolean force, Exit done, Progress progress)
            throws IOException {
        try (HoldExit hold = HoldExit.finishing()) {
            ApplyResult result = applier.rollback(run, force, listener(progress));
            hold.endsWith((result instanceof ApplyResult.RolledBack ? done : ApplyOutcome.exit(result)).code());
            return result;
        } catch (NoSuchRunException | UnreadableRunException e) {
            throw e;
        } catch (IOException e) {
            return new ApplyResult.Refused(
                    "no journal can be kept, and without one nothing is taken back: " + IoReason.of(e),
                    "nothing was taken back; make /var/lib/nptune writable, then run it again",
                    List.of());
        }
    }

    private static ApplyListener listener(Progress progress) {
        return event -> ApplyOutcome.line(event).ifPresent(progress::note);
    }

    private void start(String domain, String journal) throws IOException, UserException {
        progress.begin("start " + domain);
        try {
            machine.libvirt().start(domain);
        } catch (IOException e) {
            String undone = "nothing had been changed";
            if (!journal.isEmpty()) {
                ApplyOutcome.takenBackOrFailure(
                        rollback(machine.applier(), journal, false, Exit.ROLLED_BACK, progress));
                undone = "the changes were rolled back";
            }
            throw new UserException(
                    Exit.ROLLED_BACK,
                    "the VM does not start: " + e.getMessage() + "; " + undone,
                    "look at /var/log/libvirt/qemu/" + domain + ".log",
                    e);
        }
        progress.done("start " + domain, "");
    }
}
