package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.Resources;
import dev.nptune.host.Fact;
import dev.nptune.vm.Domain;
import dev.nptune.vm.SchemaProblem;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

final class XmlCases {
    private static final String QEMU = "http://libvirt.org/schemas/domain/qemu/1.0";
    private static final String BOUND = "xmlns:qemu='" + QEMU + "'";
    private static final String COMMAND_LINE = "<qemu:commandline><qemu:arg value='-foo'/></qemu:commandline>";

    private XmlCases() {}

    static List<Case> all() {
        return Stream.of(invalid(), places(), devices(), commandLine(), elements(), attributes())
                .flatMap(List::stream)
                .toList();
    }

    private static Domain with(int problems) {
        return tuned().withSchemaProblems(Fact.known(
                IntStream.rangeClosed(1, problems)
                        .mapToObj(i -> new SchemaProblem(i, "bad " + i))
                        .toList(),
                "domain.rng"));
    }

    private static List<Case> invalid() {
        String[] twenty = IntStream.rangeClosed(1, 20)
                .mapToObj(i -> "line " + i + " | bad " + i + " | valid by libvirt's schema")
                .toArray(String[]::new);
        return List.of(
                fires("xml-invalid", "one", SOUND, with(1), "line 1 | bad 1 | valid by libvirt's schema"),
                fires("xml-invalid", "many", SOUND, with(21), twenty),
                clear("xml-invalid", "valid", SOUND, tuned()),
                unknown(
                        "xml-invalid",
                        "not validated",
                        SOUND,
                        Domain.parse(Resources.text("domain/tuned.xml")),
                        "/usr/share/libvirt/schemas"));
    }

    /// The tuned domain with something more in an element.
    private static Domain in(String parent, String more) {
        return tuned("</" + parent + ">", more + "</" + parent + ">");
    }

    private static List<Case> places() {
        String rule = "wrong-place";
        String hyperv = "<features><hyperv><hidden state='on'/></hyperv></features>";
        return List.of(
                fires(
                        rule,
                        "kvm below the root; what is in it goes with it",
                        SOUND,
                        in("domain", "<kvm><hidden state='on'/></kvm>"),
                        "kvm | in <domain> | in <features>"),
                fires(rule, "hyperv", SOUND, in("domain", "<hyperv/>"), "hyperv | in <domain> | in <features>"),
                fires(rule, "hidden", SOUND, in("domain", "<hidden/>"), "hidden | in <domain> | in <kvm>"),
                fires(
                        rule,
                        "hidden among Hyper-V's",
                        SOUND,
                        in("domain", hyperv),
                        "features/hyperv/hidden | in <hyperv> | in <kvm>"),
                fires(
                        rule,
                        "a pin beside cputune",
                        SOUND,
                        in("domain", "<vcpupin vcpu='0' cpuset='1'/>"),
                        "vcpupin[1] | in <domain> | in <cputune>"),
                fires(
                        rule,
                        "two in a row",
                        SOUND,
                        in("vcpu", "<emulatorpin cpuset='1'/><iothreadpin iothread='1' cpuset='1'/>"),
                        "vcpu[1]/emulatorpin | in <vcpu> | in <cputune>",
                        "vcpu[1]/iothreadpin[1] | in <vcpu> | in <cputune>"),
                fires(
                        rule,
                        "pages",
                        SOUND,
                        in("domain", "<hugepages/>"),
                        "hugepages | in <domain> | in <memoryBacking>"),
                fires(rule, "topology", SOUND, in("domain", "<topology/>"), "topology | in <domain> | in <cpu>"),
                fires(
                        rule,
                        "of three places",
                        SOUND,
                        in("os", "<memory>1</memory>"),
                        "os/memory | in <os> | in <domain>, <numatune> or <devices>"),
                fires(
                        rule,
                        "of two places",
                        SOUND,
                        in("domain", "<feature/>"),
                        "feature[1] | in <domain> | in <cpu> or <firmware>"),
                fires(rule, "timer", SOUND, in("cpu", "<timer name='hpet'/>"), "cpu/timer | in <cpu> | in <clock>"),
                fires(
                        rule,
                        "numatune",
                        SOUND,
                        in("cputune", "<numatune><memory mode='strict' nodeset='0'/></numatune>"),
                        "cputune/numatune | in <cputune> | in <domain>"),
                fires(
                        rule,
                        "ioapic",
                        SOUND,
                        in("cpu", "<ioapic driver='kvm'/>"),
                        "cpu/ioapic | in <cpu> | in <features>"),
                clear(rule, "none", SOUND, tuned()),
                clear(rule, "at home", SOUND, in("domain", "<features><kvm><hidden state='on'/></kvm></features>")),
                clear(rule, "cache of another thing", SOUND, in("cpu", "<numa><cell><cache level='1'/></cell></numa>")),
                clear(rule, "anywhere", SOUND, in("disk", "<source/>")),
                clear(rule, "in what is newer than the table", SOUND, in("devices", "<future><driver/></future>")),
                clear(rule, "another program's", SOUND, in("domain", "<metadata><kvm/></metadata>")),
                clear(rule, "another namespace's", SOUND, in("domain", "<kvm xmlns='unraid'><timer/></kvm>")),
                clear(rule, "another prefix'", SOUND, in("domain", "<a:kvm xmlns:a='b'><timer/></a:kvm>")),
                clear(rule, "a prefix of the name", SOUND, in("domain", "<a:b xmlns:a='b'><vcpupin/></a:b>")));
    }

    private static List<Case> devices() {
        String rule = "wrong-place";
        String[] twenty = IntStream.rangeClosed(1, 20)
                .mapToObj(i -> "timer" + (i == 1 ? "" : "[" + i + "]") + " | in <domain> | in <clock>")
                .toArray(String[]::new);
        return List.of(
                fires(
                        rule,
                        "a disk's driver in its source",
                        SOUND,
                        tuned(
                                "<source dev='/dev/disk/by-id/ata-disk'/>",
                                "<source dev='/x'><driver name='qemu'/></source>"),
                        "devices/disk[1]/source/driver | in <source> | in <disk>, <controller>, <interface>, …"),
                fires(
                        rule,
                        "a driver without a device",
                        SOUND,
                        in("devices", "<driver name='qemu'/>"),
                        "devices/driver | in <devices> | in <disk>, <controller>, <interface>, …"),
                fires(
                        rule,
                        "rom without a device",
                        SOUND,
                        in("devices", "<rom file='/a'/>"),
                        "devices/rom | in <devices> | in <hostdev> or <interface>"),
                fires(
                        rule,
                        "a device",
                        SOUND,
                        in("domain", "<memballoon/>"),
                        "memballoon | in <domain> | in <devices>"),
                fires(rule, "no more than twenty", SOUND, in("domain", "<timer/>".repeat(21)), twenty),
                clear(rule, "a driver of any device", SOUND, in("devices", "<video><driver name='qemu'/></video>")),
                clear(
                        rule,
                        "rom of a device",
                        SOUND,
                        in("devices", "<hostdev mode='subsystem' type='usb'><rom bar='off'/></hostdev>")));
    }

    private static List<Case> commandLine() {
        String rule = "wrong-place";
        String wanted = " | not in QEMU's namespace | " + BOUND + " on <domain>";
        String bare = "<commandline><arg value='-foo'/></commandline>";
        return List.of(
                clear(rule, "arguments for QEMU", SOUND, in("domain", COMMAND_LINE)),
                fires(
                        rule,
                        "in devices",
                        SOUND,
                        in("devices", COMMAND_LINE),
                        "devices/qemu:commandline | in <devices> | in <domain>"),
                fires(
                        rule,
                        "another version's namespace",
                        SOUND,
                        tuned("</domain>", COMMAND_LINE + "</domain>", QEMU, QEMU.replace("1.0", "1.1")),
                        "qemu:commandline" + wanted),
                fires(rule, "no prefix", SOUND, in("domain", bare), "commandline" + wanted),
                clear(
                        rule,
                        "no prefix needed",
                        SOUND,
                        in("domain", bare.replace("<commandline", "<commandline xmlns='" + QEMU + "'"))),
                fires(
                        rule,
                        "taken back within",
                        SOUND,
                        in("domain", COMMAND_LINE.replace("<qemu:commandline", "<qemu:commandline xmlns:qemu='x'")),
                        "qemu:commandline" + wanted),
                clear(
                        rule,
                        "another prefix, bound where it is used",
                        SOUND,
                        in(
                                "domain",
                                COMMAND_LINE
                                        .replace("qemu:", "q:")
                                        .replace("<q:commandline", "<q:commandline xmlns:q='" + QEMU + "'"))),
                clear(
                        rule,
                        "another hypervisor's",
                        SOUND,
                        in(
                                "domain",
                                "<b:commandline xmlns:b='http://libvirt.org/schemas/domain/bhyve/1.0'><b:arg value=''/></b:commandline>")),
                fires(
                        rule,
                        "an argument by itself",
                        SOUND,
                        in("domain", "<qemu:arg value='-foo'/>"),
                        "qemu:arg[1] | in <domain> | in <qemu:commandline>"),
                fires(
                        rule,
                        "a variable by itself",
                        SOUND,
                        in("devices", "<qemu:env name='a'/>"),
                        "devices/qemu:env | in <devices> | in <qemu:commandline>"),
                fires(
                        rule,
                        "an argument without prefix",
                        SOUND,
                        in("domain", "<qemu:commandline><arg value='-foo'/></qemu:commandline>"),
                        "qemu:commandline/arg | not in QEMU's namespace | <qemu:arg>"),
                clear(rule, "in metadata", SOUND, in("domain", "<metadata>" + bare + "</metadata>")),
                clear(
                        rule,
                        "other capabilities",
                        SOUND,
                        in("domain", "<qemu:capabilities><qemu:add capability='x'/></qemu:capabilities>")));
    }

    private static List<Case> elements() {
        String rule = "xml-ignored";
        return List.of(
                fires(
                        rule,
                        "another case; what is in it goes with it",
                        SOUND,
                        tuned("memoryBacking>", "memorybacking>", "<hugepages/>", "<hugepages a='1'/>"),
                        "memorybacking | <memorybacking> | <memoryBacking>"),
                fires(
                        rule,
                        "one letter too few",
                        SOUND,
                        in("memoryBacking", "<hugepage/>"),
                        "memoryBacking/hugepage | <hugepage> | <hugepages>"),
                clear(rule, "none", SOUND, tuned()),
                clear(rule, "nothing near", SOUND, in("domain", "<somethingNew a='1'/>")),
                clear(rule, "near what stands elsewhere", SOUND, in("domain", "<hugepage/>")),
                clear(rule, "known, if in the wrong place", SOUND, in("domain", "<kvm/>")),
                clear(rule, "another namespace's", SOUND, in("domain", "<cputunes xmlns='a'/>")),
                clear(rule, "another program's", SOUND, in("domain", "<metadata><cputunes/></metadata>")));
    }

    private static List<Case> attributes() {
        String rule = "xml-ignored";
        String pin = "<vcpupin vcpu='0' cpuset='4'";
        String path = "cputune/vcpupin[1]/@";
        return List.of(
                fires(rule, "misspelt", SOUND, tuned(pin, pin + " cpusett='5'"), path + "cpusett | 5 | @cpuset"),
                fires(
                        rule,
                        "not near",
                        SOUND,
                        tuned(pin, pin + " hostcore='5'"),
                        path + "hostcore | 5 | @vcpu, @cpuset"),
                fires(
                        rule,
                        "a long value",
                        SOUND,
                        tuned(pin, pin + " a='" + "\u0085".repeat(1) + "b".repeat(80) + "'"),
                        path + "a | \\x85" + "b".repeat(58) + "… | @vcpu, @cpuset"),
                fires(
                        rule,
                        "two, of a disk",
                        SOUND,
                        tuned("io='native'", "aio='native' cachemode='none'"),
                        "devices/disk[1]/driver/@aio | native | @io",
                        "devices/disk[1]/driver/@cachemode | none | @name, @type, @cache, @io, @iothread, @queues, "
                                + "@queue_size, @discard, @detect_zeroes, @discard_no_unref, @error_policy, "
                                + "@rerror_policy, @copy_on_read, @ioeventfd, @event_idx, @iommu, @ats, @packed, "
                                + "@page_per_vq"),
                fires(
                        rule,
                        "of an element without any",
                        SOUND,
                        tuned("<hugepages/>", "<hugepages size='1'/>"),
                        "memoryBacking/hugepages/@size | 1 | no attribute"),
                fires(
                        rule,
                        "of Hyper-V's",
                        SOUND,
                        in("domain", "<features><hyperv><vpindex status='on'/></hyperv></features>"),
                        "features/hyperv/vpindex/@status | on | @state"),
                fires(rule, "topology", SOUND, tuned("dies='1'", "die='1'"), "cpu/topology/@die | 1 | @dies"),
                clear(rule, "another namespace's attribute", SOUND, tuned(pin, pin + " qemu:a='b'")),
                clear(rule, "a namespace", SOUND, tuned(pin, pin + " xmlns:a='b'")),
                clear(rule, "another namespace's element", SOUND, tuned(pin, pin + " xmlns='a' b='c'")),
                clear(rule, "not looked at", SOUND, tuned("<readonly/>", "<readonly a='b'/>")),
                clear(rule, "in the wrong place", SOUND, in("domain", "<hugepages a='b'/>")));
    }
}
