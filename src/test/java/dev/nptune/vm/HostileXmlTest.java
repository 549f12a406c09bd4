package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
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
    }

    @Test
    void manyAttributes() {
        StringBuilder xml = new StringBuilder("<domain");
        for (int i = 0; i < 100_000; i++) {
            xml.append(" a").append(i).append("=''");
        }
        refused(xml.append("/>").toString(), "not well-formed");
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
    void manyElementsAreReadInTime() {
        String xml = "<domain><name>a</name><memory>1</memory><devices>" + "<x a='b'/>".repeat(300_000)
                + "</devices></domain>";
        Assertions.assertTimeout(Duration.ofSeconds(10), () -> Domain.parse(xml));
    }
}
