package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Kernel;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [MythRules].
final class MythCases {
    private static final String CMDLINE = "/proc/cmdline";
    private static final String RELEASE = "/proc/sys/kernel/osrelease";
    private static final String CPUINFO = "/proc/cpuinfo";
    private static final String PARAMETERS = "/sys/module/kvm_amd/parameters/";

    private MythCases() {}

    static List<Case> all() {
        return Stream.of(commandLines(), npt(), hidden(), processors(), modules(), guests(), disks())
                .flatMap(List::stream)
                .toList();
    }

    private static Consumer<TestHost> booted(String words) {
        return h -> h.commandLine = Fact.known("root=/dev/sda1 " + words, CMDLINE);
    }

    private static Consumer<TestHost> release(String version) {
        return h -> h.release = Fact.known(version, RELEASE);
    }

    private static void noCommandLine(TestHost h) {
        h.commandLine = TestHost.unreadable(h.commandLine);
    }

    private static void intel(TestHost h) {
        h.vendor = Fact.known("GenuineIntel", CPUINFO);
    }

    private static void noVendor(TestHost h) {
        h.vendor = TestHost.unreadable(h.vendor);
    }

    private static void noRelease(TestHost h) {
        h.release = TestHost.unreadable(h.release);
    }

    private static List<Case> commandLines() {
        return List.of(
                fires("m-amd-iommu-on", "on", booted("amd_iommu=on"), tuned(), CMDLINE + " | amd_iommu=on | (absent)"),
                fires(
                        "m-amd-iommu-on",
                        "on among others",
                        booted("amd_iommu=force_isolation,on"),
                        tuned(),
                        CMDLINE + " | amd_iommu=force_isolation,on | (absent)"),
                clear("m-amd-iommu-on", "a value there is", booted("amd_iommu=pgtbl_v2"), tuned()),
                clear("m-amd-iommu-on", "Intel's is needed", booted("intel_iommu=on"), tuned()),
                unknown("m-amd-iommu-on", "no command line", MythCases::noCommandLine, tuned(), CMDLINE),
                fires(
                        "m-iommu-pt",
                        "pt",
                        booted("iommu=pt"),
                        tuned(),
                        CMDLINE + " | iommu=pt | kept for the host's sake only"),
                clear("m-iommu-pt", "another value", booted("iommu=soft"), tuned()),
                unknown("m-iommu-pt", "no command line", MythCases::noCommandLine, tuned(), CMDLINE),
                fires("m-nohz", "alone", booted("nohz_full=4-7"), tuned(), CMDLINE + " | nohz_full=4-7 | (absent)"),
                clear("m-nohz", "with isolcpus", booted("nohz_full=4-7 isolcpus=4-7"), tuned()),
                clear("m-nohz", "something else", booted("nohz=on"), tuned()),
                unknown("m-nohz", "no command line", MythCases::noCommandLine, tuned(), CMDLINE));
    }

    private static List<Case> npt() {
        Consumer<TestHost> options = h -> h.options.add(
                new Kernel.ModuleOption("/etc/modprobe.d/kvm.conf", 2, "kvm_amd", List.of("nested=1", "npt=0")));
        return List.of(
                fires(
                        "m-npt0",
                        "command line",
                        booted("kvm-amd.npt=0"),
                        tuned(),
                        CMDLINE + " | kvm-amd.npt=0 | (absent)"),
                fires("m-npt0", "module options", options, tuned(), "/etc/modprobe.d/kvm.conf:2 | npt=0 | (absent)"),
                clear("m-npt0", "on", booted("kvm_amd.npt=1"), tuned()),
                clear(
                        "m-npt0",
                        "on in module options",
                        h -> h.options.add(
                                new Kernel.ModuleOption("/etc/modprobe.d/kvm.conf", 2, "kvm_amd", List.of("npt=1"))),
                        tuned()),
                clear(
                        "m-npt0",
                        "before the fix it helped",
                        booted("kvm_amd.npt=0").andThen(release("4.13.0")),
                        tuned()),
                unknown("m-npt0", "no command line", MythCases::noCommandLine, tuned(), CMDLINE),
                unknown(
                        "m-npt0",
                        "no release",
                        booted("kvm_amd.npt=0").andThen(MythCases::noRelease),
                        tuned(),
                        RELEASE));
    }

    private static Consumer<TestHost> card(int vendor, int code) {
        return h -> h.functions = List.of(PciFunction.ofBasics(
                PciAddress.parse("01:00.0"),
                code,
                vendor,
                0x1b81,
                TestHost.driver("01:00.0", "vfio-pci"),
                TestHost.group("01:00.0", 13),
                "not in this test"));
    }

    private static Domain features(String inside) {
        return tuned(
                "<cpu mode",
                "<features>" + inside + "</features><cpu mode",
                // one passed function is enough
                "function='0x1'",
                "function='0x0'");
    }

    private static List<Case> hidden() {
        Domain both = features("<kvm><hidden state='on'/></kvm><hyperv><vendor_id state='on' value='0'/></hyperv>");
        return List.of(
                fires(
                        "m-hidden",
                        "NVIDIA",
                        card(0x10de, 0x030000),
                        both,
                        "features/kvm/hidden/@state | on | (absent)",
                        "features/hyperv/vendor_id/@state | on | (absent)"),
                clear("m-hidden", "AMD", card(0x1002, 0x030000), both),
                clear("m-hidden", "NVIDIA's sound alone", card(0x10de, 0x040300), both),
                clear("m-hidden", "not hidden", card(0x10de, 0x030000), features("<kvm><hidden state='off'/></kvm>")),
                unknown(
                        "m-hidden",
                        "no such device",
                        h -> h.functions = List.of(),
                        both,
                        "/sys/bus/pci/devices/0000:01:00.0"),
                fires(
                        "m-hide-hv",
                        "disabled",
                        SOUND,
                        tuned("</cpu>", "<feature policy='disable' name='hypervisor'/></cpu>"),
                        "cpu/feature[2]/@policy | disable | (absent)"),
                clear(
                        "m-hide-hv",
                        "required",
                        SOUND,
                        tuned("</cpu>", "<feature policy='require' name='hypervisor'/></cpu>")));
    }

    private static List<Case> processors() {
        Domain noX2apic = tuned("</cpu>", "<feature policy='disable' name='x2apic'/></cpu>");
        Domain evmcs = features("<hyperv><evmcs state='on'/></hyperv>");
        Consumer<TestHost> off = booted("split_lock_detect=off");
        return List.of(
                fires("m-splitlock-amd", "Zen", off, tuned(), CMDLINE + " | split_lock_detect=off | (absent)"),
                fires(
                        "m-splitlock-amd",
                        "Zen 4",
                        off.andThen(h -> h.family = Fact.known(0x19, CPUINFO)),
                        tuned(),
                        CMDLINE + " | split_lock_detect=off | (absent)"),
                clear(
                        "m-splitlock-amd",
                        "Zen 5 has a trap",
                        off.andThen(h -> h.family = Fact.known(0x1a, CPUINFO)),
                        tuned()),
                clear("m-splitlock-amd", "Intel", off.andThen(MythCases::intel), tuned()),
                clear("m-splitlock-amd", "warn", booted("split_lock_detect=warn"), tuned()),
                unknown("m-splitlock-amd", "no vendor", off.andThen(MythCases::noVendor), tuned(), CPUINFO),
                unknown(
                        "m-splitlock-amd",
                        "no family",
                        off.andThen(h -> h.family = TestHost.unreadable(h.family)),
                        tuned(),
                        CPUINFO),
                unknown("m-splitlock-amd", "no command line", MythCases::noCommandLine, tuned(), CMDLINE),
                fires("m-x2apic", "disabled", SOUND, noX2apic, "cpu/feature[2]/@policy | disable | (absent)"),
                fires("m-x2apic", "6.0", release("6.0.0"), noX2apic, "cpu/feature[2]/@policy | disable | (absent)"),
                clear("m-x2apic", "5.19", release("5.19.17"), noX2apic),
                clear("m-x2apic", "Intel", MythCases::intel, noX2apic),
                clear(
                        "m-x2apic",
                        "required",
                        SOUND,
                        tuned("</cpu>", "<feature policy='require' name='x2apic'/></cpu>")),
                unknown("m-x2apic", "no vendor", MythCases::noVendor, noX2apic, CPUINFO),
                unknown("m-x2apic", "no release", MythCases::noRelease, noX2apic, RELEASE),
                fires("m-evmcs", "AMD", SOUND, evmcs, "features/hyperv/evmcs/@state | on | (absent)"),
                clear("m-evmcs", "Intel", MythCases::intel, evmcs),
                clear("m-evmcs", "off", SOUND, features("<hyperv><evmcs state='off'/></hyperv>")),
                unknown("m-evmcs", "no vendor", MythCases::noVendor, evmcs, CPUINFO));
    }

    private static Consumer<TestHost> kvmAmd(String avic, String nested) {
        return h -> h.modules.add(Kernel.Module.of(
                "kvm_amd",
                Map.of(
                        "npt", h.npt,
                        "avic", Fact.known(avic, PARAMETERS + "avic"),
                        "nested", Fact.known(nested, PARAMETERS + "nested"))));
    }

    private static List<Case> modules() {
        String fires = PARAMETERS + "nested | 0 | 1, or what the guest needs";
        return List.of(
                fires("m-nested0", "avic without nested", kvmAmd("Y", "0"), tuned(), fires),
                fires("m-nested0", "5.19", kvmAmd("Y", "0").andThen(release("5.19.0")), tuned(), fires),
                fires("m-nested0", "5.5", kvmAmd("Y", "0").andThen(release("5.5.19")), tuned(), fires),
                clear("m-nested0", "5.6 needs it", kvmAmd("Y", "0").andThen(release("5.6.0")), tuned()),
                clear("m-nested0", "5.18 needs it", kvmAmd("Y", "0").andThen(release("5.18.19")), tuned()),
                clear("m-nested0", "no avic", kvmAmd("N", "0"), tuned()),
                clear("m-nested0", "nested", kvmAmd("Y", "1"), tuned()),
                clear("m-nested0", "Intel", kvmAmd("Y", "0").andThen(MythCases::intel), tuned()),
                unknown("m-nested0", "no vendor", kvmAmd("Y", "0").andThen(MythCases::noVendor), tuned(), CPUINFO),
                unknown("m-nested0", "no release", kvmAmd("Y", "0").andThen(MythCases::noRelease), tuned(), RELEASE),
                unknown(
                        "m-nested0",
                        "no kvm_amd",
                        h -> h.modules.add(Kernel.Module.of("kvm", Map.of())),
                        tuned(),
                        PARAMETERS + "avic",
                        PARAMETERS + "nested"));
    }

    private static List<Case> guests() {
        String hints = "<kvm><hint-dedicated state='on'/><poll-control state='off'/></kvm>";
        Domain windows = features(hints + "<hyperv><relaxed state='on'/></hyperv>");
        return List.of(
                fires("m-kvm-pv", "Windows", SOUND, windows, "features/kvm/hint-dedicated/@state | on | (absent)"),
                clear("m-kvm-pv", "Linux", SOUND, features(hints)),
                clear(
                        "m-kvm-pv",
                        "off",
                        SOUND,
                        features("<kvm><hint-dedicated state='off'/></kvm><hyperv><relaxed state='on'/></hyperv>")),
                clear(
                        "m-kvm-pv",
                        "another of KVM's",
                        SOUND,
                        features("<kvm><hidden state='on'/></kvm><hyperv><relaxed state='on'/></hyperv>")),
                fires(
                        "m-allcores",
                        "as many as there are",
                        h -> h.online = Fact.known(CpuSet.parse("0-3"), h.online.source()),
                        tuned(),
                        "vcpu | 4 | fewer than the host's 4"),
                clear(
                        "m-allcores",
                        "one left",
                        h -> h.online = Fact.known(CpuSet.parse("0-4"), h.online.source()),
                        tuned()),
                unknown(
                        "m-allcores",
                        "not known",
                        h -> h.online = TestHost.unreadable(h.online),
                        tuned(),
                        "/sys/devices/system/cpu/online"),
                fires(
                        "m-spoof",
                        "the host's",
                        SOUND,
                        tuned("</type>", "</type><smbios mode='host'/>"),
                        "os/smbios/@mode | host | no expectation of speed"),
                fires(
                        "m-spoof",
                        "made up",
                        SOUND,
                        tuned("</type>", "</type><smbios mode='sysinfo'/>"),
                        "os/smbios/@mode | sysinfo | no expectation of speed"),
                clear("m-spoof", "emulated", SOUND, tuned("</type>", "</type><smbios mode='emulate'/>")));
    }

    private static List<Case> disks() {
        Consumer<TestHost> always = h -> h.thp = Fact.known("always", TestHost.THP);
        return List.of(
                fires(
                        "m-2M",
                        "always",
                        always,
                        tuned(),
                        "memoryBacking/hugepages | 2 MiB pages | no expectation of speed",
                        TestHost.THP + " | always | this is enough for 2 MiB pages"),
                clear("m-2M", "madvise", SOUND, tuned()),
                clear(
                        "m-2M",
                        "1 GiB pages",
                        always,
                        tuned("<hugepages/>", "<hugepages><page size='1' unit='G'/></hugepages>")),
                clear("m-2M", "shared memory", always, tuned("<hugepages/>", "<hugepages/><access mode='shared'/>")),
                clear("m-2M", "none reserved", always, tuned("<hugepages/>", "")),
                unknown("m-2M", "not readable", h -> h.thp = TestHost.unreadable(h.thp), tuned(), TestHost.THP),
                fires(
                        "m-cdm",
                        "writeback",
                        SOUND,
                        tuned("cache='none'", "cache='writeback'"),
                        "devices/disk[1]/driver/@cache | writeback | none while measuring"),
                fires(
                        "m-cdm",
                        "unsafe",
                        SOUND,
                        tuned("cache='none'", "cache='unsafe'"),
                        "devices/disk[1]/driver/@cache | unsafe | none while measuring"),
                clear("m-cdm", "nobody chose it", SOUND, tuned("cache='none'", "")),
                clear(
                        "m-cdm",
                        "a network disk",
                        SOUND,
                        tuned("<disk type='block'", "<disk type='network'", "cache='none'", "cache='writeback'")));
    }
}
