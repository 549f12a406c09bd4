package dev.nptune.apply;

import dev.nptune.apply.ApplyResult.Difference;
import dev.nptune.apply.EarlierRuns.Verdict;
import dev.nptune.internal.proc.Trace;
import dev.nptune.plan.Plan;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Carries out plans on a machine, and takes them back. The only thing in this program that changes a machine.
///
/// A run works on a thread of its own, so that an interrupt of the caller never cuts a change in two: it stops the run
/// between two changes, and what was done is taken back.
public final class Applier {
    /// Why a run is taken back that did not fail.
    public static final String ASKED_FOR = "asked for";

    private final Machine machine;
    private final Journals journals;
    private final FaultHook hook;
    private volatile boolean cancelled;

    /// @param root the directory that stands for `/`
    /// @param libvirt the libvirt that has the domains
    /// @param modules the kernel modules of the machine at that root
    /// @param tools its programs
    /// @param journals where runs are recorded
    public Applier(Path root, Libvirt libvirt, Modules modules, Tools tools, Journals journals) {
        this(root, libvirt, modules, tools, journals, FaultHook.NONE);
    }

    Applier(Path root, Libvirt libvirt, Modules modules, Tools tools, Journals journals, FaultHook hook) {
        this.machine = new Machine(root, libvirt, modules, tools);
        this.journals = journals;
        this.hook = hook;
    }

    /// The changes whose preconditions do not hold on the machine as it is. Changes nothing.
    public List<Difference> check(Plan plan) {
        return new Preconditions(machine, new Executors(machine), journals.base()).differences(plan);
    }

    /// Carries out a plan, all of it or nothing.
    ///
    /// @throws IOException if no journal can be kept; nothing was changed then
    public ApplyResult apply(Plan plan, ApplyListener listener) throws IOException {
        return locked(() -> {
            return switch (new EarlierRuns(machine, journals, new Executors(machine)).judge(plan)) {
                case Verdict.InTheWay(ApplyResult.Refused refused) -> refused;
                case Verdict.InForce(String run) -> new ApplyResult.AlreadyApplied(run);
                case Verdict.Lapsed lapsed ->
                    new ApplyResult.Refused(lapsedReason(lapsed), lapsedNextStep(lapsed), lapsed.lapsed());
                case Verdict.CutOff(Journal journal) -> {
                    ApplyResult back = takeBack(journal, "run " + journal.id() + " was cut off", false, listener);
                    yield back instanceof ApplyResult.RolledBack
                            ? afterwards(journal.id(), begin(plan, listener))
                            : back;
                }
                case Verdict.Clear _ -> begin(plan, listener);
            };
        });
    }

    /// A refusal does not say that nothing was changed where a run was taken back first.
    private static ApplyResult afterwards(String run, ApplyResult result) {
        return result instanceof ApplyResult.Refused refused
                ? new ApplyResult.Refused(
                        "run " + run + " was taken back, and the plan was not applied again: " + refused.reason(),
                        refused.nextStep().replaceFirst("^nothing was changed; ", ""),
                        refused.differences())
                : result;
    }

    static String lapsedReason(Verdict.Lapsed lapsed) {
        return "run " + lapsed.run() + " applied this plan, and some of it does not hold any more"
                + (lapsed.byReboot() ? ": it lasts until a reboot" : "");
    }

    static String lapsedNextStep(Verdict.Lapsed lapsed) {
        return lapsed.byReboot()
                ? "nothing was changed now; make a new plan with nptune plan: it holds just that"
                : "nothing was changed now; take the run back with nptune rollback " + lapsed.run()
                        + ", then apply the plan again";
    }

    private ApplyResult begin(Plan plan, ApplyListener listener) throws IOException {
        List<Difference> differences = check(plan);
        if (!differences.isEmpty()) {
            return new ApplyResult.Refused(
                    "the plan does not fit the machine as it is now",
                    "nothing was changed; see to what is said above or, if the machine has changed since the plan"
                            + " was made, make it anew with nptune plan",
                    differences);
        }
        if (cancelled) {
            return new ApplyResult.Refused("interrupted before anything was changed", "run it again", List.of(), true);
        }
        Journal journal = journals.create(plan, machine.bootId());
        Runner runner = run(journal, listener);
        return Trace.listening(new RunLog(journal.folder()), () -> runner.apply(() -> cancelled));
    }

    private ApplyResult takeBack(Journal journal, String reason, boolean force, ApplyListener listener) {
        Runner runner = run(journal, listener);
        return Trace.listening(new RunLog(journal.folder()), () -> runner.takeBack(reason, false, force));
    }

    /// What applying a plan would do. Changes nothing.
    ///
    /// @param root whether this process may see and write everything; if not, what it may not is told as unchecked
    public Preview preview(Plan plan, boolean root) throws IOException {
        return new Previews(machine, journals, root).of(plan);
    }

    /// What taking a run back would do. Changes nothing.
    ///
    /// @param force whether to overwrite what somebody else has changed since
    /// @throws IOException if there is no such run, or its journal cannot be read
    public Preview previewBack(String id, boolean force) throws IOException {
        Journal journal = journals.open(id);
        Preview preview = new Previews(machine, journals, true).back(journal, force);
        return journal.state().mayBeInForce() && preview.obstacle().isEmpty()
                ? builtUpon(journal)
                        .map(r -> new Preview(id, r.reason(), r.nextStep(), preview.notes(), preview.steps()))
                        .orElse(preview)
                : preview;
    }

    /// The commands that take what is left of a run back by hand, last change first.
    public List<ApplyResult.Leftover> left(Journal journal) {
        return run(journal, ApplyListener.SILENT).left();
    }

    /// Where runs stand today.
    ///
    /// @param all the machine's, latest first
    public Standings standings(List<Journal> all) {
        return Standings.of(machine, all, journals.holding());
    }

    /// Takes a run back, applied or cut off. What is taken back already is left alone.
    ///
    /// @param id the run's name
    /// @param force whether to overwrite what somebody else has changed since; if not, they are left
    ///     and told
    /// @throws IOException if there is no such run, or its journal cannot be read
    public ApplyResult rollback(String id, boolean force, ApplyListener listener) throws IOException {
        return locked(() -> {
            Journal journal = journals.open(id);
            if (journal.state() instanceof RunState.RolledBack done) {
                return new ApplyResult.RolledBack(id, done.run().reason(), false);
            }
            Optional<ApplyResult.Refused> later = builtUpon(journal);
            return later.isPresent() ? later.get() : takeBack(journal, ASKED_FOR, force, listener);
        });
    }

    /// A later run that changed some of the same: it found what this one had left, and needs it.
    private Optional<ApplyResult.Refused> builtUpon(Journal journal) throws IOException {
        Set<String> targets = inForce(journal);
        return journals.list().journals().stream()
                .filter(later -> later.id().compareTo(journal.id()) > 0
                        && later.state().mayBeInForce()
                        && !Collections.disjoint(targets, inForce(later)))
                .findFirst()
                .map(later -> new ApplyResult.Refused(
                        "run " + later.id() + " was applied after it, and changed some of the same",
                        "nothing was taken back; take that run back first: nptune rollback " + later.id(),
                        List.of()));
    }

    /// What of a run may be in force, as far as it lasts.
    private Set<String> inForce(Journal journal) {
        Run run = journal.state().run();
        boolean rebooted = run.isFromAnotherBoot(machine.bootId());
        return run.toUndo().stream()
                .filter(step -> !rebooted || !(step.undo() instanceof Undo.OfSysfs))
                .map(step -> Executors.target(run.plan().changes().get(step.index())))
                .collect(Collectors.toSet());
    }

    /// Stops the run that is going on, from another thread, after the change it is at; what was done is taken
    /// back. A rollback is not stopped.
    public void cancel() {
        cancelled = true;
    }

    private Runner run(Journal journal, ApplyListener listener) {
        return new Runner(new Executors(machine), journal, machine.bootId(), hook, listener);
    }

    private ApplyResult locked(Callable<ApplyResult> work) throws IOException {
        return alone(() -> {
            try (Journals.@Nullable Lock lock = journals.lock()) {
                return lock == null ? busy(journals) : work.call();
            }
        });
    }

    static ApplyResult.Refused busy(Journals journals) {
        return new ApplyResult.Refused(
                "another nptune is changing this machine" + journals.holder(),
                "nothing was changed; wait until it is done, then run it again",
                List.of());
    }

    private ApplyResult alone(Callable<ApplyResult> work) throws IOException {
        FutureTask<ApplyResult> task = new FutureTask<>(work);
        Thread.ofPlatform().name("nptune-apply").start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel();
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case NoSuchRunException none -> throw none;
                case UnreadableRunException unreadable -> throw unreadable;
                case IOException io -> throw new IOException(Executors.message(io), io);
                case Error error -> throw error;
                case RuntimeException runtime -> throw runtime;
                case null, default -> throw new IllegalStateException(e);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
