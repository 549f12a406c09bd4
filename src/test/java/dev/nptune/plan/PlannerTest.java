package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.Resources;
import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.HostFacts;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Kernel.ModuleOption;
import dev.nptune.internal.json.Json;
import dev.nptune.vm.Disk;
import dev.nptune.vm.Domain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
    private static final String KVM_CONF = "/etc/modprobe.d/kvm.conf";
    private static final String SYSCTL = "/etc/sysctl.d/90-nptune.conf";
    private static final String NR = TestHost.POOL + "nr_hugepages";
    private static final Domain UNTUNED = Domain.parse(Resources.text("domain/untuned.xml"));
    private static final Map<String, String> FILES =
            Map.of(KVM_CONF, "# faster, they said\noptions kvm_amd nested=1 npt=0\n");

    /// The machine of the forum thread: NPT off, small pages, the card still the host's.
    private static void stuttering(TestHost host) {
        host.npt = Fact.known("N", TestHost.NPT);
        host.options.add(new ModuleOption(KVM_CONF, 2, "kvm_amd", List.of("nested=1", "npt=0")));
        host.thp = Fact.known("never", TestHost.THP);
        host.hugeTotal = Fact.known(100L, NR);
        host.hugeFree = Fact.known(90L, TestHost.POOL + "free_hugepages");
        host.gpuDriver = TestHost.driver("01:00.0", "amdgpu");
    }

    private static Plan plan(Domain domain, Map<String, String> files, Consumer<TestHost> more) {
        Host host = TestHost.host(h -> {
            stuttering(h);
            more.accept(h);
        });
        return (Plan) Planner.plan(host, domain, Doctor.examine(host, domain), files, Request.DEFAULT);
    }

    private static Plan planWithVirtio(Domain domain) {
        Host host = TestHost.host(PlannerTest::stuttering);
        return (Plan)
                Planner.plan(host, domain, Doctor.examine(host, domain), FILES, Request.DEFAULT.withVirtioDisk(true));
    }

    @Test
    void theWholePlanInOrder() {
        Plan plan = planWithVirtio(UNTUNED);
        assertThat(plan.changes().stream().map(c -> c.getClass().getSimpleName()))
                .containsExactly(
                        "EditFile", "EditFile", "EditFile", "EditFile", "ReloadModule", "WriteSysfs", "DefineDomain");
        Golden.check("plan/stuttering.diff", PlanDiff.render(plan));
        Golden.check("plan/stuttering-notes.txt", String.join("\n", plan.notes()) + "\n");
    }

    @Test
    void reservesWhatIsMissingOnTopOfWhatOthersUse() {
        assertThat(plan(UNTUNED, FILES, _ -> {}).changes())
                .contains(new Change.WriteSysfs(
                        "Reserve 4096 huge pages of 2 MiB for the guest", List.of("small-pages"), NR, "100", "4106"));
    }

    @Test
    void whatIsReservedNowIsReservedAtEveryBoot() {
        assertThat(sysctl(plan(UNTUNED, FILES, _ -> {})))
                .isEqualTo(new Change.EditFile(
                        "Reserve 4106 huge pages of 2 MiB at every boot", List.of("small-pages"), SYSCTL, null, """
                        # Reserved by nptune for VMs whose memory is in huge pages: without them they do not start.
                        vm.nr_hugepages = 4106
                        """));
        Consumer<TestHost> enoughNow = h -> {
            h.hugeTotal = Fact.known(5000L, NR);
            h.hugeFree = Fact.known(4096L, TestHost.POOL + "free_hugepages");
        };
        Plan plan = plan(UNTUNED, FILES, enoughNow);
        assertThat(plan.changes()).noneMatch(c -> c instanceof Change.WriteSysfs);
        assertThat(sysctl(plan).after()).endsWith("\nvm.nr_hugepages = 5000\n");
    }

    @Test
    void thePagesOfAnotherVmStayInTheFile() {
        String there = "# mine\nvm.nr_hugepages = 100\nvm.swappiness = 1\n";
        Change.EditFile edit = sysctl(plan(UNTUNED, with(Map.of(SYSCTL, there)), _ -> {}));
        assertThat(edit.before()).isEqualTo(there);
        assertThat(edit.after()).isEqualTo("# mine\nvm.nr_hugepages = 4106\nvm.swappiness = 1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/sysctl.d/10-huge.conf", "/etc/sysctl.d/99-huge.conf", "/etc/sysctl.conf"})
    void aReservationAtBootThatIsLargeEnoughStaysAsItIs(String file) {
        for (String line : List.of("vm.nr_hugepages=4106", " -vm/nr_hugepages = 5000 ")) {
            Plan plan = plan(UNTUNED, with(Map.of(file, "# x\n" + line)), _ -> {});
            assertThat(plan.changes())
                    .noneMatch(c -> c instanceof Change.EditFile e && e.path().contains("sysctl"));
            assertThat(edited(plan).hugePages()).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/sysctl.d/99-huge.conf", "/usr/lib/sysctl.d/99-huge.conf", "/etc/sysctl.conf"})
    void aFileThatWouldUndoItAtBootKeepsTheGuestOffHugePages(String file) {
        Plan plan = plan(UNTUNED, with(Map.of(file, "vm.nr_hugepages = 4105\n")), _ -> {});
        assertThat(edited(plan).hugePages()).isEmpty();
        assertThat(plan.changes())
                .noneMatch(c -> c instanceof Change.WriteSysfs w && w.path().equals(NR));
        assertThat(plan.notes()).anyMatch(n -> n.contains(file + " sets vm.nr_hugepages to 4105 at every boot"));
    }

    @Test
    void aFileThatIsReadBeforeOrHiddenUndoesNothing() {
        for (Map<String, String> harmless : List.of(
                Map.of("/etc/sysctl.d/10-huge.conf", "vm.nr_hugepages = 1\n"),
                Map.of("/etc/sysctl.d/99-x.conf", "", "/usr/lib/sysctl.d/99-x.conf", "vm.nr_hugepages = 1\n"),
                Map.of("/etc/sysctl.d/99-x.conf.bak", "vm.nr_hugepages = 1\n"),
                Map.of("/etc/sysctl.conf", "#vm.nr_hugepages = 1\nvm.nr_hugepages_mempolicy = 1\n"))) {
            assertThat(sysctl(plan(UNTUNED, with(harmless), _ -> {})).after()).endsWith("= 4106\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hugepages=4106, false",
        "hugepagesz=2M hugepages=4106, false",
        "hugepages=4105, true",
        "hugepagesz=1G hugepages=9000, true",
        "hugepages=many, true",
    })
    void theCommandLineReservesToo(String commandLine, boolean fileNeeded) {
        Plan plan = plan(UNTUNED, FILES, h -> h.commandLine = Fact.known(commandLine, "/proc/cmdline"));
        assertThat(plan.changes().stream()
                        .anyMatch(
                                c -> c instanceof Change.EditFile e && e.path().equals(SYSCTL)))
                .isEqualTo(fileNeeded);
        assertThat(edited(plan).hugePages()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default_hugepagesz=1G", "default_hugepagesz=1024M", "default_hugepagesz=1048576k"})
    void wherePagesAreOfAnotherSizeByDefaultNoneAreReserved(String commandLine) {
        Plan plan = plan(UNTUNED, FILES, h -> h.commandLine = Fact.known(commandLine, "/proc/cmdline"));
        assertThat(plan.changes())
                .noneMatch(c -> c instanceof Change.EditFile e && e.path().equals(SYSCTL));
        assertThat(edited(plan).hugePages()).isEmpty();
    }

    @Test
    void whereTheDefaultSizeIsNotKnownNoneAreReserved() {
        Plan plan = plan(UNTUNED, FILES, h -> h.commandLine = TestHost.unreadable(h.commandLine));
        assertThat(plan.changes())
                .noneMatch(c -> c instanceof Change.EditFile e && e.path().equals(SYSCTL));
        assertThat(edited(plan).hugePages()).isEmpty();
        assertThat(plan.notes()).anyMatch(n -> n.contains("the kernel command line"));
    }

    @Test
    void wherePagesAreOfAnotherSizeByDefaultTheFileWouldReserveThose() {
        Domain domain = Domain.parse(
                UNTUNED.xml()
                        .replace(
                                "<vcpu ",
                                "<memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages></memoryBacking>\n  <vcpu "));
        Plan plan = plan(domain, FILES, h -> h.commandLine = Fact.known("default_hugepagesz=1G", "/proc/cmdline"));
        assertThat(plan.changes())
                .anyMatch(c -> c instanceof Change.WriteSysfs w && w.path().equals(NR));
        assertThat(plan.changes())
                .noneMatch(c -> c instanceof Change.EditFile e && e.path().equals(SYSCTL));
        assertThat(plan.notes()).anyMatch(n -> n.contains("hugepagesz=2M hugepages=4106"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<features><hyperv mode='custom'><relaxed state='on'/></hyperv></features>",
                "<features><kvm><hidden state='on'/></kvm></features>",
                "<clock offset='localtime'/>",
                "<clock offset='utc'><timer name='hypervclock' present='yes'/></clock>",
                "<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>"
                        + "<libosinfo:os id='http://microsoft.com/win/10'/></libosinfo:libosinfo></metadata>"
            })
    void aWindowsDiskMovesToVirtioOnlyWithPermission(String sign) {
        Domain domain = Domain.parse(PLAIN.formatted(sign, "sata"));
        Plan plan = plan(domain, FILES, _ -> {});
        assertThat(edited(plan).disks()).first().satisfies(d -> {
            assertThat(d.bus()).isEqualTo("sata");
            assertThat(d.cache()).as("what needs no driver is still done").hasValue("none");
        });
        assertThat(edited(plan).iothreads()).isEmpty();
        assertThat(plan.changes()).noneMatch(c -> c.rules().contains("disk-emulated"));
        assertThat(plan.notes())
                .anyMatch(n -> n.startsWith("disk-emulated: left alone")
                        && n.contains("viostor")
                        && n.contains("--virtio-disk"));

        Plan allowed = planWithVirtio(domain);
        assertThat(edited(allowed).disks()).first().matches(Disk::virtio);
        assertThat(allowed.notes()).anyMatch(n -> n.startsWith("disk-emulated: ") && n.contains("viostor"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<clock offset='utc'/>",
                "<features><acpi/><kvm><hidden state='off'/></kvm></features>",
                "<clock offset='localtime'/><metadata><libosinfo:libosinfo xmlns:libosinfo='x'>"
                        + "<libosinfo:os id='http://debian.org/debian/12'/></libosinfo:libosinfo></metadata>"
            })
    void aGuestThatIsNotWindowsHasTheDriver(String sign) {
        Plan plan = plan(Domain.parse(PLAIN.formatted(sign, "sata")), FILES, _ -> {});
        assertThat(edited(plan).disks()).allMatch(Disk::virtio);
    }

    @Test
    void aWindowsThatHasAVirtioDiskHasTheDriver() {
        Domain domain = Domain.parse(PLAIN.formatted("<clock offset='localtime'/>", "virtio"));
        assertThat(edited(plan(domain, FILES, _ -> {})).disks()).allMatch(Disk::virtio);
    }

    /// A VM with two disks, the first on SATA.
    private static final String PLAIN = """
            <domain type='kvm'>
              <name>vm</name>
              <memory unit='MiB'>512</memory>
              %s
              <devices>
                <disk type='file' device='disk'>
                  <source file='/a'/>
                  <target dev='sda' bus='sata'/>
                </disk>
                <disk type='file' device='disk'>
                  <source file='/b'/>
                  <target dev='xda' bus='%s'/>
                </disk>
              </devices>
            </domain>
            """;

    private static Map<String, String> with(Map<String, String> more) {
        Map<String, String> files = new HashMap<>(FILES);
        files.putAll(more);
        return files;
    }

    private static Change.EditFile sysctl(Plan plan) {
        return plan.changes().stream()
                .filter(c -> c instanceof Change.EditFile e && e.path().equals(SYSCTL))
                .map(Change.EditFile.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTightHostGetsTransparentHugePages() {
        Plan plan = plan(UNTUNED, FILES, h -> h.available = Fact.known(8L << 30, "/proc/meminfo"));
        assertThat(plan.changes())
                .contains(new Change.WriteSysfs(
                        "Let programs ask for transparent huge pages, as QEMU does",
                        List.of("small-pages"),
                        TestHost.THP,
                        "never",
                        "madvise"));
        assertThat(edited(plan).hugePages()).isEmpty();
        assertThat(plan.notes()).anyMatch(n -> n.contains("less than 1024 MiB left to the host"));
    }

    @Test
    void aFileWithNothingElseGoes() {
        Plan plan = plan(
                UNTUNED,
                Map.of(KVM_CONF, "options kvm_amd npt=0\n"),
                h -> h.options = List.of(new ModuleOption(KVM_CONF, 1, "kvm_amd", List.of("npt=0"))));
        assertThat(plan.changes())
                .contains(new Change.EditFile(
                        "Remove " + KVM_CONF + ", which only sets npt=0",
                        List.of("npt-off"),
                        KVM_CONF,
                        "options kvm_amd npt=0\n",
                        null));
    }

    @Test
    void anOldKernelKeepsNptOff() {
        Plan plan = plan(UNTUNED, FILES, h -> h.release = Fact.known("4.13.0", "/proc/sys/kernel/osrelease"));
        assertThat(plan.changes()).noneMatch(c -> c.rules().contains("npt-off"));
        assertThat(plan.notes()).anyMatch(n -> n.startsWith("npt-off: left off."));
    }

    @Test
    void theCommandLineIsStrongerThanAReload() {
        Plan plan = plan(UNTUNED, FILES, h -> h.commandLine = Fact.known("kvm-amd.npt=0 quiet", "/proc/cmdline"));
        assertThat(plan.changes()).noneMatch(c -> c instanceof Change.ReloadModule);
        assertThat(plan.changes()).anyMatch(c -> c instanceof Change.EditFile);
        assertThat(plan.notes()).anyMatch(n -> n.contains("boot loader"));
    }

    @Test
    void aFileThatWasNotReadIsNotEdited() {
        Plan plan = plan(UNTUNED, Map.of(), _ -> {});
        assertThat(plan.changes()).noneMatch(c -> c.rules().contains("npt-off"));
        assertThat(plan.notes()).anyMatch(n -> n.startsWith("npt-off: " + KVM_CONF + " line 2"));
    }

    @Test
    void aTooLargeGuestShrinksUntilTheHostHasACore() {
        Domain domain = Domain.parse(UNTUNED.xml().replace(">8</vcpu>", ">16</vcpu>"));
        Plan plan = plan(domain, FILES, _ -> {});
        Domain after = edited(plan);
        assertThat(after.vcpus().enabled()).isEqualTo(CpuSet.range(0, 13));
        assertThat(HostFacts.pinned(after)).isEqualTo(CpuSet.parse("1-7,9-15"));
        assertThat(plan.choices()).anyMatch(c -> c.what().equals("14 vCPUs instead of 16"));
    }

    @Test
    void aGoodLayoutStaysAndTheEmulatorMovesOffIt() {
        Domain domain = UNTUNED.withTopology(4, 2).withFeature("topoext", "require");
        int[] cpus = {4, 12, 5, 13, 6, 14, 7, 15};
        for (int v = 0; v < 8; v++) {
            domain = domain.withVcpuPin(v, CpuSet.of(cpus[v]));
        }
        Domain after = edited(plan(domain, FILES, _ -> {}));
        assertThat(after.vcpuPins()).isEqualTo(domain.vcpuPins());
        assertThat(after.emulatorPin().orElseThrow().value()).hasToString("1-2,9-10");
    }

    @Test
    void pinsToHalvesOfCoresMoveToWholeOnes() {
        Domain domain = UNTUNED;
        for (int v = 0; v < 8; v++) {
            domain = domain.withVcpuPin(v, CpuSet.of(v));
        }
        assertThat(HostFacts.pinned(edited(plan(domain, FILES, _ -> {})))).isEqualTo(CpuSet.parse("4-7,12-15"));
    }

    @Test
    void whereOnlyTheHooksLackThePlanIsTheHooksAndThenNothing() {
        Domain tuned = Domain.parse(Resources.text("domain/tuned.xml"));
        Plan first = plan(TestHost.host(), tuned);
        assertThat(first.changes()).hasSize(2).allMatch(c -> c instanceof Change.EditFile);
        Plan second = plan(TestHost.host(h -> first.changes().forEach(c -> carryOut(c, h))), tuned);
        assertThat(second.changes()).isEmpty();
        assertThat(second.choices()).isEmpty();
        assertThat(PlanDiff.render(second)).isEmpty();
    }

    private static Plan plan(Host host, Domain domain) {
        return (Plan) Planner.plan(host, domain, Doctor.examine(host, domain), Map.of(), Request.DEFAULT);
    }

    @Test
    void aPlanSurvivesJson() {
        Plan plan = plan(UNTUNED, FILES, _ -> {});
        assertThat(Json.read(Json.compact(plan), Plan.class)).isEqualTo(plan);
        assertThat(Json.read(Json.pretty(plan), Plan.class)).isEqualTo(plan);
    }

    @Test
    void aPlanOfTheFirstVersionIsStillRead() {
        String first = """
                {"schemaVersion":1,"domain":"win10","changes":[{"kind":"write-sysfs","summary":"s","rules":[],
                "path":"/sys/x","before":"0","after":"1"}],"notes":["n"]}
                """;
        Plan plan = Json.read(first, Plan.class);
        assertThat(plan.choices()).isEmpty();
        assertThat(plan.passed()).isEmpty();
        assertThat(plan.changes()).hasSize(1);
    }

    @Test
    void whatAPlanAnswersIsNotFoundAgain() {
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            Domain domain = vary(random);
            long available = (6L + random.nextInt(10)) << 30;
            Consumer<TestHost> machine = h -> {
                stuttering(h);
                h.available = Fact.known(available, "/proc/meminfo");
            };
            Host host = TestHost.host(machine);
            Diagnosis before = Doctor.examine(host, domain);
            Request request = Request.DEFAULT.withVirtioDisk(random.nextBoolean());
            Plan plan = (Plan) Planner.plan(host, domain, before, FILES, request);
            Host changed = TestHost.host(h -> {
                machine.accept(h);
                plan.changes().forEach(c -> carryOut(c, h));
            });
            Domain after = edited(plan);
            assertThat(Doctor.examine(changed, after).findings().stream().map(Finding::rule))
                    .doesNotContainAnyElementsOf(plan.changes().stream()
                            .flatMap(c -> c.rules().stream())
                            .toList());
            assertThat(((Plan) Planner.plan(changed, after, Doctor.examine(changed, after), FILES, request)).changes())
                    .isEmpty();
        }
    }

    private static Domain vary(Random random) {
        String xml = UNTUNED.xml();
        List<String[]> variations = List.of(
                new String[] {">8</vcpu>", ">" + (1 + random.nextInt(16)) + "</vcpu>"},
                new String[] {"bus='sata' rotation_rate='1'", "bus='virtio'"},
                new String[] {"cache='writeback'", "cache='unsafe'"},
                new String[] {"managed='no'", "managed='yes'"},
                new String[] {"<memballoon model='virtio'>", "<memballoon model='none'>"},
                new String[] {"<os>", "<iothreads>2</iothreads>\n  <os>"},
                new String[] {"<os>", "<cputune>\n    <vcpupin vcpu='0' cpuset='3'/>\n  </cputune>\n  <os>"},
                new String[] {"migratable='on'/>", "><topology sockets='1' cores='4' threads='2'/></cpu>"});
        for (String[] v : variations) {
            xml = random.nextBoolean() ? xml.replace(v[0], v[1]) : xml;
        }
        return Domain.parse(xml);
    }

    private static void carryOut(Change change, TestHost host) {
        switch (change) {
            case Change.ReloadModule r -> host.npt = Fact.known(r.after(), TestHost.NPT);
            case Change.WriteSysfs w
            when w.path().equals(NR) -> {
                long more = Long.parseLong(w.after()) - Long.parseLong(w.before());
                host.hugeTotal = Fact.known(Long.parseLong(w.after()), NR);
                host.hugeFree = host.hugeFree.map(f -> f + more);
                host.available = host.available.map(a -> a - more * (2L << 20));
            }
            case Change.WriteSysfs w -> host.thp = Fact.known(w.after(), TestHost.THP);
            case Change.EditFile e when e.path().equals(KVM_CONF) -> host.options = List.of();
            case Change.EditFile e
            when e.path().startsWith("/etc/libvirt/hooks/") -> host.hook(e.path(), Objects.requireNonNull(e.after()));
            case Change.EditFile _ -> {}
            case Change.DefineDomain _,
                    Change.BindDriver _,
                    Change.KeepCopy _,
                    Change.Rebuild _,
                    Change.EditBootEntry _,
                    Change.SetGrubVariable _,
                    Change.OstreeArguments _ -> {}
        }
    }

    private static Domain edited(Plan plan) {
        return plan.changes().stream()
                .filter(c -> c instanceof Change.DefineDomain)
                .map(c -> Domain.parse(((Change.DefineDomain) c).after()))
                .findFirst()
                .orElseThrow();
    }
}
