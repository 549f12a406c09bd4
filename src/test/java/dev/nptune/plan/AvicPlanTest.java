package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.TestHost;
import dev.nptune.host.Fact;
import dev.nptune.host.Kernel.ModuleOption;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AvicPlanTest {
    private static final String CONF = "/etc/modprobe.d/kvm.conf";

    /// A processor whose AVIC is sound, in use.
    private static final Consumer<TestHost> IN_USE = h -> {
        h.family = Fact.known(0x19, "/proc/cpuinfo");
        h.kvmAmd.put("avic", Plans.parameter("kvm_amd", "avic", "Y"));
    };

    private static final Consumer<TestHost> FLAWED = h -> h.kvmAmd.put("avic", Plans.parameter("kvm_amd", "avic", "Y"));

    private static final Consumer<TestHost> OFF = h -> h.kvmAmd.put("avic", Plans.parameter("kvm_amd", "avic", "N"));

    private static Domain windows(String avic, String pit) {
        return Plans.domain("""
                  <features>
                    <hyperv mode='custom'>
                      <vpindex state='on'/>
                      <synic state='on'/>
                      <stimer state='on'/>
                      <tlbflush state='on'/>
                      <ipi state='on'/>
                %s    </hyperv>
                  </features>
                  <clock offset='localtime'>
                    <timer name='hpet' present='no'/>
                    <timer name='hypervclock' present='yes'/>
                %s  </clock>
                """.formatted(avic, pit), "");
    }

    private static final String ON = "      <avic state='on'/>\n";
    private static final String DISCARD = "    <timer name='pit' tickpolicy='discard'/>\n";

    @Test
    void whatInhibitsItGoes() {
        Domain wanted = windows(ON, DISCARD);
        assertThat(Plans.edited(windows("", ""), IN_USE)).isEqualTo(wanted);
        assertThat(Plans.edited(windows("", DISCARD), IN_USE)).isEqualTo(wanted);
        assertThat(Plans.edited(windows(ON, ""), IN_USE)).isEqualTo(wanted);
        assertThat(Plans.edited(
                        windows("      <avic  state='off'/>\n", "    <timer name='pit' tickpolicy=\"delay\"/>\n"),
                        IN_USE))
                .isEqualTo(windows("      <avic  state='on'/>\n", "    <timer name='pit' tickpolicy=\"discard\"/>\n"));
        assertThat(Plans.of(wanted, IN_USE).changes()).isEmpty();
        assertThat(Plans.of(windows("", ""), Plans.SOUND).changes()).isEmpty();
    }

    @Test
    void enlightenmentsThatThePlanWritesOutDoNotInhibitIt() {
        Domain bare = Plans.domain("""
                  <clock offset='localtime'>
                    <timer name='hpet' present='no'/>
                    <timer name='hypervclock' present='yes'/>
                  </clock>
                """, "");
        assertThat(Plans.edited(bare, IN_USE).xml()).contains("<synic state='on'/>", "<avic state='on'/>", DISCARD);
    }

    @Test
    void theEnlightenmentNeedsItsVersions() {
        for (Consumer<TestHost> older : List.<Consumer<TestHost>>of(
                h -> h.release = Fact.known("5.4.0", "osrelease"),
                h -> h.qemu = Fact.known("6.1.1", "qemu"),
                h -> h.libvirt = Fact.known("8.9.0", "libvirtd"),
                h -> h.libvirt = TestHost.unreadable(h.libvirt))) {
            Consumer<TestHost> machine = IN_USE.andThen(h -> h.flags = Fact.known(Set.of("svm"), "cpuinfo"));
            Plan plan = Plans.of(windows("", ""), machine.andThen(older));
            assertThat(plan.changes()).isEmpty();
            assertThat(Plans.notes(plan, "avic-inhibited"))
                    .singleElement()
                    .asString()
                    .startsWith("avic-inhibited: left alone: ");
        }
        Consumer<TestHost> oldest = IN_USE.andThen(h -> {
            h.release = Fact.known("6.0.0", "osrelease");
            h.qemu = Fact.known("6.2.0", "qemu");
            h.libvirt = Fact.known("8.10.0", "libvirtd");
        });
        assertThat(Plans.edited(windows("", ""), oldest)).isEqualTo(windows(ON, DISCARD));
    }

    @Test
    void aKernelThatMindsX2apicIsAMatterForAPerson() {
        Plan plan = Plans.of(windows("", ""), IN_USE.andThen(h -> h.release = Fact.known("5.19.0", "osrelease")));
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "avic-inhibited"))
                .singleElement()
                .asString()
                .contains("hiding these from the guest is yours to choose");
    }

    @Test
    void aFlawedOneIsTurnedOff() {
        Consumer<TestHost> machine = FLAWED.andThen(
                h -> h.options = List.of(new ModuleOption(CONF, 1, "kvm_amd", List.of("avic=1", "npt=1"))));
        Map<String, String> files = Map.of(CONF, "options kvm_amd avic=1 npt=1\n");
        Plan plan = Plans.of(windows(ON, ""), machine, files, Plans.ALL_BUT_CPUS);
        assertThat(plan.changes())
                .containsExactly(
                        new Change.EditFile(
                                "Drop avic=1 from " + CONF,
                                List.of("avic-1235"),
                                CONF,
                                files.get(CONF),
                                "options kvm_amd npt=1\n"),
                        new Change.ReloadModule(
                                "Load kvm_amd again with AVIC off", List.of("avic-1235"), "kvm_amd", "avic", "Y", "N"),
                        new Change.DefineDomain(
                                "Redefine win: no AVIC",
                                List.of("avic-1235"),
                                "win",
                                windows(ON, "").xml(),
                                windows("", "").xml()));
        assertThat(Plans.notes(plan, "avic-inhibited"))
                .singleElement()
                .asString()
                .contains("(avic-1235)");
        assertThat(Plans.of(windows("", ""), OFF).changes()).isEmpty();
        Plan old = Plans.of(windows("", ""), h -> h.kvmAmd.put("avic", Plans.parameter("kvm_amd", "avic", "1")));
        assertThat(old.changes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Change.ReloadModule.class, r -> assertThat(r.after()).isEqualTo("0"));
    }

    @Test
    void oneThatTheCommandLineTurnsOnStays() {
        Plan plan = Plans.of(
                windows(ON, DISCARD),
                FLAWED.andThen(h -> h.commandLine = Fact.known("quiet kvm-amd.avic=1", "/proc/cmdline")));
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "avic-1235"))
                .singleElement()
                .asString()
                .contains("take kvm-amd.avic=1 off the kernel command line");
    }

    @Test
    void oneInAFileThatWasNotReadStays() {
        Plan plan = Plans.of(
                windows(ON, DISCARD),
                FLAWED.andThen(h -> h.options = List.of(new ModuleOption(CONF, 1, "kvm_amd", List.of("avic=1")))));
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "avic-1235")).singleElement().asString().contains("its text was not read");
    }

    @Test
    void windowsIsNotToldOfOneThatIsOff() {
        assertThat(Plans.edited(windows(ON, ""), OFF)).isEqualTo(windows("", ""));
        assertThat(Plans.of(windows("", ""), OFF).changes()).isEmpty();
        assertThat(Plans.of(windows(ON, ""), h -> h.vendor = TestHost.unreadable(h.vendor))
                        .changes())
                .isEmpty();
    }

    @Test
    void x2apicIsShownWhereItIsAccelerated() {
        Consumer<TestHost> zen4 = h -> h.flags = Fact.known(Set.of("svm", "x2avic"), "/proc/cpuinfo");
        Domain hidden = Plans.domain(
                "pc-q35-8.2",
                "  <cpu mode='host-passthrough'>\n    <feature policy='disable' name='x2apic'/>\n  </cpu>\n",
                "",
                "");
        assertThat(Plans.edited(hidden, zen4))
                .isEqualTo(Plans.domain("pc-q35-8.2", "  <cpu mode='host-passthrough'/>\n", "", ""));
        assertThat(Plans.of(hidden, Plans.SOUND).changes()).isEmpty();
    }

    @Test
    void whetherToTurnItOnIsAMatterForAPerson() {
        Plan plan = Plans.of(
                windows("", ""), OFF.andThen(h -> h.flags = Fact.known(Set.of("svm", "x2avic"), "/proc/cpuinfo")));
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "avic-off-zen4"))
                .singleElement()
                .asString()
                .contains("options kvm_amd avic=1");
    }
}
