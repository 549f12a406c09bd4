package dev.nptune.host;

import dev.nptune.host.Boot.BootLoader;
import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.Boot.InUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Finds boot loaders by their files, and the one in use by what it left in UEFI variables and on the command line.
final class BootLoaderReader {
    /// Where the EFI system partition may be mounted.
    private static final List<String> ESPS = List.of("/boot/efi", "/efi", "/boot");

    private static final String ENTRIES = "/boot/loader/entries";

    /// What says whether systemd-boot goes back after a boot that failed: the service that takes its counters away,
    /// default entries that were chosen by hand, and how many tries new kernels have.
    private static final List<String> COUNTING = List.of(
            "/lib/systemd/system/systemd-bless-boot.service",
            "/usr/lib/systemd/system/systemd-bless-boot.service",
            EfiVariables.path("LoaderEntryDefault"),
            EfiVariables.path("LoaderEntryPreferred"),
            "/etc/kernel/tries");

    private static final Set<Kind> MANAGERS = Set.of(Kind.RPM_OSTREE, Kind.BOOTC, Kind.KERNELSTUB);

    private final Tree tree;
    private final Places places;
    private final Fact<CommandLine> commandLine;
    private final Fact<String> stub;
    private final List<BootLoader> found = new ArrayList<>();

    private BootLoaderReader(Tree tree) {
        this.tree = tree;
        this.places = new Places(tree);
        this.commandLine = tree.value("/proc/cmdline").map(CommandLine::parse);
        this.stub = EfiVariables.loader(tree, "StubInfo");
    }

    /// What was found.
    record Found(List<BootLoader> loaders, Fact<InUse> loader, Fact<InUse> manager) {}

    static Found read(Tree tree) {
        BootLoaderReader reader = new BootLoaderReader(tree);
        reader.grub();
        reader.systemdBoot();
        reader.limine();
        reader.refind();
        reader.uki();
        reader.ostree();
        reader.kernelstub();
        return new Found(reader.found, reader.loader(), reader.manager());
    }

    private void grub() {
        Optional<String> settings = places.find("/etc/default/grub");
        List<String> evidence = new ArrayList<>(places.findAll("/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"));
        settings.ifPresent(evidence::add);
        if (evidence.isEmpty()) {
            return;
        }
        List<String> files = new ArrayList<>(settings.stream().toList());
        files.addAll(places.files("/etc/default/grub.d", ".cfg"));
        List<String> entries = places.files(ENTRIES, ".conf");
        boolean asked = settings.flatMap(s -> tree.text(s).map(OsRelease::parse).get())
                .map(s -> "true".equals(s.get("GRUB_ENABLE_BLSCFG")))
                .orElse(false);
        // Image-based systems have no settings, but entries that ostree writes and GRUB reads.
        boolean there = !entries.isEmpty() && (asked || (settings.isEmpty() && isOstree()));
        // Only root may list them, mostly: whether there are any is not known then.
        boolean bls = there || (asked && tree.names(ENTRIES) instanceof Fact.Unreadable);
        if (bls) {
            files.addAll(places.findAll("/etc/kernel/cmdline"));
            files.addAll(entries);
        }
        found.add(new BootLoader(bls ? Kind.GRUB_BLS : Kind.GRUB, evidence.getFirst(), files));
    }

    private void systemdBoot() {
        List<String> evidence = onEsps("/loader/loader.conf", "/EFI/systemd/systemd-bootx64.efi");
        if (evidence.isEmpty()) {
            return;
        }
        // a snapshot need not hold them
        COUNTING.forEach(path -> tree.noteGap(tree.head(path, 0)));
        List<String> files = new ArrayList<>(places.findAll("/etc/kernel/cmdline"));
        for (String esp : ESPS) {
            files.addAll(places.files(esp + "/loader/entries", ".conf"));
        }
        found.add(new BootLoader(Kind.SYSTEMD_BOOT, evidence.getFirst(), files));
    }

    private void limine() {
        List<String> configurations = onEsps(
                "/limine.conf",
                "/limine/limine.conf",
                "/EFI/limine/limine.conf",
                "/EFI/BOOT/limine.conf",
                "/limine.cfg",
                "/limine/limine.cfg",
                "/EFI/BOOT/limine.cfg");
        if (!configurations.isEmpty()) {
            List<String> files = new ArrayList<>(places.findAll("/etc/default/limine"));
            files.addAll(places.files("/etc/limine-entry-tool.d", ".conf"));
            files.addAll(configurations);
            found.add(new BootLoader(Kind.LIMINE, configurations.getFirst(), files));
        }
    }

    private void refind() {
        List<String> configurations = onEsps("/EFI/refind/refind.conf", "/EFI/BOOT/refind.conf");
        if (!configurations.isEmpty()) {
            List<String> files = new ArrayList<>(places.findAll("/boot/refind_linux.conf"));
            files.addAll(configurations);
            found.add(new BootLoader(Kind.REFIND, configurations.getFirst(), files));
        }
    }

    private void uki() {
        Optional<String> image = ESPS.stream()
                .flatMap(esp -> places.files(esp + "/EFI/Linux", ".efi").stream())
                .findFirst();
        if (image.isPresent()) {
            List<String> files = new ArrayList<>(places.findAll("/etc/kernel/cmdline"));
            files.addAll(places.files("/etc/cmdline.d", ".conf"));
            found.add(new BootLoader(Kind.UKI, image.get(), files));
        }
    }

    private void ostree() {
        if (!isOstree()) {
            return;
        }
        places.find("/usr/bin/rpm-ostree")
                .ifPresent(
                        program -> found.add(new BootLoader(Kind.RPM_OSTREE, program, places.files(ENTRIES, ".conf"))));
        places.find("/usr/bin/bootc")
                .ifPresent(program -> found.add(
                        new BootLoader(Kind.BOOTC, program, places.files("/usr/lib/bootc/kargs.d", ".toml"))));
    }

    private void kernelstub() {
        places.find("/etc/kernelstub/configuration")
                .ifPresent(file -> found.add(new BootLoader(Kind.KERNELSTUB, file, List.of(file))));
    }

    private boolean isOstree() {
        return tree.head("/run/ostree-booted", 0) instanceof Fact.Known || given("ostree");
    }

    private boolean given(String parameter) {
        return commandLine.get().filter(c -> c.has(parameter)).isPresent();
    }

    private List<String> onEsps(String... paths) {
        return ESPS.stream()
                .flatMap(esp -> Stream.of(paths).map(path -> esp + path))
                .flatMap(path -> places.find(path).stream())
                .distinct()
                .toList();
    }

    private boolean has(Kind kind) {
        return found.stream().anyMatch(l -> l.kind() == kind);
    }

    /// GRUB in the flavour found.
    private Kind grubKind() {
        return has(Kind.GRUB_BLS) ? Kind.GRUB_BLS : Kind.GRUB;
    }

    private Fact<InUse> loader() {
        Fact<String> info = EfiVariables.loader(tree, "LoaderInfo");
        Optional<Kind> said = info.get().flatMap(this::named);
        if (said.isPresent()) {
            return info.map(i -> new InUse(said.get(), "it told the firmware its name: " + Values.brief(i)));
        }
        if (info instanceof Fact.Absent && stub instanceof Fact.Known) {
            return stub.map(s -> new InUse(Kind.UKI, "started by the firmware itself: " + Values.brief(s)));
        }
        String source = commandLine.source();
        String image = commandLine.get().flatMap(c -> c.last("BOOT_IMAGE")).orElse("");
        if (image.startsWith("(") || (!image.isEmpty() && (has(Kind.GRUB) || has(Kind.GRUB_BLS)))) {
            return Fact.known(new InUse(grubKind(), "BOOT_IMAGE= on the command line, as GRUB writes it"), source);
        }
        List<Kind> candidates = found.stream()
                .map(BootLoader::kind)
                .filter(kind -> !MANAGERS.contains(kind))
                .toList();
        return efiStub(candidates).orElseGet(() -> onlyOne(candidates));
    }

    /// systemd-boot and rEFInd name the initramfs to the kernel's own EFI stub, with a path as the firmware has it.
    private Optional<Fact<InUse>> efiStub(List<Kind> candidates) {
        boolean efiPath = commandLine.get().stream()
                .flatMap(c -> c.values("initrd").stream())
                .anyMatch(path -> path.contains("\\"));
        List<Kind> kinds = candidates.stream()
                .filter(kind -> kind == Kind.SYSTEMD_BOOT || kind == Kind.REFIND)
                .toList();
        return efiPath && kinds.size() == 1
                ? Optional.of(Fact.known(
                        new InUse(kinds.getFirst(), "initrd= with backslashes on the command line, as it writes it"),
                        commandLine.source()))
                : Optional.empty();
    }

    private Fact<InUse> onlyOne(List<Kind> candidates) {
        if (candidates.isEmpty()) {
            return Fact.unreadable("/boot", "no boot loader found");
        }
        return candidates.size() == 1 && places.complete()
                ? Fact.known(
                        new InUse(candidates.getFirst(), "the only one found"),
                        found.getFirst().evidence())
                : Fact.unreadable("/boot", "cannot be told; found: " + candidates);
    }

    private Optional<Kind> named(String info) {
        String name = info.toLowerCase(Locale.ROOT);
        if (name.startsWith("systemd-boot")) {
            return Optional.of(Kind.SYSTEMD_BOOT);
        }
        if (name.startsWith("grub")) {
            return Optional.of(grubKind());
        }
        if (name.startsWith("limine")) {
            return Optional.of(Kind.LIMINE);
        }
        return name.startsWith("refind") ? Optional.of(Kind.REFIND) : Optional.empty();
    }

    private Fact<InUse> manager() {
        Optional<BootLoader> manager =
                found.stream().filter(l -> MANAGERS.contains(l.kind())).findFirst();
        if (manager.isPresent()) {
            String reason = manager.get().kind() == Kind.KERNELSTUB
                    ? "its configuration is there"
                    : "this system was booted by ostree";
            return Fact.known(
                    new InUse(manager.get().kind(), reason), manager.get().evidence());
        }
        if (isOstree()) {
            return Fact.unreadable("/run/ostree-booted", "booted by ostree, but neither rpm-ostree nor bootc found");
        }
        if (stub instanceof Fact.Known) {
            return stub.map(s -> new InUse(Kind.UKI, "the command line is part of the image: " + Values.brief(s)));
        }
        return switch (commandLine) {
            case Fact.Unreadable<CommandLine>(String source, String reason) -> Fact.unreadable(source, reason);
            case Fact.Known<CommandLine> _, Fact.Absent<CommandLine> _ -> Fact.absent("/boot");
        };
    }
}
