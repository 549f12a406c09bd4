package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.Resources;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainSchemaTest {
    private static final Path INSTALLED = Path.of(DomainSchema.FOLDER);
    private static final String TUNED = Resources.text("domain/tuned.xml");

    private static Domain domain(String inside) {
        return Domain.parse("<domain type='kvm'>\n<name>a</name>\n<memory>1</memory>\n<os><type>hvm</type></os>\n"
                + inside + "</domain>");
    }

    private static List<SchemaProblem> problems(Domain domain) {
        return domain.validated(INSTALLED).schemaProblems().get().orElseThrow();
    }

    private static String reason(Domain domain) {
        return ((Fact.Unreadable<List<SchemaProblem>>) domain.schemaProblems()).reason();
    }

    @Test
    void nothingIsKnownBeforeValidationAndAfterAnEdit() {
        Domain domain = Domain.parse(TUNED);
        assertThat(reason(domain)).startsWith("not validated: ");
        Domain sound = domain.withSchemaProblems(Fact.known(List.of(), "test"));
        assertThat(sound).isEqualTo(domain);
        assertThat(sound.schemaProblems()).isEqualTo(Fact.known(List.of(), "test"));
        assertThat(reason(sound.withIothreads(2))).startsWith("not validated: ");
    }

    @Test
    void aMachineWithoutLibvirt(@TempDir Path empty) {
        Domain domain = Domain.parse(TUNED).validated(empty);
        assertThat(domain.schemaProblems().source())
                .isEqualTo(empty.resolve("domain.rng").toString());
        assertThat(reason(domain)).contains("no such file").contains("install libvirt");
    }

    @Test
    void aSchemaThatIsNone(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("domain.rng"), "<grammar");
        assertThat(reason(Domain.parse(TUNED).validated(folder))).startsWith("not validated: ");
        Files.writeString(
                folder.resolve("domain.rng"),
                "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><include href='missing.rng'/></grammar>");
        assertThat(reason(Domain.parse(TUNED).validated(folder)))
                .startsWith("not validated: ")
                .endsWith("No such file or directory");
        Files.writeString(
                folder.resolve("domain.rng"),
                "<!DOCTYPE grammar><grammar xmlns='http://relaxng.org/ns/structure/1.0'><start/></grammar>");
        assertThat(reason(Domain.parse(TUNED).validated(folder))).contains("DOCTYPE");
        Files.writeString(
                folder.resolve("domain.rng"),
                "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><ref name='x'/></start></grammar>");
        assertThat(reason(Domain.parse(TUNED).validated(folder))).contains("undefined");
    }

    /// The words do not come from libvirt's schema, of which there are as many as versions.
    @Nested
    class Small {
        @TempDir
        Path folder;

        private List<String> said(String xml) throws IOException {
            Files.writeString(folder.resolve("domain.rng"), """
                    <element name='domain' xmlns='http://relaxng.org/ns/structure/1.0'
                        datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'>
                      <interleave>
                        <optional><element name='name'><text/></element></optional>
                        <optional><element name='memory'><text/></element></optional>
                        <optional><element name='cputune'><empty/></element></optional>
                        <optional>
                          <element name='vcpu'>
                            <optional><attribute name='cpuset'><data type='string'>
                              <param name='pattern'>[0-9]+</param></data></attribute></optional>
                            <data type='unsignedInt'/>
                          </element>
                        </optional>
                        <optional>
                          <element name='pm'>
                            <attribute name='mode'>
                              <choice><value>a</value><value>b</value></choice>
                            </attribute>
                            <element name='state'><empty/></element>
                          </element>
                        </optional>
                      </interleave>
                    </element>
                    """);
            return Domain.parse(xml).validated(folder).schemaProblems().get().orElseThrow().stream()
                    .map(p -> p.line() + ": " + p.message())
                    .toList();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "<cputnue/> | 3: <cputnue> is not allowed in <domain>; did you mean <cputune>?",
                    "<state/> | 3: <state> is not allowed in <domain>",
                    "<cputune/><cputune/> | 3: a second <cputune> is not allowed in <domain>",
                    "<vcpu cpusett='1'>1</vcpu> | 3: attribute cpusett is not allowed in <vcpu>; did you mean cpuset?",
                    "<cputune a='1'/> | 3: attribute a is not allowed in <cputune>",
                    "<vcpu cpuset='1,2'>1</vcpu> |"
                            + " 3: '1,2' is not valid for cpuset of <vcpu>; must be a string matching the regular"
                            + " expression \"[0-9]+\"",
                    "<pm mode='c'><state/></pm> |"
                            + " 3: 'c' is not valid for mode of <pm>; must be equal to \"a\" or \"b\"",
                    "<pm><state/></pm> | 3: element \"pm\" missing required attribute \"mode\"",
                    "<pm mode='a'/> | 3: element \"pm\" incomplete; missing required element \"state\"",
                    "<cputune>x</cputune> | 3: text is not allowed in <cputune>",
                    "<x:y xmlns:x='y'/> | 3: <x:y> is not allowed in <domain>",
                })
        void namesTheCulprit(String inside, String message) throws IOException {
            assertThat(said("<domain><name>a</name><memory>1</memory>\n\n" + inside + "\n</domain>"))
                    .containsExactly(message);
        }

        @Test
        void textIsOnItsOwnLineAndAnElementWhereItBegins() throws IOException {
            assertThat(said("<domain><name>a</name><memory>1</memory>\n<cputune\n\na='1'>\n\nx</cputune></domain>"))
                    .containsExactly(
                            "2: attribute a is not allowed in <cputune>", "6: text is not allowed in <cputune>");
        }

        @Test
        void whatItQuotesIsShortAndPrintable() throws IOException {
            String name = "n".repeat(500);
            assertThat(said("<domain><name>a</name><memory>1</memory><" + name + " /></domain>"))
                    .containsExactly("1: <" + "n".repeat(39) + "…> is not allowed in <domain>");
            assertThat(said("<domain><name>a</name><memory>1</memory><pm mode='\u009b2J" + name
                            + "'><state/></pm></domain>"))
                    .singleElement()
                    .asString()
                    .startsWith("1: '\\x9b2Jnnn")
                    .hasSizeLessThan(DomainSchema.MAX_MESSAGE);
        }

        @Test
        void fiftyAreEnough() throws IOException {
            String body = "<domain><name>a</name><memory>1</memory>" + "<bad/>".repeat(19_000) + "</domain>";
            Assertions.assertTimeout(
                    Duration.ofSeconds(10), () -> assertThat(said(body)).hasSize(DomainSchema.MAX_PROBLEMS));
        }
    }

    @Nested
    class WithLibvirtsSchema {
        @BeforeEach
        void needsIt() {
            assumeTrue(Files.exists(INSTALLED.resolve("domain.rng")), "libvirt's schemas are not installed");
        }

        @Test
        void domainsOfThisRepositoryAreValid() {
            for (String xml : List.of(TUNED, Resources.text("domain/untuned.xml"))) {
                assertThat(problems(Domain.parse(xml))).isEmpty();
            }
            assertThat(problems(Domain.parse(TUNED).withVcpuPin(1, CpuSet.of(1))))
                    .isEmpty();
        }

        @Test
        void aMisspeltElementAnUnknownAttributeABadValueAndAWrongPlace() {
            String wrong = TUNED.replace("topology", "topolgy")
                    .replace("<vcpupin vcpu='0'", "<vcpupin vcpu='0' cpu='1'")
                    .replace("model='none'", "model='non'")
                    .replace("<devices>", "<devices><hidden state='on'/>");
            assertThat(problems(Domain.parse(wrong)).stream()
                            .map(p -> p.message().replaceAll(";.*", "")))
                    .containsExactly(
                            "attribute cpu is not allowed in <vcpupin>",
                            "<topolgy> is not allowed in <cpu>",
                            "<hidden> is not allowed in <devices>",
                            "'non' is not valid for model of <memballoon>");
            assertThat(problems(Domain.parse(wrong)).stream().map(SchemaProblem::line))
                    .isSorted();
        }

        @Test
        void thousandsOfDevicesInTime() {
            Domain domain = domain("<devices>"
                    + ("<hostdev mode='subsystem' type='pci'><source><address bus='1' slot='1' function='0'/></source>"
                                    + "</hostdev><sound model='ich6'/>")
                            .repeat(4000)
                    + "</devices>");
            Assertions.assertTimeout(
                    Duration.ofSeconds(30), () -> assertThat(problems(domain)).isEmpty());
        }

        /// The JDK's regular expressions call themselves.
        @ParameterizedTest
        @ValueSource(ints = {3_000, DomainSchema.MAX_VALUE, 100_000})
        void aLongValueIsNoTrap(int length) {
            String list = "1" + ",1".repeat((length - 1) / 2);
            Domain domain = domain("<cputune><cachetune vcpus='" + list + "'/></cputune>")
                    .validated(INSTALLED);
            assertThat(domain.schemaProblems())
                    .satisfiesAnyOf(
                            fact -> assertThat(fact.get()).isPresent(),
                            fact -> assertThat(reason(domain)).matches("not validated: a value .*"));
        }

        @Test
        void longerValuesAreNotValidated() {
            Domain most = domain("<description>" + "a".repeat(DomainSchema.MAX_VALUE) + "</description>");
            assertThat(problems(most)).isEmpty();
            Domain more = domain("<description>" + "a".repeat(DomainSchema.MAX_VALUE + 1) + "</description>");
            assertThat(reason(more.validated(INSTALLED)))
                    .isEqualTo("not validated: a value of more than 4096 characters");
            Domain attribute =
                    domain("<devices><sound model='" + "a".repeat(DomainSchema.MAX_VALUE + 1) + "'/></devices>");
            assertThat(reason(attribute.validated(INSTALLED))).endsWith("of more than 4096 characters");
        }
    }
}
