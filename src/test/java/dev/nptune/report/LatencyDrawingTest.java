package dev.nptune.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.bench.CoreProbe;
import dev.nptune.bench.LatencyClusters;
import dev.nptune.bench.Matrices;
import dev.nptune.host.CoreLatencies;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

class LatencyDrawingTest {
    private static CoreLatencies large(int cpus) {
        return Matrices.of(cpus, (i, j) -> Optional.of(i / 2 == j / 2 ? 7.0 : i / 16 == j / 16 ? 20.0 : 100.0));
    }

    private static String text(CoreLatencies matrix, int columns, boolean unicode) {
        return LatencyText.draw(matrix, LatencyClusters.of(matrix), columns, unicode);
    }

    @Test
    void asFiguresWhereTheyFit() {
        assertThat(text(Matrices.small(), 80, true)).isEqualTo("""
                        0   4   1   5   2   6   3   7
                    0   ·
                    4 7.5   ·
                    1  18  18   ·
                    5  18  18 7.5   ·
                    2  84  84  84  84   ·
                    6  84  84  84  84 7.5   ·
                    3  84  84  84  84  18  18   ·
                    7  84  84  84  84  18  18 7.5   ·
                """);
    }

    @Test
    void asShadesWhereFiguresDoNot() {
        String drawn = text(large(32), 80, false);
        assertThat(drawn.lines().toList().get(17)).isEqualTo("   17 ################.\\++++++++++++++");
        assertThat(drawn)
                .contains(". 7.0  + 20  # 100 ns, whichever is nearest")
                .isASCII();
        assertThat(text(large(32), 80, true)).contains("████·\\▒▒▒");
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 48, 96, 200, CoreProbe.MAX_CPUS})
    void neverWiderThanTheTerminal(int cpus) {
        CoreLatencies matrix = large(cpus);
        assertThat(text(matrix, 80, true).lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        if (cpus > 80) {
            assertThat(text(matrix, 80, true)).contains("several CPUs");
        }
    }

    @Test
    void aPairThatWasNotMeasuredIsMarked() {
        CoreLatencies matrix = Matrices.of(3, (i, j) -> i == 2 && j == 0 ? Optional.empty() : Optional.of(20.0));
        assertThat(text(matrix, 80, true)).contains("    2   ?  20");
        assertThat(svg(matrix)).contains("CPUs 2 and 0: not measured");
    }

    private static String svg(CoreLatencies matrix) {
        return LatencySvg.draw(matrix, LatencyClusters.of(matrix), "A <processor>", List.of("a note & more"));
    }

    @Test
    void asAPicture() {
        Golden.check("report/latencies.svg", svg(Matrices.small()));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 32, 64, 128, CoreProbe.MAX_CPUS})
    void picturesAreWellFormedAndNotHuge(int cpus) throws Exception {
        String svg = svg(large(cpus));
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        org.w3c.dom.Element root = factory.newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)))
                .getDocumentElement();
        assertThat(root.getAttribute("role")).isEqualTo("img");
        assertThat(root.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("Latency between the CPUs of A <processor>");
        assertThat(svg.length()).isLessThan(2 << 20);
        assertThat(svg).doesNotContain("NaN", "Infinity");
    }

    @Test
    void stepsAreOfEqualRatio() {
        LatencyScale scale = new LatencyScale(5, 160, 5);
        assertThat(scale.step(5)).isZero();
        assertThat(scale.step(11)).isEqualTo(1);
        assertThat(scale.step(160)).isEqualTo(4);
        assertThat(scale.range(0)).isEqualTo("5.0–10");
        LatencyScale flat = new LatencyScale(20, 21, 5);
        assertThat(flat.used()).isEqualTo(1);
        assertThat(flat.step(21)).isZero();
    }
}
