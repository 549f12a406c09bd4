package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileXmlTest {
    private static void refused(String xml, String because) {
        Assertions.assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThatThrownBy(() -> Domain.parse(xml))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(because));
    }

    @Test
    void doctype() {
        refused("<!DOCTYPE domain><domain><name>a</name></domain>", "DOCTYPE");
    }

    @Test
    void entityBomb() {
        refused(
                "<!DOCTYPE d [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'><!ENTITY c '&b;&b;&b;'>]>"
                        + "<domain><name>&c;</name></domain>",
                "DOCTYPE");
    }

    @Test
    void externalEntity() {
        refused("<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><domain><name>&x;</name></domain>", "DOCTYPE");
    }

    @Test
    void deepNesting() {
        refused("<domain>" + "<a>".repeat(64) + "</a>".repeat(64) + "</domain>", "deeper than 64");
        refused("<a>".repeat(500_000), "deeper than 64");
    }

    @Test
    void hugeText() {
        refused("<domain>" + " ".repeat(Markup.MAX_CHARS) + "</domain>", "characters");
        refused("<domain>" + " ".repeat(50 << 20) + "</domain>", "at most 4194304 are read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "<domain",
                "<domain>",
                "<domain><a></b></domain>",
                "<domain/><domain/>",
                "<domain/>trailing",
                "<domain a='1' a='2'/>",
                "<domain a=1/>",
                "<domain a='<'/>",
                "<domain>&nbsp;</domain>",
                "<domain><x:y/></domain>",
                "<domain>\u0000</domain>",
                "<domain>&#0;</domain>",
                "<network><name>default</name></network>",
            })
    void notADomain(String xml) {
        refused(xml, "");
    }

    @Test
    void manyDevices() {
        refused(
                "<domain><name>a</name><memory>1</memory><devices>" + "<x a='b'/>".repeat(100_000)
                        + "</devices></domain>",
                "more than 20000 elements");
    }

    @Test
    void asManyElementsAsAreReadAreReadInTime() {
        String xml = "<domain><name>a</name><memory>1</memory><devices>" + "<x a='b'/>".repeat(Markup.MAX_ELEMENTS - 4)
                + "</devices></domain>";
        Assertions.assertTimeout(Duration.ofSeconds(10), () -> Domain.parse(xml));
        refused(xml.replace("<devices>", "<devices><y/>"), "more than 20000 elements");
    }

    @Test
    void tenThousandAttributes() {
        String attributes =
                IntStream.range(0, 10_000).mapToObj(i -> " a" + i + "=''").collect(Collectors.joining());
        refused("<domain" + attributes + "/>", "more than 200 attributes in an element");
    }

    /// An element does not keep its path: twenty thousand of them below one of sixty thousand characters would.
    @Test
    void longPathsAreNotKept() {
        String deep = "x".repeat(900);
        StringBuilder open = new StringBuilder();
        StringBuilder close = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            open.append('<').append(deep).append('>');
            close.append("</").append(deep).append('>');
        }
        long before = used();
        Domain domain = Domain.parse(
                "<domain><name>a</name><memory>1</memory>" + open + "<x/>".repeat(19_000) + close + "</domain>");
        assertThat(used() - before).isLessThan(200L << 20);
        assertThat(domain.root().walk().toList().getLast().path()).hasSizeGreaterThan(54_000);
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
