package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Fact;
import dev.nptune.host.Kernel;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [HypervisorRules].
final class HypervisorCases {
    static final String OS_ID = "http://microsoft.com/win/10";
    private static final String LIBOSINFO = "<metadata><libosinfo:libosinfo"
            + " xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='" + OS_ID
            + "'/></libosinfo:libosinfo></metadata>";
    static final String HYPERV = "<hyperv mode='custom'><relaxed state='on'/><vapic state='on'/>"
            + "<spinlocks state='on' retries='8191'/><vpindex state='on'/><runtime state='on'/><synic state='on'/>"
            + "<stimer state='on'><direct state='on'/></stimer><frequencies state='on'/><tlbflush state='on'/>"
            + "<ipi state='on'/><avic state='off'/></hyperv>";
    static final String CLOCK = "<clock offset='localtime'><timer name='pit' tickpolicy='discard'/>"
            + "<timer name='hpet' present='no'/><timer name='hypervclock' present='yes'/></clock>";
    static final String TOPOEXT = "<feature policy='require' name='topoext'/>";
    private static final String NESTED = "/sys/module/kvm_amd/parameters/nested";

    private HypervisorCases() {}

    static List<Case> all() {
        return Stream.of(timers(), flushes(), passthrough(), crash(), vbs())
                .flatMap(List::stream)
                .toList();
    }

    /// The tuned domain as one for Windows 10 with all that Windows should be given, some of its text replaced.
    static Domain windows(String... replacements) {
        String xml = tuned("<os>", LIBOSINFO + "<features><acpi/>" + HYPERV + "</features>" + CLOCK + "<os>")
                .xml();
        for (int i = 0; i < replacements.length; i += 2) {
            if (!xml.contains(replacements[i])) {
                throw new IllegalArgumentException("the domain has no " + replacements[i]);
            }
            xml = xml.replace(replacements[i], replacements[i + 1]);
        }
        return Domain.parse(xml);
    }

    static Domain windows11(String... replacements) {
        return Domain.parse(windows(replacements).xml().replace(OS_ID, "http://microsoft.com/win/11"));
    }

    /// With arguments past libvirt.
    static String[] arguments(String... arguments) {
        StringBuilder xml = new StringBuilder("</devices><qemu:commandline>");
        Stream.of(arguments).forEach(a -> xml.append("<qemu:arg value='" + a + "'/>"));
        return new String[] {"</devices>", xml + "</qemu:commandline>"};
    }

    static String[] with(String[] some, String... more) {
        return Stream.of(some, more).flatMap(Stream::of).toArray(String[]::new);
    }

    private static List<Case> timers() {
        String rule = "hv-stimer-missing";
        String hyperv = "features/hyperv/";
        String[] all = {
            hyperv + "vpindex/@state | (absent) | on",
            hyperv + "synic/@state | (absent) | on",
            hyperv + "stimer/@state | (absent) | on"
        };
        return List.of(
                fires(rule, "no enlightenment at all", SOUND, windows(HYPERV, ""), all),
                fires(
                        rule,
                        "one missing",
                        SOUND,
                        windows("<vpindex state='on'/>", ""),
                        hyperv + "vpindex/@state | (absent) | on"),
                fires(
                        rule,
                        "one off",
                        SOUND,
                        windows("<synic state='on'/>", "<synic state='off'/>"),
                        hyperv + "synic/@state | off | on"),
                fires(
                        rule,
                        "by arguments, two of three, one of them off",
                        SOUND,
                        windows(with(
                                arguments("-cpu", "host,hv_vpindex,hv-synic=on,hv-stimer=off,-hv-relaxed"),
                                HYPERV,
                                "")),
                        hyperv + "stimer/@state | (absent) | on"),
                fires(
                        rule,
                        "flags elsewhere do not count",
                        SOUND,
                        windows(with(arguments("-other", "host,hv_vpindex,hv_synic,hv_stimer"), HYPERV, "")),
                        all),
                fires(
                        rule,
                        "the model's name is no flag",
                        SOUND,
                        windows(with(arguments("-cpu", "hv_vpindex,hv_synic,hv_stimer"), HYPERV, "")),
                        all[0]),
                fires(
                        rule,
                        "taken away by argument",
                        SOUND,
                        windows(with(arguments("-cpu", "host,hv_vpindex,hv_synic,+hv_stimer,-hv_stimer"), HYPERV, "")),
                        all[2]),
                clear(
                        rule,
                        "by arguments",
                        SOUND,
                        windows(with(arguments("-cpu", "host,hv_vpindex,+hv-synic,hv-stimer=on,hv_time"), HYPERV, ""))),
                clear(rule, "passthrough", SOUND, windows(HYPERV, "<hyperv mode='passthrough'/>")),
                clear(rule, "the host's model", SOUND, windows(HYPERV, "<hyperv mode='host-model'/>")),
                clear(
                        rule,
                        "passthrough by argument",
                        SOUND,
                        windows(with(arguments("-cpu", "host,hv-passthrough"), HYPERV, ""))),
                clear(rule, "all there", SOUND, windows()),
                clear(rule, "Linux", SOUND, windows(OS_ID, "http://debian.org/debian/12", HYPERV, "")),
                clear(
                        rule,
                        "macOS",
                        SOUND,
                        windows(with(arguments("-device", "isa-applesmc,osk=x"), LIBOSINFO, "", HYPERV, "<hyperv/>"))),
                fires(
                        rule,
                        "another device",
                        SOUND,
                        windows(with(arguments("-device", "isa-serial"), LIBOSINFO, "", HYPERV, "<hyperv/>")),
                        all),
                clear(rule, "no sign of Windows", SOUND, tuned()));
    }

    private static List<Case> flushes() {
        String rule = "hv-flush-ipi";
        String flush = "<tlbflush state='on'/>";
        String ipi = "<ipi state='on'/>";
        return List.of(
                fires(
                        rule,
                        "neither",
                        SOUND,
                        windows(flush, "", ipi, ""),
                        "features/hyperv/tlbflush/@state | (absent) | on",
                        "features/hyperv/ipi/@state | (absent) | on"),
                fires(rule, "no ipi", SOUND, windows(ipi, ""), "features/hyperv/ipi/@state | (absent) | on"),
                clear(rule, "both", SOUND, windows()),
                clear(
                        rule,
                        "both by argument",
                        SOUND,
                        windows(with(arguments("-cpu", "host,hv_tlbflush,hv_ipi"), flush, "", ipi, ""))),
                clear(rule, "no vpindex to build on", SOUND, windows(flush, "", ipi, "", "<vpindex state='on'/>", "")),
                clear(rule, "a single vCPU", SOUND, windows(flush, "", "static'>4", "static'>1")),
                fires(
                        rule,
                        "two vCPUs",
                        SOUND,
                        windows(flush, "", "static'>4", "static'>2"),
                        "features/hyperv/tlbflush/@state | (absent) | on"),
                clear(rule, "passthrough", SOUND, windows("mode='custom'", "mode='passthrough'", flush, "", ipi, "")),
                clear(rule, "Linux", SOUND, windows(flush, "", OS_ID, "http://debian.org/debian/12")));
    }

    private static List<Case> passthrough() {
        String rule = "hv-passthrough";
        String evidence = "features/hyperv/@mode | passthrough | custom";
        return List.of(
                fires(rule, "in the XML", SOUND, windows("mode='custom'", "mode='passthrough'"), evidence),
                fires(rule, "by argument", SOUND, windows(arguments("-cpu", "host,hv_passthrough")), evidence),
                clear(rule, "custom", SOUND, windows()),
                clear(rule, "the host's model, which is fixed", SOUND, windows("mode='custom'", "mode='host-model'")),
                clear(
                        rule,
                        "Linux",
                        SOUND,
                        windows("mode='custom'", "mode='passthrough'", OS_ID, "http://debian.org/debian/12")));
    }

    private static List<Case> crash() {
        String rule = "hv-crash";
        String panic = "<panic model='hyperv'/></devices>";
        return List.of(
                fires(
                        rule,
                        "a panic device",
                        SOUND,
                        windows("</devices>", panic),
                        "devices/panic/@model | hyperv | (absent)"),
                fires(
                        rule,
                        "by argument",
                        SOUND,
                        windows(arguments("-cpu", "host,hv-crash")),
                        "qemu:commandline/qemu:arg | hv-crash | (absent)"),
                clear(rule, "another panic device", SOUND, windows("</devices>", panic.replace("hyperv", "isa"))),
                clear(rule, "none", SOUND, windows(arguments("-cpu", "host,-hv-crash"))));
    }

    private static Consumer<TestHost> nested(String value) {
        return h -> h.kvmAmd.put("nested", TestHost.parameter("kvm_amd", "nested", value));
    }

    private static Consumer<TestHost> intel(String nested) {
        return h -> {
            h.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo");
            h.modules.add(
                    Kernel.Module.of("kvm_intel", Map.of("nested", TestHost.parameter("kvm_intel", "nested", nested))));
        };
    }

    private static List<Case> vbs() {
        String rule = "guest-vbs";
        String wanted = NESTED + " | 1 | svm hidden from the guest";
        String svm = "cpu/feature[@name='svm'] | (absent): as the host has it | disable";
        String passthrough = "<cpu mode='host-passthrough' check='none'>";
        return List.of(
                fires(rule, "Windows 11", nested("1"), windows11(), svm, wanted),
                fires(
                        rule,
                        "Windows 11 by name, noted as 10",
                        nested("1"),
                        windows("<name>win<", "<name>Win-11<"),
                        svm,
                        wanted),
                fires(
                        rule,
                        "asked for",
                        nested("1"),
                        windows11(passthrough, "<cpu mode='custom'><feature policy='require' name='svm'/>"),
                        "cpu/feature[@name='svm'] | on | disable",
                        wanted),
                fires(
                        rule,
                        "Intel",
                        intel("Y"),
                        windows11(),
                        "cpu/feature[@name='vmx'] | (absent): as the host has it | disable",
                        "/sys/module/kvm_intel/parameters/nested | Y | vmx hidden from the guest"),
                clear(rule, "nested off", nested("0"), windows11()),
                clear(rule, "Windows 10", nested("1"), windows()),
                clear(
                        rule,
                        "Windows 10 by name only",
                        nested("1"),
                        windows("<name>win<", "<name>Windows 10<", OS_ID, "x")),
                clear(rule, "no Windows", nested("1"), tuned("<name>win<", "<name>win11<")),
                clear(
                        rule,
                        "hidden",
                        nested("1"),
                        windows11(TOPOEXT, TOPOEXT + "<feature policy='disable' name='svm'/>")),
                clear(
                        rule,
                        "Intel, hidden",
                        intel("Y"),
                        windows11(TOPOEXT, TOPOEXT + "<feature policy='disable' name='vmx'/>")),
                clear(
                        rule,
                        "both hidden, and nothing known",
                        h -> h.vendor = TestHost.unreadable(h.vendor),
                        windows11(
                                TOPOEXT,
                                "<feature policy='disable' name='vmx'/><feature policy='forbid' name='svm'/>")),
                clear(rule, "a model of its own", nested("1"), windows11(passthrough, "<cpu mode='custom'>")),
                clear(rule, "another vendor", h -> h.vendor = Fact.known("CentaurHauls", "/proc/cpuinfo"), windows11()),
                unknown(rule, "some Windows", nested("1"), windows(LIBOSINFO, ""), "metadata"),
                clear(rule, "some Windows, not nested", nested("0"), windows(LIBOSINFO, "")),
                unknown(rule, "no vendor", h -> h.vendor = TestHost.unreadable(h.vendor), windows11(), "/proc/cpuinfo"),
                unknown(
                        rule,
                        "unreadable",
                        h -> h.kvmAmd.put("nested", Fact.unreadable(NESTED, "permission denied")),
                        windows11(),
                        NESTED));
    }
}
