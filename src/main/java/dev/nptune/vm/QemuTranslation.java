package dev.nptune.vm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A QEMU command line on its way to a domain: the arguments, the XML as far as it is made up, and what was not
/// understood. Each part of the XML has a class of its own, which looks up what concerns it.
final class QemuTranslation {
    /// Options that some part looks at.
    private static final Set<String> TRANSLATED = Set.of(
            "name",
            "machine",
            "M",
            "accel",
            "enable-kvm",
            "no-kvm",
            "cpu",
            "smp",
            "m",
            "mem-path",
            "mem-prealloc",
            "object",
            "numa",
            "overcommit",
            "realtime",
            "rtc",
            "localtime",
            "global",
            "no-hpet",
            "no-acpi",
            "no-kvm-pit-reinjection",
            "device",
            "drive",
            "blockdev",
            "hda",
            "hdb",
            "hdc",
            "hdd",
            "cdrom",
            "fda",
            "fdb",
            "pflash",
            "bios",
            "net",
            "netdev",
            "nic",
            "usb",
            "usbdevice",
            "soundhw",
            "audiodev",
            "audio",
            "vga",
            "display",
            "spice",
            "vnc",
            "sdl",
            "nographic",
            "curses",
            "balloon",
            "tpmdev",
            "smbios",
            "nodefaults",
            "watchdog",
            "fsdev",
            "virtfs",
            "chardev");
    /// Options that no rule could want to know.
    private static final Set<String> IRRELEVANT = Set.of(
            "uuid",
            "monitor",
            "qmp",
            "qmp-pretty",
            "mon",
            "serial",
            "parallel",
            "debugcon",
            "boot",
            "k",
            "msg",
            "pidfile",
            "daemonize",
            "runas",
            "run-with",
            "chroot",
            "user",
            "D",
            "d",
            "dfilter",
            "trace",
            "no-reboot",
            "no-shutdown",
            "action",
            "S",
            "s",
            "gdb",
            "no-user-config",
            "nodefconfig",
            "kernel",
            "initrd",
            "append",
            "dtb",
            "L",
            "incoming",
            "loadvm",
            "snapshot",
            "sandbox",
            "compat",
            "icount",
            "full-screen",
            "alt-grab",
            "ctrl-grab",
            "no-frame",
            "no-quit",
            "portrait",
            "rotate",
            "win2k-hack",
            "no-fd-bootchk",
            "g",
            "fw_cfg",
            "acpitable",
            "watchdog-action",
            "echr",
            "add-fd",
            "iscsi",
            "name",
            "plugin",
            "preconfig",
            "sd",
            "mtdblock",
            "only-migratable",
            "enable-fips",
            "rtc-td-hack",
            "set",
            "seed",
            "writeconfig",
            "version",
            "help",
            "h",
            "option-rom",
            "prom-env",
            "show-cursor",
            "tb-size",
            "perfmap",
            "jitdump",
            "semihosting",
            "xen-attach",
            "enable-sync-profile",
            "audio-help",
            "bt",
            "smb",
            "redir",
            "tftp",
            "bootp",
            "virtioconsole");
    /// Objects that no rule could want to know.
    private static final Pattern IRRELEVANT_OBJECT = Pattern.compile(
            "secret.*|tls-.*|authz-.*|rng-.*|cryptodev-.*|can-.*|filter-.*|colo-.*|throttle-group|iommufd|main-loop"
                    + "|thread-context|input-barrier|qtest|dbus-.*|pr-manager-helper|acpi-generic-.*|x-.*"
                    + "|memory-backend-.*|iothread|input-linux");
    private static final Pattern WINDOWS = Pattern.compile(
            ".*(?:^|[^a-z])win(?:dows)?[-_ ]?(7|8|10|11|20[012][0-9])(?![0-9]).*|.*(?:virtio-win|windows).*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final QemuCommandLine line;
    private final List<QemuArgument> arguments;
    private final List<QemuDevice> devices = new ArrayList<>();
    private final Map<String, Map<String, QemuArgument>> ids = new HashMap<>();
    private final Map<QemuArgument, QemuSettings> parsed = new HashMap<>();
    private final Set<String> notUnderstood = new LinkedHashSet<>();
    private final Map<String, String> absent = new LinkedHashMap<>();
    private final Sketch root = new Sketch("domain");

    QemuTranslation(QemuCommandLine line) {
        this.line = line;
        this.arguments = QemuArgument.read(line.arguments());
    }

    QemuDomain domain() {
        notUnderstood.addAll(line.remarks());
        named("device").stream()
                .map(a -> QemuDevice.of(a, settings(a, "driver")))
                .filter(d -> !d.settings().all().isEmpty())
                .forEach(devices::add);
        skeleton();
        new QemuMachine(this).translate();
        new QemuCpu(this).translate();
        new QemuMemory(this).translate();
        QemuPci pci = new QemuPci(this);
        pci.translate();
        new QemuDisks(this, pci).translate();
        new QemuDevices(this, pci).translate();
        surroundings();
        arguments.forEach(this::judge);
        Domain domain = Domain.parse(root.xml());
        Map<String, String> origins = root.origins(domain.root());
        absent.forEach(origins::putIfAbsent);
        return new QemuDomain(domain, origins, List.copyOf(notUnderstood));
    }

    /// The elements in libvirt's order, so that the parts need not care for it.
    private void skeleton() {
        Optional<QemuArgument> name = last("name");
        root.at("name")
                .text(name.map(n -> settings(n, "guest").get("guest", ""))
                        .filter(n -> !n.isBlank())
                        .orElse("qemu"))
                .from(name.map(QemuArgument::text).orElse("-name (not given)"));
        for (String place : List.of("metadata", "memory", "memoryBacking", "vcpu", "iothreads", "numatune")) {
            root.place(place);
        }
        for (String place : List.of("sysinfo", "os", "features", "cpu", "clock", "pm", "devices")) {
            root.place(place);
        }
        root.place("qemu:commandline");
        Stream.of(Stream.of(line.program()), arguments.stream().map(QemuArgument::text))
                .flatMap(s -> s)
                .filter(t -> WINDOWS.matcher(t).matches())
                .findFirst()
                .ifPresent(t -> root.at("metadata")
                        .from(t)
                        .add("libosinfo:libosinfo")
                        .add("libosinfo:os")
                        .set("id", "http://microsoft.com/win/" + windowsRelease(t)));
    }

    private static String windowsRelease(String text) {
        var release = WINDOWS.matcher(text);
        return release.matches() && release.group(1) != null ? release.group(1) : "10";
    }

    /// What stands before the program and in its environment.
    private void surroundings() {
        Stream.concat(
                        line.environment().stream(),
                        line.prefix().stream().filter(w -> w.matches("(?s)[A-Za-z_][A-Za-z0-9_]*=.*")))
                .filter(v -> v.startsWith("QEMU_") && !v.equals("QEMU_AUDIO_DRV=none"))
                .forEach(v -> root.at("qemu:commandline")
                        .add("qemu:env")
                        .set("name", v.substring(0, v.indexOf('=')))
                        .set("value", v.substring(v.indexOf('=') + 1))
                        .from(v));
        if (line.prefix().stream().anyMatch(w -> w.equals("chrt") || w.endsWith("/chrt"))) {
            notUnderstood.add(String.join(" ", line.prefix()) + ": real-time scheduling of all of QEMU");
        }
        new QemuPlacement(this, line.prefix()).translate();
    }

    private void judge(QemuArgument argument) {
        String option = argument.option();
        if (option.isEmpty()) {
            if (argument.value().contains("$") || argument.value().contains("`")) {
                notUnderstood(argument, "only running the script could tell");
            }
        } else if (option.equals("readconfig")) {
            notUnderstood(argument, "that file is not read");
        } else if (option.equals("object")) {
            String type = settings(argument, "qom-type").get("qom-type", "");
            if (!type.isEmpty() && !IRRELEVANT_OBJECT.matcher(type).matches()) {
                notUnderstood(argument);
            }
        } else if (!TRANSLATED.contains(option) && !IRRELEVANT.contains(option)) {
            notUnderstood(argument);
        }
    }

    Sketch root() {
        return root;
    }

    Sketch at(String child) {
        return root.at(child);
    }

    QemuCommandLine line() {
        return line;
    }

    List<QemuArgument> arguments() {
        return arguments;
    }

    List<QemuDevice> devices() {
        return devices;
    }

    /// The devices of some drivers.
    List<QemuDevice> devices(String... drivers) {
        List<String> wanted = List.of(drivers);
        return devices.stream().filter(d -> wanted.contains(d.driver())).toList();
    }

    /// The arguments of some options, in order.
    List<QemuArgument> named(String... options) {
        List<String> wanted = List.of(options);
        return arguments.stream().filter(a -> wanted.contains(a.option())).toList();
    }

    /// The last of them, which is the one that counts for most.
    Optional<QemuArgument> last(String... options) {
        return named(options).stream().reduce((_, last) -> last);
    }

    boolean given(String... options) {
        return !named(options).isEmpty();
    }

    /// What QEMU adds by itself, it adds.
    boolean defaults() {
        return !given("nodefaults");
    }

    /// The objects of a kind.
    List<QemuArgument> objects(Pattern type) {
        return named("object").stream()
                .filter(a -> type.matcher(settings(a, "qom-type").get("qom-type", ""))
                        .matches())
                .toList();
    }

    /// The argument of an option that makes what others call by that id.
    Optional<QemuArgument> byId(String option, Optional<String> id) {
        Map<String, QemuArgument> made = ids.computeIfAbsent(option, this::ids);
        return id.flatMap(i -> Optional.ofNullable(made.get(i)));
    }

    private Map<String, QemuArgument> ids(String option) {
        Map<String, QemuArgument> made = new HashMap<>();
        String first = option.equals("object") ? "qom-type" : option.equals("drive") ? "" : "type";
        named(option).forEach(a -> settings(a, first).get("id").ifPresent(id -> made.put(id, a)));
        return made;
    }

    /// The settings of an argument, in which one option's first setting always has the same name; none if they are no
    /// such text, which is noted.
    QemuSettings settings(QemuArgument argument, String first) {
        return parsed.computeIfAbsent(argument, a -> parse(a, first));
    }

    private QemuSettings parse(QemuArgument argument, String first) {
        try {
            return QemuSettings.parse(argument.value(), first);
        } catch (IllegalArgumentException e) {
            notUnderstood(argument, argument.value().startsWith("{") ? "no JSON" : "too many settings");
            return new QemuSettings(List.of());
        }
    }

    /// Those of several arguments of one option, put together.
    QemuSettings merged(List<QemuArgument> same, String first) {
        return QemuSettings.merged(same.stream().map(a -> settings(a, first)).toList());
    }

    void notUnderstood(QemuArgument argument) {
        notUnderstood.add(argument.text());
    }

    void notUnderstood(QemuArgument argument, String why) {
        notUnderstood.add(argument.text() + ": " + why);
    }

    void note(String sentence) {
        notUnderstood.add(sentence);
    }

    /// Names the argument behind something that is not in the XML.
    void absent(String xpath, String argument) {
        absent.put(xpath, argument);
    }

    /// Hands an argument on past libvirt, as a person would who has no element for it.
    void pass(QemuArgument argument) {
        Sketch commandLine = root.at("qemu:commandline");
        commandLine.add("qemu:arg").set("value", "-" + argument.option()).from(argument.text());
        if (!argument.value().isEmpty()) {
            commandLine.add("qemu:arg").set("value", argument.value()).from(argument.text());
        }
    }

    /// Several arguments as one origin; what to say if there are none.
    static String text(List<QemuArgument> same, String notGiven) {
        return same.isEmpty()
                ? notGiven + " (not given)"
                : same.stream().map(QemuArgument::text).distinct().collect(Collectors.joining(" "));
    }

    /// The number in a text in decimal or `0x…`; empty if it is none or not within bounds.
    static Optional<Long> number(String text, long least, long most) {
        try {
            return Optional.of(Long.decode(text.strip())).filter(n -> n >= least && n <= most);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
