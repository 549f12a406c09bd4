package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.EmbeddedLibvirt;
import dev.nptune.MemoryFolder;
import dev.nptune.host.CpuSet;
import dev.nptune.host.PciAddress;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import dev.nptune.plan.PlanDiff;
import dev.nptune.vm.GuestKind;
import dev.nptune.vm.Libvirt;
import dev.nptune.vm.NewCpu;
import dev.nptune.vm.NewDevices;
import dev.nptune.vm.NewDomain;
import dev.nptune.vm.NewHostdev;
import dev.nptune.vm.NewMemory;
import dev.nptune.vm.NewVcpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A VM that was not there, made and taken back.
class NewDomainsTest {
    private static final String NAME = "3";
    private static final String XML = EmbeddedLibvirt.emulated(new NewDomain(
                    NAME,
                    GuestKind.WINDOWS_10,
                    "9.0.0",
                    NewMemory.of(1L << 30),
                    NewVcpus.of(1, 2, 2).withPins(List.of(CpuSet.of(0), CpuSet.of(), CpuSet.of(0), CpuSet.of())),
                    NewCpu.PLAIN,
                    NewDevices.of(List.of(), List.of(NewHostdev.of(PciAddress.parse("0a:00.0")))))
            .xml());
    private static final Change MAKE = make(XML);
    private static final String WITH_TPM = XML.replace(
            "  </devices>",
            "    <tpm model='tpm-crb'>\n      <backend type='emulator' version='2.0'/>\n    </tpm>\n  </devices>");

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    /// The end of a process, which nothing of the run catches.
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    private static Change make(String xml) {
        return new Change.DefineDomain("Make VM 3", List.of("rule"), NAME, null, xml);
    }

    @Test
    void aNewDomainIsShownWhole() {
        assertThat(PlanDiff.render(Box.plan(MAKE)))
                .startsWith("# Make VM 3\n--- /dev/null\n+++ b/domain/3.xml\n@@ -0,0 +1,")
                .contains("+  <name>3</name>\n")
                .doesNotContainPattern("(?m)^-[^-]");
    }

    /// libvirt's test driver, which forgets what is defined when the connection closes.
    @Nested
    class Forgetting {
        @BeforeEach
        void virsh() {
            assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "no virsh here");
        }

        @Test
        void aDefinitionThatIsNotKeptIsNoticed() throws IOException {
            ApplyResult result = new Box(folder).apply(MAKE);
            assertThat(((ApplyResult.RolledBack) result).reason())
                    .contains("libvirt took the definition of VM '3' and does not have it now");
        }

        @Test
        void aNameThatIsTakenAUuidThatIsTakenAndAnotherVmsXml() throws IOException {
            Libvirt libvirt = new Libvirt("test:///default");
            String uuid = libvirt.uuid("test").orElseThrow();
            assertThat(refusal("test", XML.replace("<name>3", "<name>test")))
                    .containsExactly("VM 'test' is there already; choose another name");
            assertThat(refusal("3", XML.replace("</name>", "</name><uuid>" + uuid + "</uuid>")))
                    .containsExactly("the UUID '" + uuid + "' is that of VM 'test'");
            assertThat(refusal("4", XML)).containsExactly("the XML to define is that of VM '3', not of '4'");
        }

        private List<String> refusal(String name, String xml) throws IOException {
            ApplyResult result = new Box(folder).apply(new Change.DefineDomain("", List.of(), name, null, xml));
            return ((ApplyResult.Refused) result).differences().getFirst().what();
        }

        @Test
        void aRunningVmIsNotTakenBack() throws IOException {
            Libvirt libvirt = new Libvirt("test:///default");
            Undo.OfDomain undo = new Undo.OfDomain("test", null, "<domain/>", libvirt.inactiveXml("test"), null, null);
            Machine machine = new Machine(folder, libvirt, new Modules("modprobe"), new Tools(null));
            assertThatThrownBy(() -> new NewDomains(machine)
                            .undo(undo, new UndoMode(true, true, false, false, Instant.EPOCH, Set.of(), Set.of())))
                    .hasMessage("VM 'test' is running; shut it down and take the change back then");
        }
    }

    /// libvirt's QEMU driver, which keeps definitions.
    @Nested
    class Keeping {
        @TempDir
        Path libvirtFolder;

        private Libvirt libvirt = new Libvirt("");
        private Box box;

        @BeforeEach
        void start() throws IOException {
            libvirt = new EmbeddedLibvirt(libvirtFolder).libvirt();
            box = new Box(folder, libvirt);
            // another VM, so that "3" might be its number
            libvirt.define(XML.replace("<name>3", "<name>other"));
        }

        @Test
        void madeAndTakenBack() throws IOException {
            assertThat(box.apply(MAKE)).isInstanceOf(ApplyResult.Committed.class);
            String uuid = libvirt.uuid(NAME).orElseThrow();
            Run run = box.latest().state().run();
            assertThat(((Undo.OfDomain) run.steps().getFirst().undo()).after())
                    .contains("<uuid>" + uuid + "</uuid>", "machine='pc-q35-")
                    .isEqualTo(libvirt.inactiveXml(uuid));
            assertThat(refusedNow()).containsExactly("VM '3' is there already; choose another name");

            assertThat(box.rollback(false)).isInstanceOf(ApplyResult.RolledBack.class);
            assertThat(libvirt.domains()).containsExactly("other");
            assertThat(box.rollback(false)).isInstanceOf(ApplyResult.RolledBack.class);
        }

        private List<String> refusedNow() throws IOException {
            return box.applier().check(Box.plan(MAKE)).getFirst().what();
        }

        @Test
        void oneEditedSinceIsKeptUnlessForced() throws IOException {
            box.apply(MAKE);
            String uuid = libvirt.uuid(NAME).orElseThrow();
            libvirt.define(libvirt.inactiveXml(uuid)
                    .replace("<vcpu placement='static'>4<", "<vcpu placement='static' current='3'>4<"));
            ApplyResult.Leftover left =
                    ((ApplyResult.Partial) box.rollback(false)).left().getFirst();
            assertThat(left.conflict()).isTrue();
            assertThat(left.why()).contains("VM '3' was edited after it was made");
            assertThat(left.byHand()).isEqualTo("virsh undefine --nvram --domain 3");
            assertThat(libvirt.domains()).containsExactlyInAnyOrder("3", "other");
            assertThat(box.rollback(true)).isInstanceOf(ApplyResult.RolledBack.class);
            assertThat(libvirt.domains()).containsExactly("other");
        }

        private String rollbackNote(boolean force) throws IOException {
            List<String> notes = new ArrayList<>();
            ApplyResult result = box.applier().rollback(box.latest().id(), force, event -> {
                if (event instanceof ApplyEvent.Undone(int _, Change _, String note)) {
                    notes.add(note);
                }
            });
            assertThat(result).isInstanceOf(ApplyResult.RolledBack.class);
            return notes.getFirst();
        }

        @Test
        void oneStartedSinceIsKeptUnlessForcedAndItsTpmStaysThen() throws IOException {
            box.put("/var/log/libvirt/qemu/3.log", "an earlier VM of that name\n");
            Files.setLastModifiedTime(box.at("/var/log/libvirt/qemu/3.log"), FileTime.from(Instant.EPOCH));
            box.apply(make(WITH_TPM));
            String uuid = libvirt.uuid(NAME).orElseThrow();
            Path state = Files.createDirectories(libvirtFolder.resolve("lib/swtpm/" + uuid + "/tpm2"));
            Files.writeString(state.resolve("tpm2-00.permall"), "keys");
            box.put("/var/log/libvirt/qemu/3.log", "starting up\n");

            ApplyResult.Leftover left =
                    ((ApplyResult.Partial) box.rollback(false)).left().getFirst();

            assertThat(left.conflict()).isTrue();
            assertThat(left.why())
                    .contains("VM '3' was started after it was made (/var/log/libvirt/qemu/3.log is newer)")
                    .contains("its definition and the firmware's variables (NVRAM) would go")
                    .contains("recovery key")
                    .contains("its disks would stay");
            assertThat(left.byHand()).isEqualTo("virsh undefine --nvram --keep-tpm --domain 3");
            assertThat(libvirt.domains()).containsExactlyInAnyOrder("3", "other");
            assertThat(rollbackNote(true))
                    .isEqualTo("VM '3' had been started; its disks are where they were, and its TPM's state is kept in"
                            + " /var/lib/libvirt/swtpm/" + uuid);
            assertThat(libvirt.domains()).containsExactly("other");
            assertThat(state.resolve("tpm2-00.permall")).hasContent("keys");
        }

        @Test
        void itsTpmAndItsVariablesTellThatItWasStarted() throws IOException {
            box.apply(MAKE);
            String uuid = libvirt.uuid(NAME).orElseThrow();
            String nvram = "/var/lib/libvirt/qemu/nvram/3_VARS.fd";
            for (String sign : List.of("/var/lib/libvirt/swtpm/" + uuid + "/tpm2/tpm2-00.permall", nvram)) {
                Path file = box.put(sign, "");
                assertThat(((ApplyResult.Partial) box.rollback(false))
                                .left()
                                .getFirst()
                                .why())
                        .contains("was started after it was made (" + sign.replaceFirst("/tpm2/.*", "") + " is newer");
                Files.delete(file);
                Files.deleteIfExists(box.at("/var/lib/libvirt/swtpm/" + uuid + "/tpm2"));
                Files.deleteIfExists(box.at("/var/lib/libvirt/swtpm/" + uuid));
            }
            assertThat(rollbackNote(false)).isEmpty();
        }

        @Test
        void variablesOfAnEarlierVmAreNoticed() throws IOException {
            Path kept = box.put("/var/lib/libvirt/qemu/nvram/3_VARS.fd", "kept");
            assertThat(((ApplyResult.Refused) box.apply(MAKE))
                            .differences()
                            .getFirst()
                            .what())
                    .containsExactly("the firmware's variables of an earlier VM '3' are there, and the new one would"
                            + " start with them: /var/lib/libvirt/qemu/nvram/3_VARS.fd; move the file away or choose"
                            + " another name");
            Files.delete(kept);
            assertThat(box.apply(MAKE)).isInstanceOf(ApplyResult.Committed.class);
        }

        /// libvirt says where they are only once the VM is defined.
        @Test
        void variablesThatWereThereBeforeStay() throws IOException {
            Change make = make(XML.replaceAll(
                    "(?s)<os firmware='efi'>.*?</os>",
                    "<os>\n    <type arch='x86_64' machine='q35'>hvm</type>\n    <loader readonly='yes' secure='no'"
                            + " type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>\n  </os>"));
            box.apply(make);
            String nvram = DomainXml.text(libvirt.inactiveXml(libvirt.uuid(NAME).orElseThrow()), "domain/os/nvram");
            assertThat(nvram).startsWith(libvirtFolder.toString());
            box.rollback(false);
            Path kept = Path.of(nvram);
            Files.createDirectories(kept.resolveSibling("."));
            Files.writeString(kept, "kept");
            box.put(nvram, "kept");

            assertThat(box.apply(make)).isInstanceOf(ApplyResult.Committed.class);
            box.put(nvram, "written to since");
            ApplyResult.Leftover left =
                    ((ApplyResult.Partial) box.rollback(false)).left().getFirst();
            assertThat(left.why()).contains("its definition would go").doesNotContain("NVRAM");
            assertThat(left.byHand()).isEqualTo("virsh undefine --keep-nvram --domain 3");
            box.rollback(true);

            assertThat(libvirt.domains()).containsExactly("other");
            assertThat(kept).hasContent("kept");
        }

        /// Wherever the run dies, the rollback leaves nothing of it.
        @Test
        void aRunThatDiesAnywhere() throws IOException {
            for (int n = 0; ; n++) {
                Path place = folder.resolve(Integer.toString(n));
                Box here = new Box(place, libvirt);
                Map<String, String> before = here.snapshot();
                Plan plan = Box.plan(Box.edit("/etc/a", null, "a"), MAKE);
                boolean ended = dies(here, plan, n);
                for (Journal journal : here.journals().list().journals()) {
                    assertThat(here.applier().rollback(journal.id(), false, ApplyListener.SILENT))
                            .as("place " + n)
                            .isInstanceOf(ApplyResult.RolledBack.class);
                }
                assertThat(libvirt.domains()).as("place " + n).containsExactly("other");
                assertThat(here.snapshot()).as("place " + n).isEqualTo(before);
                if (!ended) {
                    assertThat(n).isGreaterThan(10);
                    return;
                }
            }
        }

        private boolean dies(Box here, Plan plan, int n) throws IOException {
            int[] passed = {0};
            FaultHook hook = (_, _) -> {
                if (passed[0]++ == n) {
                    throw new Crash();
                }
            };
            try {
                here.applier(hook).apply(plan, ApplyListener.SILENT);
                return false;
            } catch (Crash e) {
                return true;
            }
        }
    }
}
