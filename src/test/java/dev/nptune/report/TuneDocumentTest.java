package dev.nptune.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Resources;
import dev.nptune.bench.Efficiency;
import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.Severity;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.internal.json.Json;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import dev.nptune.plan.PlanDiff;
import dev.nptune.plan.Planner;
import dev.nptune.plan.Request;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TuneDocumentTest {
    private static final Domain DOMAIN = Domain.parse(Resources.text("domain/untuned.xml"));

    @Test
    void comesBackFromJson() {
        TuneDocument document = tuned();

        assertThat(document.findings()).isNotEmpty();
        assertThat(document.changes()).hasAtLeastOneElementOfType(Change.DefineDomain.class);
        assertThat(Json.read(Json.pretty(document), TuneDocument.class)).isEqualTo(document);
        assertThat(Json.read(Json.compact(document), TuneDocument.class)).isEqualTo(document);
    }

    @Test
    void comesBackWithItsMeasurements() {
        TuneDocument document = tuned().measured(Stories.WORKLOADS, "/state/journal", "/state/report.html");

        TuneDocument back = Json.read(Json.pretty(document), TuneDocument.class);

        assertThat(back).isEqualTo(document);
        assertThat(back.workloads().getLast().before()).isNull();
        assertThat(back.journal()).isEqualTo("/state/journal");
        assertThat(back.efficiency()).isEqualTo(Efficiency.of(Stories.WORKLOADS));
    }

    @Test
    void saysWhichFormItHas() {
        assertThat(Json.tree(Json.compact(tuned())).path("schemaVersion").asInt())
                .isEqualTo(TuneDocument.SCHEMA_VERSION);
    }

    @Test
    void whatTheSecondDiagnosisClearsIsFixedAndNothingElse() {
        Host found = found();
        Diagnosis before = Doctor.examine(found, DOMAIN);
        Diagnosis blind = new Diagnosis(1, DOMAIN.name(), List.of(), before.unknown(), List.of());
        Diagnosis one = new Diagnosis(1, DOMAIN.name(), List.of(), List.of(), List.of("npt-off"));

        long asking = before.findings().stream()
                .filter(f -> f.severity() != Severity.INFORMATION)
                .count();

        assertThat(document(found, before, blind).left()).isEqualTo(asking);
        assertThat(document(found, before, one).left()).isEqualTo(asking - 1);
    }

    private static Host found() {
        return TestHost.host(host -> {
            host.npt = Fact.known("N", TestHost.NPT);
            host.thp = TestHost.unreadable(host.thp);
            host.gpuDriver = Fact.absent("/sys/bus/pci/devices/0000:01:00.0/driver");
        });
    }

    private static TuneDocument tuned() {
        Diagnosis before = Doctor.examine(found(), DOMAIN);
        return document(found(), before, before);
    }

    private static TuneDocument document(Host host, Diagnosis before, Diagnosis after) {
        Plan plan = (Plan) Planner.plan(host, DOMAIN, before, Map.of(), Request.DEFAULT);
        return TuneDocument.of(host, before, after, plan, PlanDiff.render(plan), "20260501-101500-3f", true);
    }
}
