package dev.nptune.report;

import dev.nptune.bench.Efficiency;
import dev.nptune.bench.Workload;
import dev.nptune.doctor.Category;
import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Severity;
import dev.nptune.host.Host;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `nptune tune --json` prints: one document with all that was found, done and measured.
///
/// @param schemaVersion version of this record's JSON form
/// @param domain the VM
/// @param host the machine as it was found
/// @param findings what was wrong, worst first, and whether it was fixed
/// @param unknown the rules that lacked a fact
/// @param changes what was done, in order
/// @param notes what the plan left alone, and why
/// @param diff the same as a unified diff
/// @param journal where the journal is by which `nptune rollback` takes it back; empty if nothing was changed
/// @param started whether the VM was started afterwards
/// @param workloads what was measured; empty on a machine where nothing was
/// @param efficiency geometric mean of bare/VM over the first five workloads; null if nothing was measured
/// @param report path of the HTML report; null if none was written
/// @param result how applying ended: `applied` (also if there was nothing to do), `declined`, `refused`,
///     `rolled-back` or `partly-applied`
/// @param reason why it was not applied; empty if it was
public record TuneDocument(
        int schemaVersion,
        String domain,
        Host host,
        List<Entry> findings,
        List<Diagnosis.Undecided> unknown,
        List<Change> changes,
        List<String> notes,
        String diff,
        String journal,
        boolean started,
        List<Workload> workloads,
        @Nullable Efficiency efficiency,
        @Nullable String report,
        String result,
        String reason) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    public TuneDocument {
        findings = List.copyOf(findings);
        unknown = List.copyOf(unknown);
        changes = List.copyOf(changes);
        notes = List.copyOf(notes);
        workloads = List.copyOf(workloads);
    }

    /// A finding, flat, and whether it was gone afterwards.
    public record Entry(
            String rule,
            Category category,
            Severity severity,
            boolean possible,
            String title,
            List<Evidence> evidence,
            String effect,
            String fix,
            String risk,
            String source,
            List<String> after,
            boolean fixed) {
        public Entry {
            evidence = List.copyOf(evidence);
            after = List.copyOf(after);
        }

        /// A finding and whether it was gone afterwards.
        public static Entry of(Finding f, boolean fixed) {
            return new Entry(
                    f.rule(),
                    f.category(),
                    f.severity(),
                    f.possible(),
                    f.title(),
                    f.evidence(),
                    f.effect(),
                    f.fix(),
                    f.risk(),
                    f.source(),
                    f.after(),
                    fixed);
        }

        /// The finding alone.
        public Finding finding() {
            return new Finding(rule, category, severity, possible, title, evidence, effect, fix, risk, source, after);
        }
    }

    /// What was done on a machine, nothing measured yet.
    ///
    /// @param before the diagnosis that the plan was made from
    /// @param after the diagnosis once it was applied
    public static TuneDocument of(
            Host host, Diagnosis before, Diagnosis after, Plan plan, String diff, String journal, boolean started) {
        return new TuneDocument(
                SCHEMA_VERSION,
                plan.domain(),
                host,
                before.findings().stream()
                        .map(f -> Entry.of(f, after.clear().contains(f.rule())))
                        .toList(),
                before.unknown(),
                plan.changes(),
                plan.notes(),
                diff,
                journal,
                started,
                List.of(),
                null,
                null,
                "applied",
                "");
    }

    /// The same where the changes could not be made.
    ///
    /// @param how `declined`, `refused`, `rolled-back` or `partly-applied`
    /// @param why in one sentence
    public TuneDocument failed(String how, String why) {
        return new TuneDocument(
                schemaVersion,
                domain,
                host,
                findings,
                unknown,
                changes,
                notes,
                diff,
                journal,
                false,
                workloads,
                efficiency,
                report,
                how,
                why);
    }

    /// The same with measurements, for which the VM was started.
    public TuneDocument measured(List<Workload> measured, String journalHere, String reportPath) {
        return new TuneDocument(
                schemaVersion,
                domain,
                host,
                findings,
                unknown,
                changes,
                notes,
                diff,
                journalHere,
                true,
                measured,
                Efficiency.of(measured),
                reportPath,
                result,
                reason);
    }

    /// How many findings are left that ask for something.
    public long left() {
        return findings.stream()
                .filter(f -> !f.fixed() && f.severity() != Severity.INFORMATION)
                .count();
    }
}
