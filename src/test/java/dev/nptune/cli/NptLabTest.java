package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.Progress;
import dev.nptune.kernel.module.BuildRequest;
import dev.nptune.kernel.module.DebianKernelPackages;
import dev.nptune.kernel.module.KernelParts;
import dev.nptune.kernel.module.ModuleBuilder;
import dev.nptune.kernel.module.PatchEdit;
import dev.nptune.kernel.module.SourceEdit;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.lab.GuestStuckException;
import dev.nptune.lab.HeldVm;
import dev.nptune.lab.KernelCache;
import dev.nptune.lab.KernelFiles;
import dev.nptune.lab.Lab;
import dev.nptune.lab.LabDirectories;
import dev.nptune.lab.Qemu;
import dev.nptune.paging.inspect.Inspection;
import dev.nptune.paging.inspect.Inspection.DeviceMapping;
import dev.nptune.paging.inspect.Inspection.Vcpu;
import dev.nptune.paging.inspect.Inspector;
import dev.nptune.paging.inspect.Surroundings;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.space.PageMix;
import dev.nptune.paging.type.MemoryType;
import dev.nptune.paging.type.Pat;
import dev.nptune.paging.type.PatVerdict;
import dev.nptune.paging.walk.PageSize;
import dev.nptune.report.InspectDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The story that the program grew out of, on real KVM: a kvm-amd that ignores the guest's PAT is found out by the page
/// tables, a patched one is built and loaded, and the tables say that it is cured. And what they say without nested
/// paging.
@Tag("lab")
class NptLabTest {
    private static final String HOST = "npt";
    private static final Path PATCHES = Path.of("src/main/resources/dev/nptune/kernel");

    @TempDir
    Path folder;

    @Test
    void thePageTablesTellTheBugAndItsCure() throws Exception {
        String path = System.getenv("PATH");
        LabDirectories directories =
                LabDirectories.of(System.getenv(), Path.of(System.getenv().getOrDefault("HOME", "/root")));
        try (KernelCache cache = new KernelCache(directories.cache(), path)) {
            KernelFiles kernel = cache.kernel(null, Progress.SILENT);
            KernelParts parts = new DebianKernelPackages(directories.cache(), path)
                    .parts(kernel.release(), kernel.version(), Progress.SILENT);
            Path sick = build(kernel, parts, "sick", "npt-gpat-bug.patch");
            Path cured = build(kernel, parts, "cured", "npt-gpat-bug.patch", "npt-gpat-fix.patch");

            Lab lab = Lab.prepare(Qemu.find(path), kernel, folder, Duration.ofMinutes(30));
            try (EmulatedHost host = lab.hostToInspect(HOST, sick.resolve("kvm-amd.ko"), List.of())) {
                Story story = new Story(
                        lab, host, HostModules.prepare(host, lab.share(HOST), kernel), folder.resolve("host.mem"));
                story.theBugIsSeen();
                story.theCureIsInstalled(cured);
                story.theCureIsSeen();
                story.whatTheKernelRefusesIsTakenBack(HostModules.refused(cured, folder.resolve("refused")));
                story.theKernelsOwnIsBack();
                story.hugePagesThatAreNone();
                story.hugePages();
                story.load("npt=0");
                story.withoutNestedPaging();
            }
        }
    }

    private Path build(KernelFiles kernel, KernelParts parts, String name, String... patches) throws Exception {
        List<SourceEdit> edits = new ArrayList<>();
        for (String patch : patches) {
            edits.add(PatchEdit.read(PATCHES.resolve(patch)));
        }
        Path output = folder.resolve(name);
        ModuleBuilder.build(
                new BuildRequest(
                        parts.headers(),
                        parts.source(),
                        kernel.modules(),
                        "kvm-amd",
                        edits,
                        Files.createDirectories(folder.resolve(name + "-work")),
                        Files.createDirectories(output),
                        System.getenv("PATH")),
                Progress.SILENT);
        return output;
    }

    /// What is seen in a host, module by module.
    private record Story(Lab lab, EmulatedHost host, HostModules modules, Path dump) {
        /// The guest asks for write-combining and gets write-through, which is uncached on a device's memory.
        void theBugIsSeen() throws Exception {
            Vcpu vcpu = look();
            assertThat(vcpu.vmcb().nested()).isTrue();
            assertThat(vcpu.pat().inForce()).isEqualTo(Pat.POWER_ON);
            assertThat(vcpu.pat().asked()).contains(Pat.LINUX);
            assertThat(vcpu.pat().kind()).isEqualTo(PatVerdict.Kind.IGNORED);
            framebuffer(vcpu, MemoryType.WT, MemoryType.UC);
            assertThat(framebuffer(vcpu).meant()).contains(MemoryType.WC);
            assertThat(doctor().out())
                    .contains("\"rule\" : \"npt-gpat\"")
                    .contains("VMCB 0x")
                    .contains("0x7040600070406")
                    .contains("0x407050600070106");
        }

        /// While the VM runs the module cannot be exchanged, and nothing is.
        void theCureIsInstalled(Path built) throws Exception {
            String before = modules.everything();
            String sick = modules.loaded();
            Exec.Result busy = modules.install(built);
            assertThat(busy.exit()).isEqualTo(3);
            assertThat(busy.err()).contains("a VM runs");
            assertThat(modules.everything()).isEqualTo(before);

            stop();
            Exec.Result installed = modules.install(built);

            worked(installed);
            assertThat(installed.out()).contains("updates/kvm-amd.ko").contains("load kvm-amd");
            assertThat(modules.loaded()).isNotEqualTo(sick);
        }

        /// The cured one is back, on the disk and in the kernel.
        void whatTheKernelRefusesIsTakenBack(Path built) throws Exception {
            stop();
            String before = modules.everything();
            String cured = modules.loaded();

            Exec.Result refused = modules.install(built);

            assertThat(refused.exit()).as(refused.err()).isEqualTo(4);
            assertThat(refused.err())
                    .contains("what was there before is back and loaded")
                    .contains("modprobe kvm_amd");
            assertThat(modules.everything()).isEqualTo(before);
            assertThat(modules.loaded()).isEqualTo(cured);
        }

        void theKernelsOwnIsBack() throws Exception {
            String cured = modules.loaded();

            worked(modules.remove());

            assertThat(modules.everything()).doesNotContain("updates").doesNotContain("patches");
            assertThat(modules.loaded()).isNotEqualTo(cured);
        }

        void theCureIsSeen() throws Exception {
            Vcpu vcpu = look();
            assertThat(vcpu.vmcb().nested()).isTrue();
            assertThat(vcpu.pat().inForce()).isEqualTo(Pat.LINUX);
            assertThat(vcpu.pat().kind()).isEqualTo(PatVerdict.Kind.OBEYED);
            framebuffer(vcpu, MemoryType.WC, MemoryType.WC);
            assertThat(Json.tree(doctor().out())
                            .path("diagnoses")
                            .path(0)
                            .path("clear")
                            .valueStream()
                            .map(JsonNode::asString))
                    .contains("npt-gpat");
        }

        /// A folder that is no hugetlbfs is taken without a word. Only what the processor reads shows it.
        void hugePagesThatAreNone() throws Exception {
            define("<source type='file'/>");
            Vcpu vcpu = look();
            PageMix nested = vcpu.nested().orElseThrow();
            assertThat(nested.of(PageSize.K4)).isEqualTo(nested.total()).isPositive();
            assertThat(Json.tree(doctor().out())
                            .path("diagnoses")
                            .path(0)
                            .path("findings")
                            .toString())
                    .contains("hugepage-not-real")
                    .contains("in pages of 4 KiB, 0 MiB of it in transparent huge pages");
        }

        void hugePages() throws Exception {
            stop();
            assertThat(host.call(
                            "sh",
                            "-c",
                            "echo 3 > /proc/sys/vm/drop_caches; echo 1 > /proc/sys/vm/compact_memory;"
                                    + " echo 264 > /proc/sys/vm/nr_hugepages; cat /proc/sys/vm/nr_hugepages"))
                    .satisfies(Story::worked)
                    .satisfies(reserved -> assertThat(reserved.out().strip()).isEqualTo("264"));
            define("<hugepages/>");
            Vcpu vcpu = look();
            assertThat(vcpu.nested().orElseThrow().share(PageSize.M2)).isGreaterThan(0.8);
            assertThat(Json.tree(doctor().out())
                            .path("diagnoses")
                            .path(0)
                            .path("findings")
                            .toString())
                    .doesNotContain("hugepage-not-real");
            stop();
            assertThat(host.call("sh", "-c", "echo 0 > /proc/sys/vm/nr_hugepages"))
                    .satisfies(Story::worked);
            define("");
        }

        /// Defines the VM with this in its `memoryBacking`.
        private void define(String backing) throws Exception {
            String xml = host.call("virsh", "dumpxml", "--inactive", Lab.HELD)
                    .out()
                    .replaceAll("(?s) *<memoryBacking>.*?</memoryBacking>\n", "");
            Files.writeString(
                    lab.share(HOST).resolve("backed.xml"),
                    backing.isEmpty()
                            ? xml
                            : xml.replace("<vcpu", "<memoryBacking>" + backing + "</memoryBacking>\n  <vcpu"));
            stop();
            assertThat(host.call("virsh", "--quiet", "define", "/lab/backed.xml"))
                    .satisfies(Story::worked);
        }

        private void stop() throws Exception {
            host.call("virsh", "--quiet", "destroy", Lab.HELD);
        }

        /// KVM's shadow entries have no memory type of the guest's: device memory is uncached, however fast it feels.
        void withoutNestedPaging() throws Exception {
            Vcpu vcpu = look();
            assertThat(vcpu.vmcb().nested()).isFalse();
            assertThat(vcpu.pat().kind()).isEqualTo(PatVerdict.Kind.NO_NESTED_PAGING);
            framebuffer(vcpu, MemoryType.WB, MemoryType.UC);
            assertThat(vcpu.space().types()).containsOnlyKeys(MemoryType.WB);
        }

        /// QEMU's emulation now and then has the VM's kernel wait for itself: then it is started once more.
        private HeldVm start(int attempts) throws Exception {
            try {
                return lab.startHeld(host, HOST);
            } catch (GuestStuckException stuck) {
                if (attempts == 1) {
                    throw stuck;
                }
                stop();
                return start(attempts - 1);
            }
        }

        /// Starts the VM and looks at its only CPU.
        private Vcpu look() throws Exception {
            HeldVm held = start(3);
            assertThat(held.pat()).isEqualTo(Pat.LINUX.toString());
            Surroundings surroundings = LabInspect.surroundings(host, Optional.empty());
            host.dumpMemory(dump);
            try (PhysicalMemory memory = PhysicalMemory.open(dump)) {
                Inspection inspection = Inspector.inspect(memory, surroundings);
                Files.writeString(
                        lab.share(HOST).resolve("inspection.json"),
                        Json.pretty(InspectDocument.of("host.mem", Lab.HELD, true, inspection)));
                assertThat(inspection.vcpus()).hasSize(1);
                Vcpu vcpu = inspection.vcpus().getFirst();
                assertThat(framebuffer(vcpu).virtual()).isEqualTo(held.framebuffer());
                if (vcpu.vmcb().nested()) {
                    QemuPages.of(host, lab.share(HOST)).agreeWith(memory, vcpu.vmcb(), surroundings, held);
                }
                return vcpu;
            } finally {
                Files.delete(dump);
            }
        }

        private static DeviceMapping framebuffer(Vcpu vcpu) {
            return vcpu.space().devices().getFirst();
        }

        private static void framebuffer(Vcpu vcpu, MemoryType guest, MemoryType inForce) {
            DeviceMapping framebuffer = framebuffer(vcpu);
            assertThat(framebuffer.device()).isEqualTo("0000:01:00.0 BAR 0");
            assertThat(framebuffer.bytes()).isEqualTo(16L << 20);
            assertThat(framebuffer.type().guest()).isEqualTo(guest);
            assertThat(framebuffer.type().nested().orElse(MemoryType.WB)).isEqualTo(MemoryType.WB);
            assertThat(framebuffer.type().mtrr()).isEqualTo(MemoryType.UC);
            assertThat(framebuffer.type().effective()).isEqualTo(inForce);
        }

        void load(String module) throws Exception {
            stop();
            assertThat(host.call("sh", "/lab/load-kvm.sh", module)).satisfies(Story::worked);
        }

        private Exec.Result doctor() throws Exception {
            return modules.nptune("doctor", Lab.HELD, "--inspection", "/lab/inspection.json", "--json");
        }

        private static void worked(Exec.Result result) {
            assertThat(result.exit()).as(result.err()).isZero();
        }
    }
}
