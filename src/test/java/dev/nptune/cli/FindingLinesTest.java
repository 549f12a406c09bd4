package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.Category;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Rule;
import dev.nptune.doctor.Rules;
import dev.nptune.doctor.Severity;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FindingLinesTest {
    private static final List<Evidence> EVIDENCE = List.of(
            new Evidence("/sys/devices/system/cpu/cpu12/cache/index3/shared_cpu_list", "4-7,12-15", "one of 0-3,8-11"),
            new Evidence("cputune/vcpupin[2]/@cpuset", "12", "5"));

    private static Finding finding(Rule rule) {
        return new Finding(
                rule.id(),
                rule.category(),
                rule.severity(),
                true,
                rule.title(),
                EVIDENCE,
                rule.effect(),
                rule.fix(),
                rule.risk(),
                rule.source(),
                rule.after());
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    /// Whatever is cut on a terminal of the usual width, what people act on is not.
    @TestFactory
    Stream<DynamicTest> everyRuleFitsAndItsFixStaysWhole() {
        return Rules.all().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.id(), () -> {
                    String text = FindingLines.of(finding(rule), 80);

                    assertThat(text.lines())
                            .hasSizeLessThanOrEqualTo(6)
                            .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
                    assertThat(words(text)).contains(words(rule.fix()), words(rule.risk()));
                    assertThat(FindingLines.of(finding(rule), 40).lines()).hasSizeLessThanOrEqualTo(6);
                    assertThat(words(FindingLines.of(finding(rule), 400)))
                            .contains(words(rule.effect()), words(rule.source()));
                }));
    }

    @Test
    void theOrderOfFixesIsToldWithTheFix() {
        Finding finding =
                new Finding("b", Category.KVM, Severity.LOW, false, "t", EVIDENCE, "e", "do it", "", "s", List.of("a"));

        assertThat(FindingLines.of(finding, 80)).contains("    fix     first a; then: do it\n");
    }

    @Test
    void oneThatIsOnlyPossibleSaysSo() {
        assertThat(FindingLines.of(finding(Rules.all().getFirst()), 80)).contains(": possibly: ");
    }

    @Test
    void ofALongPathTheEndIsShownAndOfAnArgumentTheBeginning() {
        assertThat(seen("/sys/devices/pci0000:00/0000:00:03.1/0000:09:00.0/current_link_width"))
                .isEqualTo("    seen    ...00/0000:00:03.1/0000:09:00.0/current_link_width = 1, wanted 2");
        assertThat(seen("argument: -cpu " + "host,hv_time,".repeat(9)))
                .isEqualTo("    seen    argument: -cpu host,hv_time,host,hv_time,host,h... = 1, wanted 2");
    }

    private static String seen(String where) {
        Finding finding = new Finding(
                "b",
                Category.KVM,
                Severity.LOW,
                false,
                "t",
                List.of(new Evidence(where, "1", "2")),
                "",
                "f",
                "",
                "",
                List.of());
        return FindingLines.of(finding, 80).lines().toList().get(1);
    }

    @Test
    void wordsWithoutEndAreCut() {
        String endless = "word ".repeat(500);
        Finding finding = new Finding(
                "b",
                Category.KVM,
                Severity.LOW,
                false,
                endless,
                List.of(new Evidence(endless, endless, endless)),
                endless,
                endless,
                endless,
                endless,
                List.of());

        assertThat(FindingLines.of(finding, 80).lines())
                .hasSize(6)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
}
