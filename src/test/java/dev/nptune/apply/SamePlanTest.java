package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.PciAddress;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Applying a plan a second time.
class SamePlanTest {
    @TempDir
    Path folder;

    private Box box;
    private Plan plan;

    @BeforeEach
    void unpack() throws IOException {
        box = new Box(folder);
        box.put("/etc/a.conf", "a\n");
        box.put("/sys/v", "0\n");
        plan = Box.plan(
                Box.edit("/etc/a.conf", "a\n", "b\n"),
                Box.edit("/etc/a.conf", "b\n", "c\n"),
                Box.sysfs("/sys/v", "0", "1"));
    }

    private ApplyResult apply() throws IOException {
        return box.applier().apply(plan, ApplyListener.SILENT);
    }

    @Test
    void whatIsInForceIsNotDoneAgain() throws IOException {
        assertThat(apply()).isInstanceOf(ApplyResult.Committed.class);
        String run = box.latest().id();
        Map<String, String> applied = box.snapshot();
        assertThat(apply()).isEqualTo(new ApplyResult.AlreadyApplied(run));
        assertThat(box.snapshot()).isEqualTo(applied);
        assertThat(box.journals().list().journals()).hasSize(1);
        assertThat(box.applier().preview(plan, true).notes())
                .containsExactly("run " + run + " has applied it already; nothing to do");
    }

    @Test
    void aCardThatWentToAnotherDriver() throws IOException {
        String device = "/sys/bus/pci/devices/0000:01:00.0";
        PciAddress address = PciAddress.parse("01:00.0");
        box.put(device + "/driver_override", "vfio-pci\n");
        Files.createSymbolicLink(box.at(device + "/driver"), Path.of("../../drivers/vfio-pci"));
        Change bind = new Change.BindDriver("bind", List.of(), address, "10de:2684", "nouveau", "vfio-pci");
        Undo undo = new Undo.OfDriver(address, "10de:2684", "nouveau", null, "vfio-pci", false);
        assertThat(executors().lapsed(bind, undo)).isEmpty();
        Files.delete(box.at(device + "/driver"));
        assertThat(executors().lapsed(bind, undo))
                .containsExactly("PCI function 0000:01:00.0 was given to vfio-pci, is now bound to no driver");
    }

    @Test
    void aVmThatSomebodyDefinedAnew() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "no virsh here");
        String xml = new Libvirt("test:///default").inactiveXml("test");
        String other = xml.replace("<vcpu placement='static'>2</vcpu>", "<vcpu placement='static'>4</vcpu>");
        assertThat(executors().lapsed(define(other, xml), new Undo.OfDomain("test", other, xml, xml, "0.xml", null)))
                .isEmpty();
        assertThat(executors().lapsed(define(xml, other), new Undo.OfDomain("test", xml, other, other, "0.xml", null)))
                .singleElement()
                .asString()
                .contains("not there: domain/vcpu placement='static' '4'");
    }

    private static Change define(String before, String after) {
        return new Change.DefineDomain("define", List.of(), "test", before, after);
    }

    private Executors executors() {
        return new Executors(
                new Machine(box.root, new Libvirt("test:///default"), new Modules("modprobe"), new Tools(null)));
    }

    @Test
    void whatHasLapsedIsNamed() throws IOException {
        apply();
        String run = box.latest().id();
        box.put("/sys/v", "0\n");
        assertThat(apply()).isInstanceOfSatisfying(ApplyResult.Refused.class, r -> {
            assertThat(r.reason())
                    .isEqualTo("run " + run + " applied this plan, and some of it does not hold any more");
            assertThat(r.nextStep()).contains("nptune rollback " + run, "then apply the plan again");
            assertThat(r.differences())
                    .containsExactly(new ApplyResult.Difference(
                            2, "write /sys/v", List.of(box.at("/sys/v") + " was set to '1', is now '0'")));
        });
        box.rollback(false);
        assertThat(apply()).isInstanceOf(ApplyResult.Committed.class);
    }

    @Test
    void whatLastsUntilARebootIsNoReasonToTakeTheRestBack() throws IOException {
        String id = "/proc/sys/kernel/random/boot_id";
        box.put(id, "one\n");
        apply();
        box.put(id, "two\n");
        box.put("/sys/v", "0\n");
        assertThat(apply()).isInstanceOfSatisfying(ApplyResult.Refused.class, r -> {
            assertThat(r.reason()).endsWith("some of it does not hold any more: it lasts until a reboot");
            assertThat(r.nextStep()).contains("nptune plan").doesNotContain("rollback");
        });
        box.put("/etc/a.conf", "mine\n");
        assertThat(apply())
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class, r -> assertThat(r.nextStep()).contains("nptune rollback "));
    }

    @Test
    void whatAllLastsUntilARebootIsAppliedOnceMoreAfterIt() throws IOException {
        String id = "/proc/sys/kernel/random/boot_id";
        plan = Box.plan(Box.sysfs("/sys/v", "0", "1"));
        box.put(id, "one\n");
        apply();
        String first = box.latest().id();
        box.put(id, "two\n");
        box.put("/sys/v", "0\n");
        assertThat(apply()).isInstanceOf(ApplyResult.Committed.class);
        assertThat(box.text("/sys/v").strip()).isEqualTo("1");
        box.put(id, "three\n");
        assertThat(box.applier().rollback(first, false, ApplyListener.SILENT))
                .as("of the second one nothing lasts")
                .isInstanceOf(ApplyResult.RolledBack.class);
    }

    @Test
    void aRefusalTellsThatARunWasTakenBackBefore() throws IOException {
        Journal cutOff = box.journals().create(plan, "");
        cutOff.append(new Entry.Started(2, new Undo.OfSysfs("/sys/v", "0", "1"), List.of()));
        box.put("/etc/a.conf", "mine\n");
        assertThat(apply()).isInstanceOfSatisfying(ApplyResult.Refused.class, r -> {
            assertThat(r.reason())
                    .startsWith("run " + cutOff.id() + " was taken back, and the plan was not applied again: ");
            assertThat(r.nextStep()).doesNotContain("nothing was changed");
        });
    }

    @Test
    void whatWasCutOffIsTakenBackFirst() throws IOException {
        Map<String, String> before = box.snapshot();
        try {
            box.applier((phase, index) -> {
                        if (phase == FaultHook.Phase.AFTER_ACT && index == 1) {
                            throw new AssertionError("the end of the process");
                        }
                    })
                    .apply(plan, ApplyListener.SILENT);
        } catch (AssertionError e) {
            assertThat(e).hasMessage("the end of the process");
        }
        assertThat(box.latest().state().unfinished()).isTrue();
        String cutOff = box.latest().id();
        List<ApplyEvent> events = new ArrayList<>();
        assertThat(box.applier().apply(plan, events::add)).isInstanceOf(ApplyResult.Committed.class);
        assertThat(events.getFirst())
                .isEqualTo(new ApplyEvent.RollingBack(cutOff, "run " + cutOff + " was cut off", 2));
        assertThat(box.text("/etc/a.conf")).isEqualTo("c\n");
        box.rollback(false);
        assertThat(box.snapshot()).isEqualTo(before);
    }
}
