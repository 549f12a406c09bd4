package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Rules;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Kernel.ModuleOption;
import dev.nptune.host.KernelLog;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Machines and domains put together at random from what rules find, each with its opposite.
class PlanPropertyTest {
    private static final String KVM_CONF = "/etc/modprobe.d/kvm.conf";
    private static final String KVM_LINE = "options kvm halt_poll_ns=0 nx_huge_pages=force\n";
    private static final String AMD_LINE = "options kvm_amd avic=1\n";

    private static final List<String> HYPERV = List.of(
            "",
            "<hyperv mode='passthrough'/>",
            "<hyperv mode='custom'><relaxed state='on'/><synic state='off'/><tlbflush state='off'/></hyperv>",
            "<hyperv><vpindex state='on'/><synic state='on'/><stimer state='on'/><avic state='on'/></hyperv>");
    private static final List<String> IOAPIC = List.of("", "<ioapic driver='qemu'/>", "<ioapic driver='kvm'/>");
    private static final List<String> CLOCK = List.of(
            "",
            "<clock offset='utc'/>",
            "<clock offset='localtime'><timer name='hpet' present='yes'/></clock>",
            "<clock offset='utc'><timer name='pit' tickpolicy='delay'/><timer name='hypervclock' present='yes'/></clock>");
    private static final List<String> CPU = List.of(
            "",
            "<cpu mode='custom' match='exact'><model fallback='allow'>qemu64</model></cpu>",
            "<cpu mode='host-passthrough'><topology sockets='1' cores='2' threads='1'/></cpu>",
            "<cpu><topology sockets='1' cores='1' threads='2'/></cpu>",
            "<cpu mode='host-passthrough'><feature policy='disable' name='hypervisor'/>"
                    + "<feature policy='disable' name='x2apic'/></cpu>");
    private static final List<String> BACKING = List.of(
            "",
            "<memoryBacking><hugepages/></memoryBacking>",
            "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>");
    private static final List<String> DISK = List.of(
            "",
            "<disk type='file' device='disk'><source file='/a'/><target dev='sda' bus='sata'/></disk>",
            "<disk type='block' device='disk'><driver name='qemu' type='raw' cache='none' io='native'/>"
                    + "<source dev='/dev/a'/><target dev='vda' bus='virtio'/></disk>");
    private static final List<String> USB = List.of(
            "",
            "<controller type='usb' index='0' model='piix3-uhci'/><input type='tablet' bus='usb'/>",
            "<controller type='usb' index='0' model='ich9-ehci1'/><controller type='usb' index='0' model='ich9-uhci1'>"
                    + "<master startport='0'/></controller><controller type='usb' index='1' model='ich9-uhci1'/>"
                    + "<input type='mouse' bus='usb'/><input type='keyboard' bus='usb'><address type='usb' bus='1'"
                    + " port='1'/></input>");
    private static final List<String> NIC = List.of(
            "",
            "<interface type='user'/>",
            "<interface type='user'><model type='e1000e'/></interface><interface type='user'><model"
                    + " type='virtio'/></interface>");
    private static final List<String> CARD = List.of(
            "",
            "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='1' slot='0'"
                    + " function='0'/></source></hostdev>",
            "<hostdev mode='subsystem' type='pci' managed='no'><source><address domain='0' bus='1' slot='0'"
                    + " function='0'/></source><address type='pci' domain='0' bus='0' slot='5' function='0'/></hostdev>"
                    + "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='1' slot='0'"
                    + " function='1'/></source><address type='pci' domain='0' bus='0' slot='5' function='1'/></hostdev>");
    private static final List<String> PANIC = List.of("", "<panic model='hyperv'/>");
    private static final List<String> MACHINE =
            List.of("pc-q35-8.2", "pc-q35-4.0", "pc-q35-5.1", "pc-i440fx-4.2", "q35");

    private static final List<String> ARGUMENTS =
            List.of("quiet", "quiet kvm_amd.npt=0", "", "iommu=pt splash", "kvm-amd.npt=0 iommu=pt");
    private static final String SETTINGS = "/etc/default/grub";

    private static HostRequest asked(Random random) {
        return new HostRequest(
                Binding.AUTO,
                false,
                one(random, List.of(List.of(), List.of("iommu=pt"), List.of("iommu=pt", "amd_pstate=active"))),
                one(random, List.of(List.of(), List.of("quiet"), List.of("splash", "iommu"))));
    }

    /// The machine booted once more, with the arguments that are configured then.
    private static void boot(TestHost host, String settings) {
        String arguments = settings.substring(settings.indexOf('"') + 1, settings.lastIndexOf('"'));
        boolean off = host.commandLine.get().filter(c -> c.contains("npt=0")).isPresent();
        ArgumentPlanTest.started(arguments).accept(host);
        if (off && !arguments.contains("npt=0")) {
            host.npt = Fact.known("Y", TestHost.NPT);
        }
    }

    private static <T> T one(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static Domain domain(Random random) {
        return Domain.parse("""
                <domain type='kvm'>
                  <name>win</name>
                  <memory unit='MiB'>512</memory>
                  %s
                  <vcpu>2</vcpu>
                  %s
                  <os><type arch='x86_64' machine='%s'>hvm</type></os>
                  <features><acpi/>%s%s</features>
                  %s
                  %s
                  <devices>
                    %s
                  </devices>
                </domain>
                """.formatted(
                        one(random, BACKING),
                        random.nextBoolean()
                                ? "<cputune><vcpupin vcpu='0' cpuset='4'/><vcpupin vcpu='1' cpuset='5'/></cputune>"
                                : "",
                        one(random, MACHINE),
                        one(random, HYPERV),
                        one(random, IOAPIC),
                        one(random, CPU),
                        one(random, CLOCK),
                        one(random, DISK)
                                + one(random, USB)
                                + one(random, NIC)
                                + one(random, CARD)
                                + one(random, PANIC)
                                + (random.nextBoolean() ? "<memballoon model='none'/>" : "")));
    }

    /// Each change with a chance of one in two.
    private static Consumer<TestHost> machine(Random random) {
        String arguments = one(random, ARGUMENTS);
        return changed(random).andThen(h -> {
            ArgumentPlanTest.started(arguments).accept(h);
            if (arguments.contains("npt=0")) {
                h.npt = Fact.known("N", TestHost.NPT);
            }
        });
    }

    private static Consumer<TestHost> changed(Random random) {
        List<Consumer<TestHost>> all = new ArrayList<>(List.of(
                h -> h.hugeTotal = Fact.known(0L, TestHost.POOL + "nr_hugepages"),
                h -> h.thp = Fact.known("never", TestHost.THP),
                h -> h.thpDefrag = Fact.known("always", TestHost.THP.replace("enabled", "defrag")),
                h -> h.ksmRun = Fact.known(1, "/sys/kernel/mm/ksm/run"),
                h -> h.numaBalancing = Fact.known(1, "/proc/sys/kernel/numa_balancing"),
                h -> h.kvm.put("halt_poll_ns", Plans.parameter("kvm", "halt_poll_ns", "0")),
                h -> h.kvm.put("nx_huge_pages", Plans.parameter("kvm", "nx_huge_pages", "Y")),
                h -> h.kvmAmd.put("avic", Plans.parameter("kvm_amd", "avic", "Y")),
                h -> h.kvmAmd.putIfAbsent("avic", Plans.parameter("kvm_amd", "avic", "N")),
                h -> h.family = Fact.known(0x19, "/proc/cpuinfo"),
                h -> h.flags = Fact.known(Set.of("svm", "npt", "topoext", "nonstop_tsc", "x2avic"), "/proc/cpuinfo"),
                h -> h.options = List.of(
                        new ModuleOption(KVM_CONF, 1, "kvm", List.of("halt_poll_ns=0", "nx_huge_pages=force")),
                        new ModuleOption(KVM_CONF, 2, "kvm_amd", List.of("avic=1"))),
                h -> h.libvirt = Fact.known("8.0.0", "libvirtd"),
                h -> h.npt = Fact.known("N", TestHost.NPT),
                h -> {
                    h.splitLockMitigate = Fact.known(1, "/proc/sys/kernel/split_lock_mitigate");
                    h.log = TestHost.log(
                            KernelLog.Category.SPLIT_LOCK,
                            "x86/split lock detection: #AC: CPU 3/KVM/4711 took a split_lock trap at address: 0x7f");
                }));
        all.removeIf(_ -> random.nextBoolean());
        return h -> {
            all.forEach(c -> c.accept(h));
            h.hugeFree = h.hugeTotal;
        };
    }

    private static void carryOut(Change change, TestHost host, Map<String, String> files) {
        switch (change) {
            case Change.ReloadModule r
            when r.parameter().equals("npt") -> host.npt = Fact.known(r.after(), TestHost.NPT);
            case Change.ReloadModule r ->
                host.kvmAmd.put(r.parameter(), Plans.parameter("kvm_amd", r.parameter(), r.after()));
            case Change.WriteSysfs w -> write(w, host);
            case Change.EditFile e
            when e.path().startsWith("/etc/libvirt/hooks/") -> host.hook(e.path(), Objects.requireNonNull(e.after()));
            case Change.EditFile e -> {
                if (e.after() == null) {
                    files.remove(e.path());
                } else {
                    files.put(e.path(), e.after());
                }
                if (e.path().equals(KVM_CONF)) {
                    host.options = options(e.after() == null ? "" : e.after());
                }
            }
            case Change.Rebuild r
            when r.outputs().contains("/boot/grub/grub.cfg") ->
                files.put("/boot/grub/grub.cfg", Objects.requireNonNull(files.get(SETTINGS)));
            case Change.DefineDomain _,
                    Change.BindDriver _,
                    Change.KeepCopy _,
                    Change.Rebuild _,
                    Change.EditBootEntry _,
                    Change.SetGrubVariable _,
                    Change.OstreeArguments _ -> {}
        }
    }

    private static List<ModuleOption> options(String text) {
        List<String> lines = text.lines().toList();
        List<ModuleOption> options = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String[] words = lines.get(i).split(" ");
            options.add(new ModuleOption(
                    KVM_CONF, i + 1, words[1], Arrays.asList(words).subList(2, words.length)));
        }
        return options;
    }

    private static void write(Change.WriteSysfs w, TestHost host) {
        switch (w.path().substring(w.path().lastIndexOf('/') + 1)) {
            case "nr_hugepages" -> {
                long more = Long.parseLong(w.after()) - Long.parseLong(w.before());
                host.hugeTotal = Fact.known(Long.parseLong(w.after()), w.path());
                host.hugeFree = host.hugeFree.map(f -> f + more);
                host.available = host.available.map(a -> a - more * (2L << 20));
            }
            case "enabled" -> host.thp = Fact.known(w.after(), w.path());
            case "defrag" -> host.thpDefrag = Fact.known(w.after(), w.path());
            case "shmem_enabled" -> host.thpShmem = Fact.known(w.after(), w.path());
            case "numa_balancing" -> host.numaBalancing = Fact.known(Integer.parseInt(w.after()), w.path());
            case "compaction_proactiveness" -> host.compaction = Fact.known(Integer.parseInt(w.after()), w.path());
            case "split_lock_mitigate" -> host.splitLockMitigate = Fact.known(Integer.parseInt(w.after()), w.path());
            case "halt_poll_ns", "nx_huge_pages" -> {
                String name = w.path().substring(w.path().lastIndexOf('/') + 1);
                host.kvm.put(name, Plans.parameter("kvm", name, w.after()));
            }
            default -> throw new IllegalArgumentException(w.path());
        }
    }

    @Test
    void whatAPlanAnswersIsNotFoundAgainAndThereIsNothingLeftToDo() {
        Random random = new Random(11);
        Set<String> answered = new TreeSet<>();
        for (int i = 0; i < 1000; i++) {
            Domain domain = domain(random);
            Consumer<TestHost> machine = machine(random);
            Request request =
                    Request.DEFAULT.withVirtioDisk(random.nextBoolean()).withHost(asked(random));
            Host host = TestHost.host(machine);
            Map<String, String> files = new HashMap<>(ArgumentPlanTest.files(
                    host.kernel().commandLine().get().orElseThrow().replaceFirst("root=\\S+ ?", "")));
            if (!host.kernel().moduleOptions().isEmpty()) {
                files.put(KVM_CONF, KVM_LINE + AMD_LINE);
            }
            Diagnosis before = Doctor.examine(host, domain);
            Plan plan = (Plan) Planner.plan(host, domain, before, files, request);
            Map<String, String> changedFiles = new HashMap<>(files);
            Host changed = TestHost.host(h -> {
                machine.accept(h);
                plan.changes().forEach(c -> carryOut(c, h, changedFiles));
                boot(h, Objects.requireNonNull(changedFiles.get(SETTINGS)));
            });
            Domain after = Plans.after(plan, domain);
            List<String> rules =
                    plan.changes().stream().flatMap(c -> c.rules().stream()).toList();
            answered.addAll(rules);
            Diagnosis then = Doctor.examine(changed, after);
            assertThat(then.findings().stream().map(Finding::rule))
                    .as("%s\n%s", domain.xml(), PlanDiff.render(plan))
                    .doesNotContainAnyElementsOf(rules);
            Plan again = (Plan) Planner.plan(changed, after, then, changedFiles, request);
            assertThat(again.changes())
                    .as("%s\n%s", domain.xml(), PlanDiff.render(plan))
                    .isEmpty();
            assertThat(again.choices()).isEmpty();
            if (i % 100 == 0) {
                assertThat(Plans.problems(domain)).isEmpty();
                assertThat(Plans.problems(after)).as(after.xml()).isEmpty();
            }
        }
        assertThat(answered)
                .contains(
                        "avic-1235",
                        "avic-inhibited",
                        "clock-utc",
                        "compaction",
                        "cpu-model-emulated",
                        "gpu-not-rootport",
                        "halt-poll",
                        "hpet-on",
                        "hugepage-short",
                        "hv-avic-no-hw",
                        "hv-crash",
                        "hv-flush-ipi",
                        "hv-passthrough",
                        "hv-stimer-missing",
                        "hv-time-missing",
                        "ksm",
                        "memballoon",
                        "nic-emulated",
                        "no-invtsc",
                        "npt-off",
                        "numa-balancing",
                        "nx-hugepages",
                        "q35-4.0-split",
                        "q35-le-5.1",
                        "shmem-no-thp",
                        "small-pages",
                        "split-lock",
                        "usb-legacy",
                        "x2apic-off-zen4");
    }

    /// libvirt's test driver takes any type of machine, and parses as the one for QEMU does.
    @Test
    void libvirtTakesWhatItTookBefore() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "virsh is not installed");
        Libvirt libvirt = new Libvirt("test:///default");
        Random random = new Random(12);
        for (int i = 0; i < 25; i++) {
            Domain before = Domain.parse(domain(random).xml().replace("type='kvm'>", "type='test'>"));
            libvirt.define(before.xml());
            Domain after = Plans.after(Plans.of(before, machine(random)), before);
            libvirt.define(after.xml());
        }
    }

    @Test
    void everyPartCanBeLeftAsItIs() {
        Random random = new Random(13);
        List<Topic> topics = List.of(Topic.values());
        for (int i = 0; i < 200; i++) {
            Domain domain = domain(random);
            Consumer<TestHost> machine = machine(random);
            assertThat(Plans.keeping(domain, machine, Topic.values()).changes()).isEmpty();
            Topic kept = topics.get(random.nextInt(topics.size()));
            Plan plan = Plans.keeping(domain, machine, kept);
            assertThat(plan.changes().stream()
                            .flatMap(c -> c.rules().stream())
                            .flatMap(r -> Rules.byId(r).stream())
                            .map(r -> Topics.of(r.id(), r.category())))
                    .doesNotContain(kept);
        }
    }
}
