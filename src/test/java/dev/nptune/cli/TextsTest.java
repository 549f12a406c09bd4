package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.bench.Efficiency;
import dev.nptune.bench.Workload;
import dev.nptune.doctor.Diagnoses;
import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Missing;
import dev.nptune.doctor.Severity;
import dev.nptune.doctor.TestFinding;
import dev.nptune.doctor.TestHost;
import dev.nptune.internal.text.Printable;
import dev.nptune.report.TuneDocument;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What `doctor` and `tune` show for made-up results. No figure in here was measured anywhere.
class TextsTest {
    private static final Finding NPT = TestFinding.of(
            "npt-off",
            Severity.HIGH,
            "Nested paging is off",
            List.of(
                    new Evidence("/sys/module/kvm_amd/parameters/npt", "N", "Y"),
                    new Evidence("/etc/modprobe.d/kvm.conf:2", "npt=0", "(absent)")),
            "Each change of a page table in the guest leaves it, which is plainly felt wherever memory is mapped.",
            "Set options kvm_amd npt=1 and reload the module.",
            "",
            "forum thread of 2017");
    private static final Finding STRANGE = TestFinding.of(
            "strange-name",
            Severity.LOW,
            "The VM is called \u001b[31mwin\u009b10\u0007",
            List.of(new Evidence("/domain/name", "\u001b]0;title\u0007", "a plain name")),
            "",
            "Rename it.",
            "The snapshots lose their VM.",
            "");
    private static final List<Workload> WORKLOADS = List.of(
            new Workload("integer loop", "ns", 2, 2.1, 2.0),
            new Workload("process creation", "µs", 20, 90.0, 20.5),
            new Workload("memory mapping, 1 MiB", "µs", 100, 250.0, 101.0),
            new Workload("random memory, 64 MiB", "ns", 50, 150.0, 51.5),
            new Workload("context switches, pipe", "µs", 40, 60.0, 40.4),
            new Workload("disk read, 4 KiB random", "µs", 500, null, 750.0));

    private static final Diagnosis DIAGNOSIS = new Diagnosis(
            Diagnosis.SCHEMA_VERSION,
            "win10",
            List.of(NPT, STRANGE),
            List.of(new Diagnosis.Undecided(
                    "iommu-group",
                    Severity.CRITICAL,
                    "The card shares its group",
                    List.of(
                            new Missing("/sys/kernel/iommu_groups", "permission denied"),
                            new Missing("/sys/bus/pci/devices/0000:01:00.0", "not a number")))),
            List.of("clocksource"));

    @Test
    void aDiagnosis() {
        Golden.check("cli/doctor.txt", Printable.lines(DoctorText.render(Diagnoses.of(List.of(DIAGNOSIS)), 80)));
    }

    @Test
    void aDiagnosisWithoutFindings() {
        Diagnosis fine = new Diagnosis(1, "win10", List.of(), List.of(), List.of("a", "b"));

        assertThat(DoctorText.render(Diagnoses.of(List.of(fine)), 80)).isEqualTo("win10: 0 findings, 2 rules clear\n");
    }

    @Test
    void aTunedVm() {
        Golden.check("cli/tune.txt", TuneText.render(document(WORKLOADS, "/state/report.html"), 80, true));
    }

    @Test
    void aTunedVmOnATerminalOfAsciiOnly() {
        Golden.check("cli/tune-ascii.txt", TuneText.render(document(WORKLOADS, "/state/report.html"), 60, false));
    }

    @Test
    void whereNothingWasMeasuredThereIsNoTable() {
        assertThat(TuneText.render(document(List.of(), null), 80, true))
                .contains("Fixed:")
                .doesNotContain("workload")
                .doesNotContain("report");
    }

    @Test
    void withoutTheFiveThatCountThereIsNoMean() {
        assertThat(TuneText.render(document(WORKLOADS.subList(1, 6), null), 80, true))
                .contains("disk read")
                .doesNotContain("mean");
        assertThat(TuneText.render(document(WORKLOADS.subList(0, 2), null), 80, true))
                .contains("process creation")
                .doesNotContain("mean");
    }

    @Test
    void nothingThatATerminalWouldActOnComesThrough() {
        for (String text : List.of(
                Printable.lines(DoctorText.render(Diagnoses.of(List.of(DIAGNOSIS)), 80)),
                TuneText.render(document(WORKLOADS, null), 80, true))) {
            assertThat(text.lines()).allSatisfy(line -> assertThat(line).doesNotContainPattern("\\p{Cc}"));
            assertThat(text).contains("\\x1b[31mwin\\x9b10\\x07");
        }
    }

    private static TuneDocument document(List<Workload> workloads, @Nullable String report) {
        return new TuneDocument(
                TuneDocument.SCHEMA_VERSION,
                "win10",
                TestHost.host(),
                List.of(TuneDocument.Entry.of(NPT, true), TuneDocument.Entry.of(STRANGE, false)),
                List.of(),
                List.of(),
                List.of(
                        "The disk was left alone: its cache mode is what a person chose, and nothing says that it hurts."),
                "",
                "20260501-101500-3f",
                true,
                workloads,
                Efficiency.of(workloads),
                report,
                "applied",
                "");
    }
}
