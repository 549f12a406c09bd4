package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.apply.FaultHook.Phase;
import dev.nptune.host.PciAddress;
import dev.nptune.plan.Change;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplierTest {
    @TempDir
    Path folder;

    private Box box;

    @BeforeEach
    void unpack() throws IOException {
        box = new Box(folder);
    }

    private static List<String> refusal(ApplyResult result) {
        assertThat(result).isInstanceOf(ApplyResult.Refused.class);
        return ((ApplyResult.Refused) result)
                .differences().stream().flatMap(d -> d.what().stream()).toList();
    }

    private static ApplyResult.Leftover onlyLeft(ApplyResult result) {
        assertThat(result).isInstanceOf(ApplyResult.Partial.class);
        assertThat(((ApplyResult.Partial) result).left()).hasSize(1);
        return ((ApplyResult.Partial) result).left().getFirst();
    }

    @Test
    void anEditKeepsModeAndExtendedAttributesAndItsUndoTheTimeToo() throws IOException {
        Path file = box.put("/etc/a.conf", "a\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-02-03T04:05:06.123456789Z")));
        var attributes = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        Assumptions.assumeTrue(attributes != null, "no extended attributes here");
        attributes.write("nptune", ByteBuffer.wrap(new byte[] {1, 2, 3}));
        Map<String, String> before = box.snapshot();

        assertThat(box.apply(Box.edit("/etc/a.conf", "a\n", "b\n"))).isInstanceOf(ApplyResult.Committed.class);
        assertThat(box.text("/etc/a.conf")).isEqualTo("b\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(attributes.list()).contains("nptune");

        assertThat(box.rollback(false)).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.snapshot()).isEqualTo(before);
        assertThat(attributes.list()).contains("nptune");
    }

    @Test
    void aLinkStaysALinkAndItsTargetIsEdited() throws IOException {
        box.put("/etc/real.conf", "a\n");
        Files.createSymbolicLink(box.at("/etc/link.conf"), Path.of("real.conf"));
        assertThat(box.apply(Box.edit("/etc/link.conf", "a\n", "b\n"))).isInstanceOf(ApplyResult.Committed.class);
        assertThat(box.at("/etc/link.conf")).isSymbolicLink();
        assertThat(box.text("/etc/real.conf")).isEqualTo("b\n");
    }

    @Test
    void nothingOutsideTheRootIsEdited() throws IOException {
        Path outside = Files.writeString(folder.resolve("outside"), "a\n");
        Files.createDirectories(box.at("/etc"));
        Files.createSymbolicLink(box.at("/etc/out"), outside);
        Files.createSymbolicLink(box.at("/etc/dangling"), Path.of("nowhere"));
        Files.createSymbolicLink(box.at("/etc/away"), folder);
        assertThat(refusal(box.apply(
                        Box.edit("/etc/out", "a\n", "b\n"),
                        Box.edit("/etc/dangling", null, "b\n"),
                        Box.edit("/etc/away/outside", "a\n", "b\n"),
                        Box.edit("/etc/../../outside", "a\n", "b\n"),
                        Box.edit("etc/x", null, "b\n"))))
                .satisfiesExactly(
                        w -> assertThat(w).contains("leads out of"),
                        w -> assertThat(w).contains("a file that is not there"),
                        w -> assertThat(w).contains("leads out of"),
                        w -> assertThat(w).contains("without '.' and '..'"),
                        w -> assertThat(w).contains("not an absolute path"));
        assertThat(outside).hasContent("a\n");
        assertThat(box.journals().list().journals()).isEmpty();
    }

    @Test
    void aFileThatHasChangedIsRefusedWithTheLinesBeforeAnythingIsDone() throws IOException {
        box.put("/etc/a.conf", "a\n");
        box.put("/etc/b.conf", "one\nzwei\nthree\n");
        assertThat(refusal(box.apply(
                        Box.edit("/etc/a.conf", "a\n", "x\n"),
                        Box.edit("/etc/b.conf", "one\ntwo\nthree\n", "x\n"),
                        Box.edit("/etc/gone.conf", "a\n", "x\n"),
                        Box.edit("/etc/a.conf", "x\n", "y\n"))))
                .containsExactly(
                        box.at("/etc/b.conf") + " has changed",
                        "line 2 was 'two', is now 'zwei'",
                        box.at("/etc/gone.conf") + " is gone");
        assertThat(box.text("/etc/a.conf")).isEqualTo("a\n");
    }

    @Test
    void whatSomebodyElseEditedSinceIsLeftUnlessForced() throws IOException {
        box.put("/etc/a.conf", "a\n");
        box.put("/etc/b.conf", "a\n");
        box.put("/sys/v", "0\n");
        Map<String, String> before = box.snapshot();
        box.apply(
                Box.edit("/etc/a.conf", "a\n", "b\n"),
                Box.edit("/etc/b.conf", "a\n", "b\n"),
                Box.sysfs("/sys/v", "0", "1"));
        box.put("/etc/b.conf", "mine\n");

        ApplyResult.Leftover left = onlyLeft(box.rollback(false));
        assertThat(left.index()).isEqualTo(1);
        assertThat(left.conflict()).isTrue();
        assertThat(left.byHand())
                .startsWith("cp -a ")
                .endsWith(box.at("/etc/b.conf").toString());
        assertThat(box.text("/etc/a.conf")).isEqualTo("a\n");
        assertThat(box.text("/etc/b.conf")).isEqualTo("mine\n");
        assertThat(box.text("/sys/v")).isEqualTo("0\n");
        assertThat(box.latest().state()).isInstanceOf(RunState.Broken.class);

        assertThat(box.rollback(true)).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.snapshot()).isEqualTo(before);
        assertThat(box.rollback(true)).isInstanceOf(ApplyResult.RolledBack.class);
    }

    @Test
    void aValueThatLastsOnlyUntilTheBootIsNoConflictAfterIt() throws IOException {
        box.put("/proc/sys/kernel/random/boot_id", "one\n");
        box.put("/sys/v", "0\n");
        box.apply(Box.sysfs("/sys/v", "0", "1"));
        box.put("/sys/v", "7\n");
        assertThat(onlyLeft(box.rollback(false)).why()).contains("was set to '7' after the change was made");
        box.put("/proc/sys/kernel/random/boot_id", "two\n");
        assertThat(box.rollback(false)).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.text("/sys/v")).isEqualTo("7\n");
    }

    @Test
    void tooFewHugePagesAreGivenBack() throws IOException {
        box.put("/proc/sys/vm/nr_hugepages", "0\n");
        FaultHook kernel = (phase, _) -> {
            if (phase == Phase.AFTER_ACT) {
                box.put("/proc/sys/vm/nr_hugepages", "5120\n");
            }
        };
        ApplyResult result = box.applier(kernel)
                .apply(Box.plan(Box.sysfs("/proc/sys/vm/nr_hugepages", "0", "8192")), ApplyListener.SILENT);
        assertThat(result).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(((ApplyResult.RolledBack) result).reason())
                .contains("asked the kernel for 8192 huge pages", "got 5120", "hugepages=8192");
        assertThat(box.text("/proc/sys/vm/nr_hugepages")).isEqualTo("0\n");
    }

    @Test
    void aReloadThatTheFileDoesNotReachIsTakenBack() throws IOException {
        box.put("/sys/module/kvm_amd/parameters/npt", "0\n");
        box.put("/sys/module/kvm_amd/refcnt", "0\n");
        box.put("/etc/modprobe.d/kvm.conf", "options kvm_amd npt=0\n");
        ApplyResult result = box.apply(Box.reload("0", "1"));
        assertThat(result).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(((ApplyResult.RolledBack) result).reason()).contains("is '0', not '1'", "/etc/modprobe.d");
    }

    @Test
    void aModuleInUseOrBuiltInIsRefused() throws IOException {
        box.put("/sys/module/kvm_amd/parameters/npt", "0\n");
        assertThat(refusal(box.apply(Box.reload("0", "1")))).first().asString().contains("built into the kernel");
        box.put("/sys/module/kvm_amd/refcnt", "3\n");
        assertThat(refusal(box.apply(Box.reload("0", "1")))).first().asString().contains("in use (3 users");
        box.put("/sys/module/kvm_amd/refcnt", "0\n");
        assertThat(refusal(box.apply(Box.reload("1", "0")))).first().asString().contains("was '1', is now '0'");
    }

    @Test
    void anotherCardInTheSlotIsRefused() throws IOException {
        String device = "/sys/bus/pci/devices/0000:01:00.0";
        box.put(device + "/vendor", "0x10de\n");
        box.put(device + "/device", "0x2684\n");
        box.put(device + "/driver_override", "(null)\n");
        box.put("/sys/bus/pci/drivers/nouveau/unbind", "");
        Files.createSymbolicLink(box.at(device + "/driver"), Path.of("../../drivers/nouveau"));
        assertThat(refusal(box.apply(bind("10de:2702", "nouveau"))))
                .first()
                .asString()
                .contains("was 10de:2702, is now 10de:2684");
        assertThat(refusal(box.apply(bind("10de:2684", "nvidia"))))
                .first()
                .asString()
                .contains("was bound to nvidia, is now bound to nouveau");
        assertThat(box.applier().check(Box.plan(bind("10de:2684", "nouveau")))).isEmpty();
    }

    private static Change bind(String id, String before) {
        return new Change.BindDriver(
                "give the card to vfio", List.of(), PciAddress.parse("01:00.0"), id, before, "vfio-pci");
    }

    /// libvirt's test driver forgets what is defined when the connection closes: to the applier, a libvirt that takes a
    /// definition and does not keep it.
    @Test
    void aDefinitionThatLibvirtDoesNotKeepIsNoticed() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "no virsh here");
        String before = new Libvirt("test:///default").inactiveXml("test");
        String after = before.replace("<vcpu placement='static'>2</vcpu>", "<vcpu placement='static'>4</vcpu>");
        ApplyResult result = box.apply(new Change.DefineDomain("give it four CPUs", List.of(), "test", before, after));
        assertThat(result).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(((ApplyResult.RolledBack) result).reason())
                .contains("not there: domain/vcpu placement='static' '4'");

        String twin = after.replace("<name>test</name>", "<name>twin</name>");
        assertThat(refusal(box.apply(new Change.DefineDomain("", List.of(), "test", before, twin))))
                .first()
                .asString()
                .contains("a second VM");
        assertThat(refusal(box.apply(new Change.DefineDomain("", List.of(), "test", after, before))))
                .anyMatch(w -> w.contains("4</vcpu>', is now"));
    }

    @Test
    void anInterruptStopsBetweenChangesAndTakesBack() throws IOException {
        box.put("/sys/v", "0\n");
        Thread caller = Thread.currentThread();
        List<ApplyEvent> events = new ArrayList<>();
        ApplyResult result = box.applier()
                .apply(Box.plan(Box.sysfs("/sys/v", "0", "1"), Box.edit("/etc/never", null, "")), e -> {
                    events.add(e);
                    if (e instanceof ApplyEvent.Started) {
                        caller.interrupt();
                        while (caller.isInterrupted()) {
                            Thread.onSpinWait();
                        }
                        sleep();
                    }
                });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(((ApplyResult.RolledBack) result).interrupted()).isTrue();
        assertThat(box.text("/sys/v")).isEqualTo("0\n");
        assertThat(events)
                .extracting(e -> e.getClass().getSimpleName())
                .containsExactly("Began", "Started", "Verified", "RollingBack", "Undone");
    }

    private static void sleep() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aListenerThatThrowsDoesNotStopTheRun() throws IOException {
        ApplyResult result = box.applier().apply(Box.plan(Box.edit("/etc/a", null, "a")), _ -> {
            throw new IllegalStateException("the terminal is gone");
        });
        assertThat(result).isInstanceOf(ApplyResult.Committed.class);
    }

    @Test
    void onlyOneAtATimeAndNoneOverOneCutOff() throws IOException {
        Change change = Box.edit("/etc/a", null, "a");
        try (var lock = box.journals().lock()) {
            assertThat(lock).isNotNull();
            assertThat(box.apply(change))
                    .isInstanceOfSatisfying(
                            ApplyResult.Refused.class,
                            r -> assertThat(r.reason())
                                    .matches("another nptune is changing this machine: process "
                                            + ProcessHandle.current().pid() + ", since 20.*"));
        }
        Journal cutOff = box.journals().create(Box.plan(change), "");
        cutOff.append(new Entry.Started(
                0, new Undo.OfFile("/etc/a", "/etc/.a.tmp", null, "a", List.of("/etc"), false), List.of()));
        assertThat(box.apply(Box.edit("/etc/b", null, "b")))
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class,
                        r -> assertThat(r.nextStep()).contains("nptune rollback " + cutOff.id()));
        assertThat(box.rollback(false)).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.apply(change)).isInstanceOf(ApplyResult.Committed.class);
    }

    @Test
    void noneOverOneThatCannotBeReadUntilItIsSetAside() throws IOException {
        Change change = Box.edit("/etc/a", null, "a");
        Journal damaged = box.journals().create(Box.plan(change), "");
        String undone = "{\"event\":\"undone\",\"index\":0}\n";
        Path journal = damaged.folder().resolve("journal.jsonl");
        Files.writeString(journal, Files.readString(journal) + undone + undone);
        assertThat(box.apply(change)).isInstanceOfSatisfying(ApplyResult.Refused.class, r -> {
            assertThat(r.reason()).contains(damaged.id(), "journal.jsonl, line 2");
            assertThat(r.nextStep()).contains(damaged.folder() + "/backup", "mv " + damaged.folder());
        });
        assertThat(box.at("/etc/a")).doesNotExist();

        Files.move(damaged.folder(), Path.of(damaged.folder() + ".aside"));
        Journal cutOff = box.journals().create(Box.plan(change), "");
        Files.writeString(cutOff.folder().resolve("journal.jsonl"), "{\"eve");
        assertThat(box.apply(change)).isInstanceOf(ApplyResult.Committed.class);
    }

    @Test
    void aRunThatALaterOneWasBuiltUponIsTakenBackAfterThat() throws IOException {
        box.put("/etc/a", "1");
        box.apply(Box.edit("/etc/a", "1", "2"), Box.edit("/etc/b", null, "b"));
        String first = box.latest().id();
        box.apply(Box.edit("/etc/c", null, "c"));
        box.apply(Box.edit("/etc/a", "2", "3"));
        String third = box.latest().id();

        for (boolean force : List.of(false, true)) {
            assertThat(box.applier().rollback(first, force, ApplyListener.SILENT))
                    .isInstanceOfSatisfying(ApplyResult.Refused.class, r -> {
                        assertThat(r.reason()).contains("run " + third + " was applied after it");
                        assertThat(r.nextStep()).contains("nptune rollback " + third);
                    });
        }
        assertThat(box.applier().previewBack(first, false).obstacle()).contains(third);
        assertThat(box.text("/etc/b")).isEqualTo("b");

        box.applier().rollback(third, false, ApplyListener.SILENT);
        assertThat(box.applier().rollback(first, false, ApplyListener.SILENT))
                .isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.text("/etc/a")).isEqualTo("1");
        assertThat(box.text("/etc/c")).isEqualTo("c");
    }

    /// A program that was built anew while it ran, for one.
    @Test
    void aClassThatIsMissingIsAFaultLikeAnother() throws IOException {
        box.put("/etc/a", "1");
        ApplyResult result = box.applier((phase, index) -> {
                    if (phase == FaultHook.Phase.IN_VERIFY) {
                        throw new NoClassDefFoundError("dev/nptune/apply/Gone");
                    }
                })
                .apply(Box.plan(Box.edit("/etc/a", "1", "2")), ApplyListener.SILENT);
        assertThat(result)
                .isInstanceOfSatisfying(
                        ApplyResult.RolledBack.class,
                        r -> assertThat(r.reason()).contains("the Java machine gave up", "dev/nptune/apply/Gone"));
        assertThat(box.text("/etc/a")).isEqualTo("1");
    }

    @Test
    void aVmThatWasRemovedSinceOrIsAnotherStaysSo() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "no virsh here");
        Libvirt libvirt = new Libvirt("test:///default");
        DomainExecutor domains =
                new DomainExecutor(new Machine(box.root, libvirt, new Modules("modprobe"), new Tools(null)));
        Place place = new Place(0, "run", folder, FaultHook.NONE);
        String xml = libvirt.inactiveXml("test");
        String more = xml.replace(">2</vcpu>", ">4</vcpu>");
        String other = xml.replaceFirst("<uuid>........", "<uuid>01234567");
        for (boolean force : List.of(false, true)) {
            UndoMode mode = new UndoMode(force, true, false, false, Instant.now(), Set.of(), Set.of());
            Undo.OfDomain gone = new Undo.OfDomain("gone", other, more, more, "0.xml", null);
            assertThat(domains.undo(gone, place, mode)).contains("VM 'gone' is not there any more");
            Undo.OfDomain another = new Undo.OfDomain("test", other, more, more, "0.xml", null);
            assertThat(domains.undo(another, place, mode)).contains("VM 'test' is another one now");
            assertThat(domains.stepsBack(another, place))
                    .containsExactly("nothing: VM 'test' is another one now, and stays as it is");
            domains.check(another, place, mode);
            Undo.OfDomain renamed = new Undo.OfDomain("before", xml, more, more, "0.xml", null);
            assertThatThrownBy(() -> domains.undo(renamed, place, mode))
                    .hasMessageContaining("VM 'before' is called 'test' now: rename it back");
        }
    }

    @Test
    void rollingBackARunThatIsNotThere() {
        assertThatThrownBy(() -> box.applier().rollback("../../etc", false, ApplyListener.SILENT))
                .isInstanceOf(NoSuchRunException.class)
                .hasMessageStartingWith("there is no run '../../etc' in ");
    }
}
