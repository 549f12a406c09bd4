package dev.nptune.vm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The machine: its type and accelerator, firmware, clocks, and the features that belong to no device.
final class QemuMachine {
    private static final Pattern ARCH = Pattern.compile(".*qemu-system-([A-Za-z0-9_]+).*", Pattern.DOTALL);
    /// Settings of `-machine` that no rule could want to know.
    private static final Set<String> IRRELEVANT = Set.of(
            "type",
            "accel",
            "usb",
            "graphics",
            "igd-passthru",
            "dump-guest-core",
            "mem-merge",
            "vmport",
            "smm",
            "hpet",
            "pic",
            "pit",
            "acpi",
            "kernel-irqchip",
            "memory-backend",
            "pflash0",
            "pflash1",
            "nvdimm",
            "hmat",
            "suppress-vmdesc",
            "max-ram-below-4g",
            "default-bus-bypass-iommu",
            "default-bus-bypass-iommu-type",
            "sata",
            "smbus",
            "i8042",
            "fd-bootchk",
            "pcspk-audiodev",
            "kernel",
            "initrd",
            "append",
            "dtb",
            "firmware",
            "smp-cache",
            "smbios-entry-point-type",
            "x-oem-id",
            "x-oem-table-id",
            "kvm-shadow-mem",
            "aes-key-wrap",
            "dea-key-wrap",
            "dumpdtb",
            "phandle-start",
            "enforce-config-section",
            "rtc",
            "acpi-root-pci-hotplug");
    private static final List<Map.Entry<String, String>> SMBIOS = List.of(
            Map.entry("0", "bios"), Map.entry("1", "system"), Map.entry("2", "baseBoard"), Map.entry("3", "chassis"));

    private final QemuTranslation all;
    private final List<QemuArgument> machineArguments;
    private final QemuSettings machine;

    QemuMachine(QemuTranslation all) {
        this.all = all;
        machineArguments = all.named("machine", "M");
        machine = all.merged(machineArguments, "type");
    }

    /// The machine's type; `pc` where none is named.
    static String type(QemuTranslation all) {
        return all.merged(all.named("machine", "M"), "type").get("type", "pc");
    }

    static boolean q35(QemuTranslation all) {
        return type(all).contains("q35");
    }

    void translate() {
        accelerator();
        type();
        firmware();
        features();
        clock();
        globals();
        smbios();
        machine.all().stream()
                .filter(s -> !IRRELEVANT.contains(s.name()) && !s.name().startsWith("smp-cache"))
                .forEach(s -> all.note(QemuTranslation.text(machineArguments, "") + ": " + s.name()));
    }

    private void accelerator() {
        Optional<QemuArgument> given = all.last("accel", "enable-kvm");
        String name = given.map(a -> a.option().equals("enable-kvm")
                        ? "kvm"
                        : all.settings(a, "accel").get("accel", ""))
                .or(() -> machine.get("accel"))
                .orElse(all.line().program().matches("(?s).*kvm(-spice)?") ? "kvm" : "tcg");
        boolean kvm = all.given("enable-kvm") || name.startsWith("kvm");
        all.root()
                .set("type", kvm ? "kvm" : "qemu")
                .from(
                        given.map(QemuArgument::text)
                                .orElse(machine.get("accel").isPresent() ? said() : "-accel (not given)"),
                        "type");
    }

    private String said() {
        return QemuTranslation.text(machineArguments, "-machine");
    }

    private void type() {
        Matcher arch = ARCH.matcher(all.line().program());
        all.at("os").from(said());
        all.at("os")
                .add("type")
                .set("arch", arch.matches() ? arch.group(1) : "x86_64")
                .set("machine", machine.get("type", "pc"))
                .text("hvm")
                .from(said());
    }

    private void firmware() {
        all.last("bios").ifPresent(a -> loader(a.value(), "rom", a.text()));
        for (QemuArgument a : all.named("pflash")) {
            flash(a.value(), false, a.text());
        }
        for (QemuArgument a : all.named("drive")) {
            QemuSettings drive = all.settings(a, "");
            if (drive.has("if", "pflash")) {
                flash(QemuDisks.file(drive), drive.on("readonly") || drive.on("read-only"), a.text());
            }
        }
        for (String unit : List.of("pflash0", "pflash1")) {
            machine.get(unit)
                    .ifPresent(node -> new QemuBlockNodes(all)
                            .find(node)
                            .ifPresent(n -> flash(n.source(), unit.equals("pflash0"), n.said())));
        }
    }

    /// The first flash memory holds the code, the second the variables.
    private void flash(String file, boolean readOnly, String said) {
        if (all.at("os").find("loader").isEmpty()) {
            loader(file, "pflash", said);
            all.at("os").at("loader").set("readonly", readOnly ? "yes" : "no");
        } else if (all.at("os").find("nvram").isEmpty()) {
            all.at("os").add("nvram").text(file).from(said);
        }
    }

    private void loader(String file, String type, String said) {
        all.at("os").at("loader").set("type", type).text(file).from(said);
    }

    private void features() {
        Sketch features = all.at("features");
        if (!all.given("no-acpi") && !machine.off("acpi")) {
            features.add("acpi");
        }
        features.add("apic");
        Optional<QemuArgument> accel = all.last("accel");
        Optional<String> onAccel = accel.flatMap(a -> all.settings(a, "accel").get("kernel-irqchip"));
        onAccel.or(() -> machine.get("kernel-irqchip")).ifPresent(chip -> {
            String said = onAccel.isPresent() ? accel.get().text() : said();
            if (chip.equals("split") || QemuSettings.isOn(chip)) {
                features.add("ioapic")
                        .set("driver", chip.equals("split") ? "qemu" : "kvm")
                        .from(said);
            } else {
                all.note(said + ": kernel-irqchip=" + chip);
            }
        });
        for (String name : List.of("ioapic", "vmport", "smm")) {
            all.absent("features/" + name, said());
        }
        feature(features, "vmport");
        feature(features, "smm");
        if (machine.off("mem-merge")) {
            all.at("memoryBacking").add("nosharepages").from(said());
        }
    }

    private void feature(Sketch features, String name) {
        machine.get(name)
                .filter(v -> QemuSettings.isOn(v) || QemuSettings.isOff(v))
                .ifPresent(v -> features.add(name)
                        .set("state", QemuSettings.isOn(v) ? "on" : "off")
                        .from(said()));
    }

    private void clock() {
        List<QemuArgument> rtcs = all.named("rtc");
        QemuSettings rtc = all.merged(rtcs, "base");
        boolean local = all.given("localtime") || rtc.has("base", "localtime");
        Sketch clock = all.at("clock")
                .set("offset", local ? "localtime" : "utc")
                .from(QemuTranslation.text(all.named("rtc", "localtime"), "-rtc"));
        rtc.get("driftfix")
                .ifPresent(fix -> clock.add("timer")
                        .set("name", "rtc")
                        .set("tickpolicy", fix.equals("slew") ? "catchup" : "delay")
                        .from(QemuTranslation.text(rtcs, "-rtc")));
        all.last("no-hpet")
                .map(QemuArgument::text)
                .or(() -> machine.off("hpet") ? Optional.of(said()) : Optional.empty())
                .ifPresent(said -> timer(clock, "hpet", "no", said));
        if (machine.on("hpet")) {
            timer(clock, "hpet", "yes", said());
        }
        if (machine.off("pit")) {
            timer(clock, "pit", "no", said());
        }
        all.last("no-kvm-pit-reinjection").ifPresent(a -> pit(clock, "discard", a.text()));
        all.absent("clock/timer[@name='hpet']", said());
        all.absent("clock/timer[@name='pit']", "-global kvm-pit.lost_tick_policy (not given)");
        all.absent("clock/timer[@name='rtc']", QemuTranslation.text(rtcs, "-rtc"));
    }

    private static void timer(Sketch clock, String name, String present, String said) {
        clock.add("timer").set("name", name).set("present", present).from(said);
    }

    private static void pit(Sketch clock, String policy, String said) {
        clock.add("timer").set("name", "pit").set("tickpolicy", policy).from(said);
    }

    private void globals() {
        for (QemuArgument a : all.named("global")) {
            QemuSettings global = all.settings(a, "");
            String driver = global.get("driver", "");
            String property = global.get("property", "").replace('_', '-');
            String value = global.get("value", "");
            if (driver.isEmpty() && !global.all().isEmpty()) {
                String name = global.all().getFirst().name();
                driver = name.substring(0, Math.max(0, name.indexOf('.')));
                property = name.substring(name.indexOf('.') + 1);
                value = global.all().getFirst().value();
            }
            if (driver.equals("kvm-pit") && property.equals("lost-tick-policy")) {
                pit(all.at("clock"), value.equals("reinject") ? "delay" : value, a.text());
            } else if (property.equals("disable-s3") || property.equals("disable-s4")) {
                all.at("pm")
                        .at(property.endsWith("3") ? "suspend-to-mem" : "suspend-to-disk")
                        .set("enabled", value.equals("1") || QemuSettings.isOn(value) ? "no" : "yes")
                        .from(a.text());
            } else {
                all.pass(a);
            }
        }
    }

    private void smbios() {
        for (QemuArgument a : all.named("smbios")) {
            QemuSettings smbios = all.settings(a, "");
            Optional<String> block = SMBIOS.stream()
                    .filter(e -> smbios.has("type", e.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst();
            block.ifPresent(name -> {
                all.at("os").at("smbios").set("mode", "sysinfo").from(a.text());
                Sketch entries =
                        all.at("sysinfo").set("type", "smbios").from(a.text()).at(name);
                smbios.all().stream()
                        .filter(s -> !s.name().equals("type"))
                        .forEach(s -> entries.add("entry")
                                .set("name", s.name())
                                .text(s.value())
                                .from(a.text()));
            });
        }
    }
}
