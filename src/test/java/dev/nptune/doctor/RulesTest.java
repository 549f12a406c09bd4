package dev.nptune.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.Case.Kind;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.source.NoMachine;
import dev.nptune.internal.json.Json;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RulesTest {
    private static final List<Case> CASES = Stream.of(
                    HostCases.all(),
                    DomainCases.all(),
                    MixedCases.all(),
                    EdgeCases.all(),
                    KvmCases.all(),
                    HypervisorCases.all(),
                    TimeCases.all(),
                    PinCases.all(),
                    TopologyCases.all(),
                    NumaCases.all(),
                    PowerCases.all(),
                    MemoryCases.all(),
                    GuestPageCases.all(),
                    DiskCases.all(),
                    MachineCases.all(),
                    PciCases.all(),
                    GraphicsCases.all(),
                    InterruptCases.all(),
                    DeviceCases.all(),
                    KernelCases.all(),
                    CrashCases.all(),
                    HostRuleCases.all(),
                    SecurityCases.all(),
                    XmlCases.all(),
                    MythCases.all())
            .flatMap(List::stream)
            .toList();

    @TestFactory
    Stream<DynamicTest> cases() {
        return CASES.stream()
                .map(c -> DynamicTest.dynamicTest(c.rule() + " " + c.kind() + ": " + c.story(), () -> {
                    Rule rule = Rules.byId(c.rule()).orElseThrow();
                    switch (rule.examine(c.host(), c.domain())) {
                        case Outcome.Fires(Finding finding) -> {
                            assertThat(finding.evidence().stream().map(RulesTest::line))
                                    .containsExactlyElementsOf(c.evidence());
                            assertThat(c.kind()).isEqualTo(Kind.FIRES);
                        }
                        case Outcome.Clear() -> assertThat(c.kind()).isEqualTo(Kind.CLEAR);
                        case Outcome.Unknown(List<Missing> missing) -> {
                            assertThat(c.kind()).isEqualTo(Kind.UNKNOWN);
                            assertThat(missing.stream().map(Missing::where)).containsExactlyElementsOf(c.missing());
                        }
                    }
                }));
    }

    private static String line(Evidence e) {
        return e.where() + " | " + e.found() + " | " + e.wanted();
    }

    /// A rule that needs the domain only is unknown where no VM is looked at, and otherwise never.
    @TestFactory
    Stream<DynamicTest> everyRuleHasItsCases() {
        return Rules.all().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.id(), () -> {
                    Set<Kind> wanted = EnumSet.of(Kind.FIRES, Kind.CLEAR);
                    if (rule.needs().stream().anyMatch(Need::ofHost)) {
                        wanted.add(Kind.UNKNOWN);
                    } else {
                        assertThat(rule.examine(TestHost.host(), null)).isInstanceOf(Outcome.Unknown.class);
                    }
                    Set<Kind> tested = EnumSet.noneOf(Kind.class);
                    CASES.stream().filter(c -> c.rule().equals(rule.id())).forEach(c -> tested.add(c.kind()));
                    assertThat(tested).isEqualTo(wanted);
                }));
    }

    /// Where a rule fires, the same VM on a machine of which nothing is known is never called clear.
    @TestFactory
    Stream<DynamicTest> nothingIsClearOnAMachineOfWhichNothingIsKnown() {
        Host unread = HostReader.read(NoMachine.because("not given"));
        return CASES.stream()
                .filter(c -> c.kind() == Kind.FIRES)
                .map(c -> DynamicTest.dynamicTest(c.rule() + ": " + c.story(), () -> {
                    Outcome outcome = Rules.byId(c.rule()).orElseThrow().examine(unread, c.domain());
                    assertThat(outcome).as(c.rule()).isNotInstanceOf(Outcome.Clear.class);
                }));
    }

    @Test
    void rulesThatComeFirstExistAndComeFirst() {
        List<String> ids = Rules.all().stream().map(Rule::id).toList();
        for (Rule rule : Rules.all()) {
            assertThat(ids.subList(0, ids.indexOf(rule.id()))).as(rule.id()).containsAll(rule.after());
        }
    }

    @Test
    void idsAreUniqueAndNothingIsLeftUnsaid() {
        Set<String> ids = new HashSet<>();
        for (Rule rule : Rules.all()) {
            assertThat(ids.add(rule.id())).as(rule.id()).isTrue();
            assertThat(rule.id()).matches("[a-z0-9]+(-[a-zA-Z0-9.]+)*");
            assertThat(rule.title()).as(rule.id()).isNotBlank().doesNotEndWith(".");
            assertThat(rule.effect()).as(rule.id()).isNotBlank();
            assertThat(rule.fix()).as(rule.id()).isNotBlank();
            assertThat(rule.source()).as(rule.id()).isNotBlank();
            assertThat(rule.needs()).as(rule.id()).isNotEmpty();
        }
    }

    @Test
    void aSoundMachineAndATunedDomainLeaveNothingToSay() {
        Diagnosis diagnosis = Doctor.examine(TestHost.host(), Case.tuned());
        assertThat(diagnosis.findings()).isEmpty();
        assertThat(diagnosis.unknown()).isEmpty();
        assertThat(diagnosis.clear()).hasSameSizeAs(Rules.all());
    }

    @Test
    void noRuleForWindowsFiresWhereWindowsHasAllItShould() {
        Diagnosis diagnosis = Doctor.examine(
                TestHost.host(), HypervisorCases.windows().withSchemaProblems(Fact.known(List.of(), "domain.rng")));
        assertThat(diagnosis.findings()).isEmpty();
        assertThat(diagnosis.unknown()).isEmpty();
    }

    @Test
    void findingsComeWorstFirstAndTheOldKernelBeforeNptItself() {
        Diagnosis diagnosis = Doctor.examine(
                TestHost.host(h -> {
                    h.npt = Fact.known("N", TestHost.NPT);
                    h.release = Fact.known("4.13.0", "/proc/sys/kernel/osrelease");
                }),
                Case.tuned("<memballoon model='none'/>", "", " iothread='1'/>\n      <source", "/>\n      <source"));
        assertThat(diagnosis.findings().stream().map(Finding::rule))
                .containsExactly("npt-gpat", "npt-off", "memballoon", "no-iothread", "iothread-unused");
    }

    @Test
    void aDiagnosisSurvivesJson() {
        Diagnosis diagnosis = Doctor.examine(
                TestHost.host(h -> h.thp = TestHost.unreadable(h.thp)),
                Case.tuned("<memballoon model='none'/>", "", "<hugepages/>", ""));
        String json = Json.pretty(diagnosis);
        assertThat(Json.read(json, Diagnosis.class)).isEqualTo(diagnosis);
        assertThat(diagnosis.unknown()).hasSize(2);
    }
}
