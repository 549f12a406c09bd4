package dev.nptune.bench.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.bench.score.Score.Kind;
import dev.nptune.bench.score.ScoreComparison.Change;
import dev.nptune.bench.score.ScoreComparison.Cores;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoreSheetTest {
    private static String xml(String scores) {
        return """
                <?xml version="1.0" encoding="UTF-8" standalone="no"?>
                <benchmark><results>
                  <result><name/><description/><passIndex>-1</passIndex>
                    <sourceId>3DMark-TimeSpy-1.3dmark-result</sourceId>%s</result>
                  <result><passIndex>0</passIndex>
                    <TimeSpyPerformanceGraphicsScoreForPass>1</TimeSpyPerformanceGraphicsScoreForPass>
                    <TimeSpyPerformanceGraphicsScore>2</TimeSpyPerformanceGraphicsScore></result>
                </results></benchmark>
                """.formatted(scores);
    }

    private static String timeSpy(int overall, int graphics, int cpu) {
        return xml("<TimeSpyPerformance3DMarkScore>" + overall + "</TimeSpyPerformance3DMarkScore>"
                + "<TimeSpyPerformanceGraphicsScore>" + graphics + "</TimeSpyPerformanceGraphicsScore>"
                + "<TimeSpyPerformanceCPUScore>" + cpu + "</TimeSpyPerformanceCPUScore>");
    }

    private static ScoreSheet parse(String xml) {
        return ScoreSheet.parse(xml.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void timeSpyWithoutItsCpuTest() {
        ScoreSheet sheet = parse(timeSpy(0, 17502, 0));
        assertThat(sheet.source()).isEqualTo("3DMark-TimeSpy-1.3dmark-result");
        assertThat(sheet.scores())
                .containsExactly(new Score("TimeSpyPerformanceGraphicsScore", "Time Spy", Kind.GRAPHICS, 17502));
        assertThat(sheet.notRun()).containsExactly("TimeSpyPerformance3DMarkScore", "TimeSpyPerformanceCPUScore");
        assertThat(sheet.metrics()).containsOnlyKeys("score.time-spy.graphics");
    }

    @Test
    void otherTests() {
        ScoreSheet sheet = parse(xml("<firestrikecombinedscorep>7000</firestrikecombinedscorep>"
                + "<firestrikephysicsscorep>21000.5</firestrikephysicsscorep>"
                + "<firestrikeoverallscorex>9000</firestrikeoverallscorex>"
                + "<SolarBayPerformanceSection1Fps>718.17</SolarBayPerformanceSection1Fps>"
                + "<SolarBayPerformance3DMarkScore>189447</SolarBayPerformance3DMarkScore>"
                + "<StrangeScore>5</StrangeScore>"));
        assertThat(sheet.scores())
                .extracting(s -> s.test() + " " + s.kind())
                .containsExactly(
                        "Fire Strike COMBINED",
                        "Fire Strike CPU",
                        "Fire Strike (X) OVERALL",
                        "Solar Bay OVERALL",
                        "Strange OTHER");
    }

    @Test
    void aVmWithFewerCores() {
        ScoreComparison comparison = ScoreComparison.of(
                parse(timeSpy(16210, 17502, 11200)),
                parse(timeSpy(15102, 17003, 8820)),
                Optional.of(new Cores(16, 12)));
        Change cpu = comparison.changes().get(2);
        assertThat(cpu.ratio()).isEqualTo(0.7875, within(1e-9));
        assertThat(cpu.perCore()).hasValueSatisfying(p -> {
            assertThat(p.ifNoGrowth()).isEqualTo(0.7875, within(1e-9));
            assertThat(p.ifInProportion()).isEqualTo(1.05, within(1e-9));
        });
        assertThat(comparison.changes().get(1).perCore()).isEmpty();
        ScoreComparison more = ScoreComparison.of(
                parse(timeSpy(1, 1, 11200)), parse(timeSpy(1, 1, 12600)), Optional.of(new Cores(12, 16)));
        assertThat(more.changes().get(2).perCore()).hasValueSatisfying(p -> {
            assertThat(p.ifNoGrowth()).isEqualTo(1.125, within(1e-9));
            assertThat(p.ifInProportion()).isEqualTo(0.84375, within(1e-9));
            assertThat(p.higher()).isEqualTo(1.125, within(1e-9));
        });
        assertThat(ScoreComparison.of(parse(timeSpy(1, 1, 1)), parse(timeSpy(1, 1, 1)), Optional.of(new Cores(8, 8)))
                        .changes())
                .allSatisfy(c -> assertThat(c.perCore()).isEmpty());
        assertThatIllegalArgumentException().isThrownBy(() -> new Cores(0, 4));
    }

    @Test
    void partsThatOneSideLacks() {
        ScoreComparison comparison =
                ScoreComparison.of(parse(timeSpy(0, 5, 6)), parse(timeSpy(4, 5, 0)), Optional.empty());
        assertThat(comparison.changes())
                .singleElement()
                .satisfies(c -> assertThat(c.kind()).isEqualTo(Kind.GRAPHICS));
        assertThat(comparison.onlyFirst()).containsExactly("TimeSpyPerformanceCPUScore");
        assertThat(comparison.onlySecond()).containsExactly("TimeSpyPerformance3DMarkScore");
    }

    @Test
    void whatIsNoExport() {
        refused("", "no well-formed XML");
        refused("<benchmark>", "no well-formed XML");
        refused("<benchmark/>", "no benchmark/results/result");
        refused("PK\u0003\u0004", "3DMark's own file");
        refused("<!DOCTYPE b [<!ENTITY a \"b\">]><benchmark/>", "DOCTYPE");
        refused("<!DOCTYPE b SYSTEM \"file:///etc/passwd\"><benchmark/>", "DOCTYPE");
        refused("<a>".repeat(40) + "</a>".repeat(40), "more elements or levels");
        refused("<a>" + "<b/>".repeat(20_001) + "</a>", "more elements or levels");
        refused(timeSpy(1, 1, 1).replace(">1<", ">1e9<"), "is no score");
        refused(timeSpy(1, 1, 1).replace("CPU", "Graphics"), "twice");
        assertThatIllegalArgumentException().isThrownBy(() -> ScoreSheet.parse(new byte[ScoreSheet.MAX_BYTES + 1]));
    }

    private static void refused(String xml, String why) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(xml)).withMessageContaining(why);
    }

    @Test
    void mutatedExports() {
        byte[] sample = timeSpy(16210, 17502, 11200).getBytes(StandardCharsets.UTF_8);
        int read = 0;
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] bytes =
                    Arrays.copyOf(sample, random.nextInt(10) == 0 ? random.nextInt(sample.length) : sample.length);
            for (int i = random.nextInt(3); i > 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(0x20, 0x7f));
            }
            try {
                ScoreSheet.parse(bytes)
                        .metrics()
                        .values()
                        .forEach(v -> assertThat(v).isPositive().isFinite());
                read++;
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
            }
        }
        assertThat(read).isGreaterThan(100);
    }
}
