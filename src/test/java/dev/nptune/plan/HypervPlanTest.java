package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.TestHost;
import dev.nptune.host.Fact;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HypervPlanTest {
    private static final String CLOCK = """
              <clock offset='localtime'>
                <timer name='hpet' present='no'/>
                <timer name='hypervclock' present='yes'/>
              </clock>
            """;
    private static final String BLOCK = """
                <hyperv mode='custom'>
                  <relaxed state='on'/>
                  <vapic state='on'/>
                  <spinlocks state='on' retries='8191'/>
                  <vpindex state='on'/>
                  <runtime state='on'/>
                  <synic state='on'/>
                  <stimer state='on'>
                    <direct state='on'/>
                  </stimer>
                  <frequencies state='on'/>
                  <tlbflush state='on'/>
                  <ipi state='on'/>
                </hyperv>
            """;

    private static Domain windows(String features) {
        return Plans.domain(features + CLOCK, "");
    }

    @Test
    void aWindowsWithoutAnyGetsTheWholeBlock() {
        assertThat(Plans.edited(windows(""), Plans.SOUND))
                .isEqualTo(windows("  <features>\n" + BLOCK + "  </features>\n"));
        assertThat(Plans.edited(windows("  <features>\n    <acpi/>\n  </features>\n"), Plans.SOUND))
                .isEqualTo(windows("  <features>\n    <acpi/>\n" + BLOCK + "  </features>\n"));
        assertThat(Plans.of(windows(""), Plans.SOUND).choices())
                .singleElement()
                .satisfies(c -> assertThat(c.topic()).isEqualTo(Topic.GUEST))
                .satisfies(c -> assertThat(c.brings()).startsWith("reported: idle load of 1 %"));
    }

    @Test
    void theWholeBlockIsLeftAlone() {
        Domain domain = windows("  <features>\n" + BLOCK + "  </features>\n");
        assertThat(Plans.of(domain, Plans.SOUND).changes()).isEmpty();
    }

    @Test
    void whatTheOwnerHasStaysAndWhatIsWantedIsTurnedOn() {
        String before = """
                  <features>
                    <hyperv  mode="custom">
                      <!-- mine -->
                      <relaxed state='off'/>
                      <vendor_id state='on' value='abc'/>
                      <synic   state='off'/>
                      <stimer state='off'/>
                      <spinlocks state='on' retries='4095'/>
                    </hyperv>
                  </features>
                """;
        assertThat(Plans.edited(windows(before), Plans.SOUND)).isEqualTo(windows("""
                  <features>
                    <hyperv  mode="custom">
                      <!-- mine -->
                      <relaxed state='off'/>
                      <vendor_id state='on' value='abc'/>
                      <synic   state='on'/>
                      <stimer state='on'>
                        <direct state='on'/>
                      </stimer>
                      <spinlocks state='on' retries='4095'/>
                      <vapic state='on'/>
                      <vpindex state='on'/>
                      <runtime state='on'/>
                      <frequencies state='on'/>
                      <tlbflush state='on'/>
                      <ipi state='on'/>
                    </hyperv>
                  </features>
                """));
    }

    @Test
    void oneThatIsTurnedOffIsSeenOnlyOnceAnotherIsThere() {
        String features = "  <features>\n    <hyperv>\n      <tlbflush state='off'/>\n    </hyperv>\n  </features>\n";
        Domain after = Plans.edited(windows(features), Plans.SOUND);
        assertThat(after.xml()).contains("<tlbflush state='on'/>").doesNotContain("'off'");
        assertThat(Plans.of(windows(features), Plans.SOUND).changes())
                .singleElement()
                .satisfies(c -> assertThat(c.rules()).containsExactly("hv-stimer-missing", "hv-flush-ipi"));
    }

    @Test
    void aTimerThatIsSaidNotToBeDirectStaysSo() {
        String features = """
                  <features>
                    <hyperv mode='custom'>
                      <vpindex state='on'/>
                      <synic state='on'/>
                      <stimer state='on'>
                        <direct state='off'/>
                      </stimer>
                    </hyperv>
                  </features>
                """;
        assertThat(Plans.edited(windows(features), Plans.SOUND).xml())
                .contains("<direct state='off'/>")
                .doesNotContain("<direct state='on'/>");
    }

    @Test
    void passthroughBecomesCustom() {
        String features = "  <features>\n    <hyperv mode='passthrough'/>\n  </features>\n";
        assertThat(Plans.edited(windows(features), Plans.SOUND))
                .isEqualTo(windows("  <features>\n" + BLOCK + "  </features>\n"));
        Domain off = windows("""
                  <features>
                    <hyperv mode='passthrough'>
                      <synic state='off'/>
                    </hyperv>
                  </features>
                """);
        assertThat(Plans.edited(off, Plans.SOUND).xml())
                .contains("<synic state='on'/>")
                .contains("mode='custom'");
    }

    @Test
    void aGuestThatIsNotWindowsWantsNone() {
        Domain linux = Plans.domain("  <features>\n    <acpi/>\n  </features>\n", "");
        assertThat(Plans.of(linux, Plans.SOUND).changes()).isEmpty();
    }

    @Test
    void anOldOrUnknownKernelOrQemuGetsNone() {
        for (Consumer<TestHost> machine : List.<Consumer<TestHost>>of(
                h -> h.release = Fact.known("4.20.17", "osrelease"),
                h -> h.release = TestHost.unreadable(h.release),
                h -> h.qemu = Fact.known("4.0.1", "qemu"),
                h -> h.qemu = TestHost.unreadable(h.qemu))) {
            Plan plan = Plans.of(windows(""), machine);
            assertThat(plan.changes()).isEmpty();
            assertThat(Plans.notes(plan, "hv-stimer-missing"))
                    .singleElement()
                    .asString()
                    .contains("left alone: the enlightenments together take Linux 5.0 and QEMU 4.1");
        }
        Consumer<TestHost> oldest = h -> {
            h.release = Fact.known("5.0.0", "osrelease");
            h.qemu = Fact.known("4.1.0", "qemu");
        };
        assertThat(Plans.of(windows(""), oldest).changes()).hasSize(1);
    }

    @Test
    void aCpuArgumentMakesAllOfItVain() {
        Domain domain = Domain.parse(windows("")
                .xml()
                .replace(
                        "<domain type='kvm'>",
                        "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>")
                .replace(
                        "</domain>",
                        "  <qemu:commandline>\n    <qemu:arg value='-cpu'/>\n    <qemu:arg value='host,-hypervisor'/>\n"
                                + "  </qemu:commandline>\n</domain>"));
        Plan plan = Plans.of(domain, Plans.SOUND);
        assertThat(plan.changes()).isEmpty();
        for (String rule : List.of("hv-stimer-missing", "hypervisor-bit-off")) {
            assertThat(Plans.notes(plan, rule)).singleElement().asString().contains("(dup-cpu-arg)");
        }
        assertThat(Plans.notes(plan, "dup-cpu-arg"))
                .singleElement()
                .asString()
                .contains("Of 'host,-hypervisor' the model 'host' is <cpu mode='host-passthrough'/>");
    }

    /// Nobody writes that by accident.
    @ParameterizedTest
    @ValueSource(strings = {"disable", "forbid"})
    void aHypervisorThatIsHiddenStaysSo(String policy) {
        Domain hidden = Plans.domain(
                "pc-q35-8.2",
                "  <cpu mode='host-passthrough'>\n    <feature policy='" + policy + "' name='hypervisor'/>\n  </cpu>\n",
                CLOCK,
                "");
        Plan plan = Plans.of(hidden, Plans.SOUND);
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "hypervisor-bit-off"))
                .singleElement()
                .asString()
                .contains("anti-cheat", "kvm-clock", "yours to say", "Delete the feature element");
        assertThat(Plans.notes(plan, "hv-stimer-missing"))
                .singleElement()
                .asString()
                .contains("while the hypervisor bit is hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "optional", "force"})
    void aHypervisorThatIsShownStays(String policy) {
        Domain domain = Plans.domain(
                "pc-q35-8.2",
                "  <cpu mode='host-passthrough'>\n    <feature policy='" + policy + "' name='hypervisor'/>\n  </cpu>\n",
                "",
                "");
        assertThat(Plans.of(domain, Plans.SOUND).changes()).isEmpty();
    }

    @Test
    void windowsWritesItsCrashDumpsItself() {
        Domain domain = Plans.domain(
                "", "    <panic model='hyperv'/>\n    <panic model='pvpanic'/>\n    <panic model='hyperv'/>\n");
        assertThat(Plans.edited(domain, Plans.SOUND)).isEqualTo(Plans.domain("", "    <panic model='pvpanic'/>\n"));
    }

    @Test
    void whatIsToBeLeftAsItIsIsLeft() {
        Plan plan = Plans.keeping(windows(""), Plans.SOUND, Topic.GUEST, Topic.CPU);
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.choices()).isEmpty();
        assertThat(plan.notes()).contains("enlightenments and clocks: left as it is, as asked (hv-stimer-missing).");
    }
}
