package dev.nptune.doctor;

import dev.nptune.host.Boot;
import dev.nptune.host.Cpu;
import dev.nptune.host.Cpu.CoreClass;
import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuFrequency;
import dev.nptune.host.CpuIdle;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.FileMode;
import dev.nptune.host.Gap;
import dev.nptune.host.Graphics;
import dev.nptune.host.Host;
import dev.nptune.host.InspectedVm;
import dev.nptune.host.Interrupt;
import dev.nptune.host.Kernel;
import dev.nptune.host.Kernel.ModuleOption;
import dev.nptune.host.KernelLog;
import dev.nptune.host.Memory;
import dev.nptune.host.Memory.HugePagePool;
import dev.nptune.host.Network;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.host.QemuMemory;
import dev.nptune.host.Storage;
import dev.nptune.host.Tools;
import dev.nptune.host.UsbController;
import dev.nptune.host.Virtualization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A sound machine to change in one place: an eight-core Ryzen with two L3 caches, SMT siblings n and n+8, 16 GiB, a
/// graphics card at 01:00 bound to vfio-pci and an NVMe drive at 02:00.
public final class TestHost {
    public static final String CLOCK = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    public static final String THP = "/sys/kernel/mm/transparent_hugepage/enabled";
    public static final String POOL = "/sys/kernel/mm/hugepages/hugepages-2048kB/";
    public static final String NPT = "/sys/module/kvm_amd/parameters/npt";

    public Fact<String> vendor = Fact.known("AuthenticAMD", "/proc/cpuinfo");
    public Fact<String> modelName = Fact.known("AMD Ryzen 7", "/proc/cpuinfo");
    public Fact<Integer> family = Fact.known(23, "/proc/cpuinfo");
    public Fact<Integer> model = Fact.known(1, "/proc/cpuinfo");
    public Fact<List<CoreClass>> coreClasses = Fact.absent("/sys/devices/cpu_core/cpus");
    public CpuFrequency frequency = frequency(policy("0-15", "amd-pstate-epp", "powersave", "balance_performance"));
    public CpuIdle idle = idle(idleState(0, "POLL", 0), idleState(1, "C1", 1), idleState(2, "C2", 18));
    public Map<String, Fact<String>> vulnerabilities = new TreeMap<>(Map.of(
            "itlb_multihit", vulnerability("itlb_multihit", "Not affected"),
            "spec_rstack_overflow", vulnerability("spec_rstack_overflow", "Mitigation: Safe RET"),
            "vmscape", vulnerability("vmscape", "Not affected")));
    public Fact<Set<String>> flags = Fact.known(Set.of("svm", "npt", "topoext"), "/proc/cpuinfo");
    public Fact<CpuSet> online = Fact.known(CpuSet.parse("0-15"), "/sys/devices/system/cpu/online");
    public Fact<CpuSet> isolated = Fact.known(CpuSet.of(), "/sys/devices/system/cpu/isolated");
    public Fact<String> clocksource = Fact.known("tsc", CLOCK);
    public List<LogicalCpu> logical = cpus(8, 2, 2);
    public List<Cpu.Slice> slices = new ArrayList<>(List.of(
            slice("init.scope", "0-15"),
            slice("system.slice", "0-15"),
            slice("user.slice", "0-15"),
            slice("machine.slice", "0-15")));
    public Fact<Long> memory = Fact.known(16L << 30, "/proc/meminfo");
    public Fact<Long> available = Fact.known(12L << 30, "/proc/meminfo");
    public Fact<Long> hugeTotal = Fact.known(4096L, POOL + "nr_hugepages");
    public Fact<Long> hugeFree = Fact.known(4096L, POOL + "free_hugepages");
    public Fact<String> thp = Fact.known("madvise", THP);
    public Fact<String> thpDefrag = Fact.known("madvise", THP.replace("enabled", "defrag"));
    public Fact<String> thpShmem = Fact.known("never", THP.replace("enabled", "shmem_enabled"));
    public Fact<Integer> compaction = Fact.known(20, "/proc/sys/vm/compaction_proactiveness");
    public Fact<Integer> ksmRun = Fact.known(0, "/sys/kernel/mm/ksm/run");
    public List<Memory.Node> nodes = new ArrayList<>();
    public Fact<KernelLog> log = Fact.known(new KernelLog(List.of(), 0, true), "dmesg");
    public Graphics graphics = Graphics.none();
    public List<UsbController> usb = new ArrayList<>();
    public Storage storage = Storage.unread("not in this test");
    public Network network = Network.unread("not in this test");
    public Virtualization virtualization = TestVms.running();
    public List<InspectedVm> inspected = List.of();
    public Fact<String> qemu = Fact.known("8.2.2", "qemu-system-x86_64 --version");
    public Fact<String> libvirt = Fact.known("10.0.0", "libvirtd --version");
    public Fact<Integer> numaBalancing = Fact.known(0, "/proc/sys/kernel/numa_balancing");
    public Fact<Integer> splitLockMitigate = Fact.known(0, "/proc/sys/kernel/split_lock_mitigate");
    public Fact<String> hardwareRandom = Fact.known("ccp-1-rng", "/sys/class/misc/hw_random/rng_current");
    public Fact<String> release = Fact.known("6.8.0-45-generic", "/proc/sys/kernel/osrelease");
    public Fact<String> commandLine = Fact.known("root=/dev/nvme0n1p2 quiet", "/proc/cmdline");
    public Fact<String> npt = Fact.known("Y", NPT);

    /// Parameters of kvm_amd beside npt.
    public Map<String, Fact<String>> kvmAmd = new TreeMap<>();

    public Map<String, Fact<String>> kvm = new TreeMap<>(Map.of(
            "halt_poll_ns", parameter("kvm", "halt_poll_ns", "200000"),
            "ignore_msrs", parameter("kvm", "ignore_msrs", "N"),
            "nx_huge_pages", parameter("kvm", "nx_huge_pages", "N")));

    /// All modules; where empty, kvm and kvm_amd with the parameters above.
    public List<Kernel.Module> modules = new ArrayList<>();
    public boolean noModules;
    public List<ModuleOption> options = new ArrayList<>();
    public Fact<String> gpuDriver = driver("01:00.0", "vfio-pci");
    public Fact<Integer> gpuGroup = group("01:00.0", 13);
    public Fact<String> nvmeDriver = driver("02:00.0", "nvme");
    public Fact<Integer> nvmeGroup = group("02:00.0", 14);
    public Fact<Integer> bridgeGroup = group("00:01.0", 13);
    public boolean gpuPresent = true;
    /// Whether the card has its sound, too.
    public boolean gpuSound = true;
    public Boot boot = Boot.unread("not in this test");
    public Fact<List<Graphics.AddressRange>> bootFramebuffers = Fact.known(List.of(), "/proc/iomem");
    public Fact<List<Interrupt>> interrupts = Fact.known(
            List.of(interrupt(90, "vfio-msi[0](0000:01:00.0)"), interrupt(91, "vfio-msi[0](0000:01:00.1)")),
            "/proc/interrupts");
    public List<Gap> gaps = new ArrayList<>();
    public List<Virtualization.QemuLog> logs = new ArrayList<>(
            List.of(new Virtualization.QemuLog("win", Fact.known(List.of(), "/var/log/libvirt/qemu/win.log"))));
    public TestCard gpu = new TestCard("01:00.0", 0x030000);

    /// The PCI functions; null for those the fields above describe.
    public @Nullable List<PciFunction> functions;

    public static Host host() {
        return host(_ -> {});
    }

    public static Host host(Consumer<TestHost> change) {
        TestHost host = new TestHost();
        change.accept(host);
        return host.build();
    }

    public static <T> Fact<T> unreadable(Fact<T> fact) {
        return Fact.unreadable(fact.source(), "permission denied");
    }

    /// Cores in order, their siblings numbered after them, L3 caches of 16 MiB filled in order.
    public static List<LogicalCpu> cpus(int cores, int threads, int caches) {
        List<LogicalCpu> cpus = new ArrayList<>();
        for (int id = 0; id < cores * threads; id++) {
            int core = id % cores;
            CpuSet siblings = CpuSet.of();
            for (int t = 0; t < threads; t++) {
                siblings = siblings.or(CpuSet.of(core + t * cores));
            }
            String dir = "/sys/devices/system/cpu/cpu" + id;
            cpus.add(new LogicalCpu(
                    id,
                    Fact.known(0, dir + "/topology/physical_package_id"),
                    Fact.absent(dir + "/topology/core_siblings_list"),
                    Fact.absent(dir + "/topology/die_id"),
                    Fact.known(core, dir + "/topology/core_id"),
                    Fact.known(siblings, dir + "/topology/thread_siblings_list"),
                    Fact.known(core * caches / cores, dir + "/cache/index3/id"),
                    Fact.absent(dir + "/cache/index3/shared_cpu_list"),
                    Fact.known(16L << 20, dir + "/cache/index3/size"),
                    Fact.known(0, dir),
                    Fact.absent(dir + "/acpi_cppc/highest_perf")));
        }
        return cpus;
    }

    public static CpuFrequency frequency(CpuFrequency.Policy... policies) {
        CpuFrequency unread = CpuFrequency.unread("not in this test");
        return new CpuFrequency(unread.pstateMode(), unread.boost(), unread.preferredCores(), List.of(policies));
    }

    /// How some CPUs change their frequency; no preference of energy where it is blank.
    public static CpuFrequency.Policy policy(String cpus, String driver, String governor, String preference) {
        String dir = "/sys/devices/system/cpu/cpufreq/policy"
                + CpuSet.parse(cpus).first().orElseThrow();
        String epp = dir + "/energy_performance_preference";
        Fact<Long> unread = Fact.unreadable(dir, "not in this test");
        return new CpuFrequency.Policy(
                dir,
                Fact.known(CpuSet.parse(cpus), dir + "/affected_cpus"),
                Fact.known(driver, dir + "/scaling_driver"),
                Fact.known(governor, dir + "/scaling_governor"),
                preference.isEmpty() ? Fact.absent(epp) : Fact.known(preference, epp),
                unread,
                unread,
                unread,
                unread);
    }

    public static CpuIdle idle(CpuIdle.State... states) {
        CpuIdle unread = CpuIdle.unread("not in this test");
        return new CpuIdle(unread.driver(), unread.governor(), List.of(states));
    }

    /// An idle state that CPUs 0 to 15 have.
    public static CpuIdle.State idleState(int number, String name, long micros) {
        String dir = "/sys/devices/system/cpu/cpu0/cpuidle/state" + number + "/";
        return new CpuIdle.State(
                Fact.known(name, dir + "name"),
                Fact.known(micros, dir + "latency"),
                CpuSet.range(0, 15),
                Fact.known(CpuSet.of(), dir + "disable"));
    }

    public Cpu cpu() {
        String reason = "not in this test";
        String dir = "/sys/devices/system/cpu/";
        return new Cpu(
                vendor,
                modelName,
                family,
                model,
                Fact.known(1, "/proc/cpuinfo"),
                Fact.unreadable("/proc/cpuinfo", reason),
                flags,
                Fact.unreadable(dir + "present", reason),
                online,
                Fact.unreadable(dir + "present", reason),
                isolated,
                Fact.unreadable(dir + "nohz_full", reason),
                Fact.unreadable("/proc/self/status", reason),
                Fact.unreadable(dir + "smt/control", reason),
                clocksource,
                Fact.unreadable(CLOCK, reason),
                logical,
                List.of(),
                coreClasses,
                frequency,
                idle,
                vulnerabilities,
                slices);
    }

    /// The machine as it stands.
    public Host build() {
        List<Kernel.Module> loaded = new ArrayList<>(modules);
        if (modules.isEmpty() && !noModules) {
            Map<String, Fact<String>> amd = new TreeMap<>(kvmAmd);
            amd.put("npt", npt);
            loaded.add(Kernel.Module.of("kvm_amd", amd));
            loaded.add(Kernel.Module.of("kvm", kvm));
        }
        return new Host(
                Host.SCHEMA_VERSION,
                cpu(),
                new Memory(
                        memory,
                        available,
                        Fact.unreadable("/proc/meminfo", "not in this test"),
                        Fact.unreadable("/proc/meminfo", "not in this test"),
                        Fact.unreadable("/proc/sys/vm/swappiness", "not in this test"),
                        List.of(new HugePagePool(2L << 20, hugeTotal, hugeFree)),
                        thp,
                        thpDefrag,
                        thpShmem,
                        Fact.unreadable(THP, "not in this test"),
                        compaction,
                        numaBalancing,
                        ksm(),
                        nodes),
                kernel(loaded),
                boot,
                pci(),
                List.of(),
                usb,
                new Graphics(
                        graphics.nodes(),
                        graphics.holders(),
                        graphics.frameBuffers(),
                        graphics.consoles(),
                        bootFramebuffers),
                storage,
                network,
                virtualization(virtualization),
                interrupts,
                new Tools(qemu, libvirt),
                inspected,
                gaps);
    }

    private Memory.Ksm ksm() {
        Memory.Ksm unread = Memory.Ksm.unread("not in this test");
        return new Memory.Ksm(
                ksmRun,
                unread.pagesShared(),
                unread.pagesSharing(),
                unread.pagesUnshared(),
                unread.fullScans(),
                unread.mergeAcrossNodes());
    }

    private Virtualization virtualization(Virtualization v) {
        return new Virtualization(
                v.domains(),
                v.running(),
                v.processes(),
                v.daemons(),
                v.hooks(),
                v.qemuConf(),
                v.firmware(),
                v.firmwareFiles(),
                v.swtpm(),
                v.kvm(),
                v.lookingGlass(),
                v.groups(),
                logs);
    }

    private Kernel kernel(List<Kernel.Module> loaded) {
        Kernel k = Kernel.of(release, Fact.known("Linux", "/etc/os-release"), commandLine, loaded, options);
        return new Kernel(
                k.release(),
                k.version(),
                k.packageName(),
                k.packageVersion(),
                k.distribution(),
                k.os(),
                k.commandLine(),
                k.acsOverride(),
                k.config(),
                k.taints(),
                splitLockMitigate,
                hardwareRandom,
                log,
                k.modules(),
                k.moduleOptions(),
                k.moduleDirectives());
    }

    /// A running QEMU of that name, with that much memory from huge pages.
    public static Virtualization running(String name, long hugeBytes) {
        Virtualization v = Virtualization.none();
        return new Virtualization(
                v.domains(),
                List.of(new Virtualization.QemuProcess(
                        4021,
                        Fact.known(name, "/proc/4021/cmdline"),
                        Fact.known(List.of(), "/proc/4021/cmdline"),
                        Fact.known(0L, "/proc/4021/status"),
                        Fact.known(hugeBytes, "/proc/4021/status"),
                        QemuMemory.unread(4021, "not in this test"),
                        List.of())),
                Fact.known(100, "/proc"),
                v.daemons(),
                v.hooks(),
                v.qemuConf(),
                v.firmware(),
                v.firmwareFiles(),
                v.swtpm(),
                v.kvm(),
                v.lookingGlass(),
                v.groups(),
                v.logs());
    }

    /// Adds an executable hook script of libvirt's.
    public void hook(String path, String text) {
        Virtualization v = virtualization;
        List<Virtualization.Hook> hooks = new ArrayList<>(v.hooks());
        hooks.add(new Virtualization.Hook(path, Fact.known(new FileMode(0755, 0, 0), path), Fact.known(text, path)));
        virtualization = new Virtualization(
                v.domains(),
                v.running(),
                v.processes(),
                v.daemons(),
                hooks,
                v.qemuConf(),
                v.firmware(),
                v.firmwareFiles(),
                v.swtpm(),
                v.kvm(),
                v.lookingGlass(),
                v.groups(),
                v.logs());
    }

    /// The log of a start with some lines of a category.
    public static Fact<KernelLog> log(KernelLog.Category category, String... lines) {
        return Fact.known(
                new KernelLog(
                        Arrays.stream(lines)
                                .map(text -> new KernelLog.Line(category, text))
                                .toList(),
                        0,
                        true),
                "dmesg");
    }

    private List<PciFunction> pci() {
        if (functions != null) {
            return functions;
        }
        List<PciFunction> pci = new ArrayList<>();
        pci.add(function("00:01.0", 0x060400, driver("00:01.0", "pcieport"), bridgeGroup));
        if (gpuPresent) {
            pci.add(gpu.function(gpuDriver, gpuGroup));
        }
        if (gpuPresent && gpuSound) {
            pci.add(function("01:00.1", 0x040300, driver("01:00.1", "vfio-pci"), gpuGroup));
        }
        pci.add(function("02:00.0", 0x010802, nvmeDriver, nvmeGroup));
        return pci;
    }

    public static PciFunction function(String address, int code, Fact<String> driver, Fact<Integer> group) {
        return PciFunction.ofBasics(PciAddress.parse(address), code, 0x1002, 0x67df, driver, group, "not in this test");
    }

    public static Fact<String> parameter(String module, String name, String value) {
        return Fact.known(value, "/sys/module/" + module + "/parameters/" + name);
    }

    public static Fact<String> vulnerability(String name, String value) {
        return Fact.known(value, "/sys/devices/system/cpu/vulnerabilities/" + name);
    }

    public static Cpu.Slice slice(String name, String cpus) {
        return new Cpu.Slice(name, Fact.known(CpuSet.parse(cpus), "/sys/fs/cgroup/" + name + "/cpuset.cpus.effective"));
    }

    /// One that comes to CPU 0.
    public static Interrupt interrupt(int number, String... actions) {
        String file = "/proc/irq/" + number + "/effective_affinity_list";
        return new Interrupt(number, List.of(actions), 1000, Fact.known(CpuSet.of(0), file));
    }

    public static Fact<String> driver(String address, String name) {
        return Fact.known(name, "/sys/bus/pci/devices/0000:" + address + "/driver");
    }

    public static Fact<Integer> group(String address, int number) {
        return Fact.known(number, "/sys/bus/pci/devices/0000:" + address + "/iommu_group");
    }
}
