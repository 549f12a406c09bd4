package dev.nptune.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.bench.Workload;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/// The HTML report and the picture of bars.
class HtmlReportTest {
    @Test
    void theReportIsAsReviewed() throws Exception {
        String body = HtmlReport.of(Stories.full()).replaceAll("(?s)<head>.*</head>", "<head/>");

        Golden.check(
                "dev/nptune/report/report.html", body.replaceAll("(<(section|li|tr|g|div|p|span)\\b)", "\n$1") + "\n");
    }

    @Test
    void thePictureIsAsReviewed() throws Exception {
        String svg = Bars.svg(Stories.WORKLOADS, Bars.WIDE).replaceAll("(?s)<style>.*</style>", "");

        Golden.check("dev/nptune/report/bars.svg", svg.replaceAll("(<g>)", "\n$1"));
    }

    @Test
    void everyPartIsThere() throws Exception {
        String text = parse(HtmlReport.of(Stories.full())).getDocumentElement().getTextContent();

        assertThat(text)
                .contains("45.7 %", "98.8 %", "× 4.50", "8 CPUs, 2 display devices", "2 found, 1 fixed")
                .contains("/sys/module/kvm_amd/parameters/npt", "+options kvm_amd npt=1", "/var/lib/nptune/journal/1")
                .contains("Instructions were counted.", "1.2.3-made-up", "before: not measured");
    }

    @Test
    void anEmptyStoryIsStillADocument() throws Exception {
        assertThat(parse(HtmlReport.of(Stories.empty()))
                        .getElementsByTagName("section")
                        .getLength())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\" onload=\"alert(1)",
                "' onload='alert(1)",
                "]]></style><img src=x>",
                "&#60;b&#62; &amp;",
                "\u0000\u001b[31m\u202e\ufffe",
                "\ud800 lone"
            })
    void whateverComesFromOutsideIsText(String evil) throws Exception {
        Document plain = parse(HtmlReport.of(Stories.hostile("x")));
        Document document = parse(HtmlReport.of(Stories.hostile(evil)));

        assertThat(names(document)).isEqualTo(names(plain));
        assertThat(names(parse(Bars.svg(Stories.hostile(evil).workloads(), Bars.NARROW))))
                .doesNotContain("script", "img");
    }

    @Test
    void nothingIsFetchedFromAnywhere() {
        String html = HtmlReport.of(Stories.full());

        assertThat(html)
                .doesNotContain(
                        "http:", "https:", "//", "src=", "href", "url(", "@import", "<script", "<link", "style=")
                .contains("default-src &#39;none&#39;");
    }

    @Test
    void thePolicyAllowsTheStyleSheetThatIsThere() throws Exception {
        Document document = parse(HtmlReport.of(Stories.full()));
        Element policy = (Element) document.getElementsByTagName("meta").item(1);
        String sheet = document.getElementsByTagName("style").item(0).getTextContent();

        assertThat(policy.getAttribute("content")).endsWith("style-src " + Styles.policy(sheet));
    }

    @Test
    void barsAreAsLongAsTheRatios() throws Exception {
        List<Workload> workloads = List.of(new Workload("a", "ms", 10, 40.0, 20.0));

        NodeList bars = parse(Bars.svg(workloads, Bars.WIDE)).getElementsByTagName("rect");

        double bare = width(bars, 0);
        assertThat(width(bars, 1) / bare).isEqualTo(4);
        assertThat(width(bars, 2) / bare).isEqualTo(2);
        assertThat(width(bars, 1)).isLessThan(Bars.WIDE);
    }

    private static double width(NodeList bars, int index) {
        return Double.parseDouble(((Element) bars.item(index)).getAttribute("width"));
    }

    private static List<String> names(Document document) {
        NodeList all = document.getElementsByTagName("*");
        return IntStream.range(0, all.getLength())
                .mapToObj(i -> all.item(i).getNodeName() + " "
                        + all.item(i).getAttributes().getLength())
                .toList();
    }

    /// An XML parser refuses what is not well-formed.
    private static Document parse(String text) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setExpandEntityReferences(false);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }
}
