package dev.nptune.vm;

import dev.nptune.host.PciAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Disks and what they hang on.
final class QemuDisks {
    private static final List<String> CACHES = List.of("none", "writeback", "writethrough", "directsync", "unsafe");
    private static final Map<String, String> SCSI = Map.of(
            "virtio-scsi-pci", "virtio-scsi",
            "virtio-scsi", "virtio-scsi",
            "virtio-scsi-pci-non-transitional", "virtio-non-transitional",
            "virtio-scsi-pci-transitional", "virtio-transitional",
            "vhost-scsi-pci", "virtio-scsi",
            "lsi53c895a", "lsilogic",
            "lsi", "lsilogic",
            "megasas", "lsisas1078",
            "mptsas1068", "lsisas1068",
            "pvscsi", "vmpvscsi");

    private final QemuTranslation all;
    private final QemuPci pci;
    private final QemuBlockNodes nodes;
    private final Map<String, Integer> iothreads = new HashMap<>();
    private final Map<String, QemuArgument> drives = new HashMap<>();
    private final Map<String, Integer> scsiControllers = new HashMap<>();
    private final Map<String, Integer> names = new HashMap<>();
    private final boolean q35;

    QemuDisks(QemuTranslation all, QemuPci pci) {
        this.all = all;
        this.pci = pci;
        this.nodes = new QemuBlockNodes(all);
        this.q35 = QemuMachine.q35(all);
    }

    void translate() {
        int thread = 1;
        for (QemuArgument object : all.objects(Pattern.compile("iothread"))) {
            iothreads.put(all.settings(object, "qom-type").get("id", ""), thread++);
        }
        for (QemuArgument drive : all.named("drive")) {
            all.settings(drive, "").get("id").ifPresent(id -> drives.put(id, drive));
        }
        for (QemuDevice device : all.devices()) {
            if (SCSI.containsKey(device.driver())) {
                scsiController(device);
            }
        }
        all.arguments().forEach(this::ofArgument);
        all.devices().forEach(this::ofDevice);
    }

    private void ofArgument(QemuArgument argument) {
        switch (argument.option()) {
            case "", "hda", "hdb", "hdc", "hdd" -> {
                if (!argument.value().contains("$") && !argument.value().isBlank()) {
                    disk("disk", bus("ide"), image(argument.value(), argument.text()))
                            .from(argument.text());
                }
            }
            case "cdrom" ->
                disk("cdrom", bus("ide"), image(argument.value(), argument.text()))
                        .from(argument.text());
            case "fda", "fdb" ->
                disk("floppy", "fdc", image(argument.value(), argument.text())).from(argument.text());
            case "drive" -> drive(argument);
            default -> {}
        }
    }

    /// On q35 what asks for IDE gets SATA.
    private String bus(String kind) {
        return kind.equals("ide") && q35 ? "sata" : kind;
    }

    private void drive(QemuArgument argument) {
        QemuSettings drive = all.settings(argument, "");
        String kind = drive.get("if", "ide");
        switch (kind) {
            case "none", "pflash" -> {}
            case "virtio", "ide", "scsi" -> {
                disk(drive.get("media", "disk").equals("cdrom") ? "cdrom" : "disk", bus(kind), image(argument))
                        .from(argument.text());
            }
            case "floppy" -> disk("floppy", "fdc", image(argument)).from(argument.text());
            default -> all.notUnderstood(argument);
        }
    }

    /// The file of a `-drive`.
    static String file(QemuSettings drive) {
        return drive.get("file")
                .or(() -> drive.get("file.filename"))
                .or(() -> drive.get("filename"))
                .orElse("");
    }

    private QemuImage image(QemuArgument argument) {
        QemuSettings drive = all.settings(argument, "");
        QemuImage image = image(file(drive), argument.text());
        Optional<String> cache = drive.get("cache").filter(CACHES::contains);
        if (drive.get("cache").isPresent() && cache.isEmpty()) {
            all.notUnderstood(argument, "cache");
        }
        return new QemuImage(
                drive.get("file.driver")
                        .map(d -> QemuImage.of(d, drive.below("file"), "").type())
                        .orElse(image.type()),
                image.source(),
                drive.get("format").or(() -> drive.get("driver")).orElse(""),
                drive.get("cache.direct").map(QemuSettings::isOn),
                drive.on("cache.no-flush"),
                cache,
                drive.get("aio").or(() -> drive.get("file.aio")),
                drive.get("discard"),
                drive.on("readonly") || drive.on("read-only"),
                argument.text());
    }

    private static QemuImage image(String file, String said) {
        String type = file.startsWith("/dev/")
                ? "block"
                : file.startsWith("nvme://")
                        ? "nvme"
                        : file.startsWith("fat:")
                                ? "dir"
                                : file.matches("(?s)[a-z+]{2,12}:.*") && !file.startsWith("file:") ? "network" : "file";
        return new QemuImage(
                type,
                file.startsWith("file:") ? file.substring(5) : file,
                "",
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                said);
    }

    private void scsiController(QemuDevice device) {
        int index = scsiControllers.size();
        String id = device.id().isEmpty() ? "scsi" + index : device.id();
        scsiControllers.put(id, index);
        Sketch controller = all.at("devices")
                .add("controller")
                .set("type", "scsi")
                .set("index", Integer.toString(index))
                .set("model", SCSI.getOrDefault(device.driver(), ""))
                .from(device.text());
        Sketch driver = controller.place("driver");
        driver.set("queues", device.get("num-queues"));
        iothread(driver, device);
        pci.address(controller, device);
    }

    private void iothread(Sketch driver, QemuDevice device) {
        device.get("iothread").ifPresent(id -> {
            Integer number = iothreads.get(id);
            if (number == null) {
                all.notUnderstood(device.argument(), "no iothread of that name");
            } else {
                driver.set("iothread", Integer.toString(number)).from(device.text(), "iothread");
            }
        });
        List<Integer> mapped = device.settings().all().stream()
                .filter(s -> s.name().matches("iothread-vq-mapping\\.[0-9]+\\.iothread"))
                .flatMap(s -> Stream.ofNullable(iothreads.get(s.value())))
                .distinct()
                .toList();
        if (!mapped.isEmpty()) {
            Sketch list = driver.add("iothreads").from(device.text());
            mapped.forEach(number -> list.add("iothread").set("id", Integer.toString(number)));
        }
    }

    private void ofDevice(QemuDevice device) {
        switch (device.driver()) {
            case "virtio-blk-pci", "virtio-blk", "virtio-blk-pci-non-transitional", "virtio-blk-pci-transitional" -> {
                Sketch disk = disk(device, "disk", "virtio");
                iothread(disk.at("driver"), device);
                disk.at("driver").set("queues", device.get("num-queues"));
                pci.address(disk, device);
            }
            case "vhost-user-blk-pci" -> {
                Sketch disk = all.at("devices")
                        .add("disk")
                        .set("type", "vhostuser")
                        .set("device", "disk")
                        .from(device.text());
                disk.add("target").set("dev", name("vd")).set("bus", "virtio");
            }
            case "scsi-hd" -> scsiDisk(device, "disk");
            case "scsi-cd" -> scsiDisk(device, "cdrom");
            case "scsi-block", "scsi-generic" -> scsiDisk(device, "lun");
            case "ide-hd", "ide-drive" -> disk(device, "disk", ideBus(device));
            case "ide-cd" -> disk(device, "cdrom", ideBus(device));
            case "nvme" -> {
                if (device.get("drive").isPresent()) {
                    disk(device, "disk", "nvme");
                }
            }
            case "nvme-ns" -> disk(device, "disk", "nvme");
            case "usb-storage" -> disk(device, "disk", "usb");
            case "floppy" -> disk(device, "floppy", "fdc");
            default -> {}
        }
    }

    private void scsiDisk(QemuDevice device, String kind) {
        String bus = device.get("bus").orElse("").replaceFirst("\\.0$", "");
        int controller = scsiControllers.getOrDefault(bus, 0);
        disk(device, kind, "scsi").add("address").set("type", "drive").set("controller", Integer.toString(controller));
    }

    /// A disk on an AHCI controller is SATA, wherever the controller comes from.
    private String ideBus(QemuDevice device) {
        boolean ahci = device.get("bus").stream()
                .anyMatch(bus -> all.devices("ahci", "ich9-ahci").stream()
                        .anyMatch(d -> !d.id().isEmpty() && bus.startsWith(d.id() + ".")));
        return ahci ? "sata" : bus("ide");
    }

    private Sketch disk(QemuDevice device, String kind, String bus) {
        Optional<String> name = device.get("drive");
        Optional<QemuImage> image = name.flatMap(
                n -> Optional.ofNullable(drives.get(n)).map(this::image).or(() -> nodes.find(n)));
        boolean empty = name.isEmpty() && !kind.equals("disk");
        if (image.isEmpty() && !empty) {
            all.notUnderstood(device.argument(), "no drive of that name");
        }
        boolean cdrom = kind.equals("disk")
                && Optional.ofNullable(drives.get(name.orElse("")))
                        .filter(a -> all.settings(a, "").has("media", "cdrom"))
                        .isPresent();
        QemuImage backing = image.orElse(image("", device.text()));
        Sketch disk = disk(cdrom ? "cdrom" : kind, bus, backing, device.get("write-cache"));
        if (image.isPresent()) {
            disk.from(backing.said());
        }
        return disk.from(device.text());
    }

    private Sketch disk(String kind, String bus, QemuImage image) {
        return disk(kind, bus, image, Optional.empty());
    }

    private Sketch disk(String kind, String bus, QemuImage image, Optional<String> writeCache) {
        Sketch disk = all.at("devices").add("disk").set("type", image.type()).set("device", kind);
        boolean through = writeCache.filter(QemuSettings::isOff).isPresent();
        disk.add("driver")
                .set("name", "qemu")
                .set("type", image.format().isEmpty() ? Optional.empty() : Optional.of(image.format()))
                .set("cache", image.cacheMode(through))
                .set("io", image.io())
                .set("discard", image.discard().map(d -> d.equals("on") || d.equals("unmap") ? "unmap" : "ignore"));
        source(disk, image);
        disk.add("target").set("dev", target(bus)).set("bus", bus);
        if (image.readOnly() || kind.equals("cdrom")) {
            disk.add("readonly");
        }
        return disk;
    }

    private static void source(Sketch disk, QemuImage image) {
        if (image.source().isEmpty()) {
            return;
        }
        Sketch source = disk.add("source");
        switch (image.type()) {
            case "block" -> source.set("dev", image.source());
            case "dir" -> source.set("dir", image.source().replaceFirst("^fat:(rw:)?", ""));
            case "network" ->
                source.set("protocol", image.source().replaceFirst("(?s):.*", ""))
                        .set("name", image.source());
            case "nvme" -> {
                source.set("type", "pci").set("managed", "no").set("namespace", "1");
                String function = image.source().replaceFirst("^nvme://", "").replaceFirst("(?s)(\\.[0-7])/.*", "$1");
                Optional<PciAddress> address = QemuPci.function(function);
                address.ifPresent(a -> QemuPci.full(source.add("address"), a));
            }
            default -> source.set("file", image.source());
        }
    }

    private String target(String bus) {
        return switch (bus) {
            case "virtio" -> name("vd");
            case "ide" -> name("hd");
            case "fdc" -> name("fd");
            case "nvme" -> "nvme" + (names.merge("nvme", 1, Integer::sum) - 1) + "n1";
            default -> name("sd");
        };
    }

    /// `sda`, …, `sdz`, `sdaa`.
    private String name(String prefix) {
        StringBuilder letters = new StringBuilder();
        for (int n = names.merge(prefix, 1, Integer::sum); n > 0; n = (n - 1) / 26) {
            letters.insert(0, (char) ('a' + (n - 1) % 26));
        }
        return prefix + letters;
    }
}
