package dev.nptune.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads how a machine boots.
final class BootReader {
    private static final String EFI = "/sys/firmware/efi";
    private static final String DISPLAY_MANAGER = "/etc/systemd/system/display-manager.service";
    private static final Pattern DISPLAY_MANAGERS =
            Pattern.compile("gdm3?|sddm|lightdm|ly(?:-dm)?|greetd|lxdm|xdm|slim|cosmic-greeter|plasmalogin");

    /// A service of the system's, in whatever hierarchy systemd has its own groups.
    private static final Pattern SERVICE =
            Pattern.compile("(?m)^\\d+:[^:]*:/system\\.slice/(?:[^/]+\\.slice/)*([\\w@:.-]+\\.service)(?:/.*)?$");

    private static final List<InitramfsTool> TOOLS = List.of(
            new InitramfsTool(
                    "initramfs-tools",
                    "/usr/share/initramfs-tools",
                    "hook-functions",
                    List.of("/etc/initramfs-tools/initramfs.conf", "/etc/initramfs-tools/modules"),
                    "/etc/initramfs-tools/conf.d",
                    ""),
            new InitramfsTool(
                    "dracut",
                    "/usr/lib/dracut",
                    "dracut-functions.sh",
                    List.of("/etc/dracut.conf"),
                    "/etc/dracut.conf.d",
                    ".conf"),
            new InitramfsTool(
                    "mkinitcpio",
                    "/usr/lib/initcpio",
                    "functions",
                    List.of("/etc/mkinitcpio.conf"),
                    "/etc/mkinitcpio.conf.d",
                    ".conf"),
            new InitramfsTool(
                    "booster",
                    "/usr/lib/booster",
                    "regenerate_images",
                    List.of("/etc/booster.yaml"),
                    "/etc/booster.d",
                    ".yaml"));

    private BootReader() {}

    /// A tool that builds initramfs images.
    ///
    /// @param directory what its package brings along, so that it is installed
    /// @param own a file in there that no other package brings along, as udev does with hooks for initramfs-tools
    /// @param files where it is configured; it may have been removed and these left behind
    /// @param more directory of further files, with that ending
    private record InitramfsTool(
            String name, String directory, String own, List<String> files, String more, String ending) {}

    static Boot read(Tree tree, Processes processes) {
        BootLoaderReader.Found loaders = BootLoaderReader.read(tree);
        Places places = new Places(tree);
        List<InitramfsTool> tools = tools(places);
        return new Boot(
                efi(tree),
                EfiVariables.secureBoot(tree),
                tree.value("/sys/kernel/security/lockdown").map(Values::bracketed),
                loaders.loaders(),
                loaders.loader(),
                loaders.manager(),
                initramfs(places, tools),
                tools.stream()
                        .flatMap(tool -> configuration(places, tool).stream())
                        .toList(),
                displayManager(tree, processes),
                displayManagerUnit(tree, processes),
                BootImageReader.read(tree));
    }

    private static Fact<Boolean> efi(Tree tree) {
        Fact<Boolean> there = tree.names(EFI).map(_ -> true);
        if (there instanceof Fact.Absent && tree.names("/sys/firmware") instanceof Fact.Known) {
            return Fact.known(false, EFI);
        }
        return there;
    }

    /// Those installed, by what is only theirs where several seem to be; if none is, those configured.
    private static List<InitramfsTool> tools(Places places) {
        List<InitramfsTool> installed = TOOLS.stream()
                .filter(tool -> places.find(tool.directory()).isPresent())
                .toList();
        List<InitramfsTool> surely = installed.stream()
                .filter(tool -> places.find(tool.directory() + "/" + tool.own()).isPresent())
                .toList();
        if (installed.size() > 1 && !surely.isEmpty()) {
            return surely;
        }
        return installed.isEmpty()
                ? TOOLS.stream()
                        .filter(tool -> !configuration(places, tool).isEmpty())
                        .toList()
                : installed;
    }

    private static Fact<String> initramfs(Places places, List<InitramfsTool> tools) {
        return switch (tools.size()) {
            case 0 -> places.complete() ? Fact.absent("/etc") : Fact.unreadable("/etc", "not all could be listed");
            case 1 -> Fact.known(tools.getFirst().name(), evidence(places, tools.getFirst()));
            default ->
                Fact.unreadable(
                        "/etc",
                        "several: "
                                + String.join(
                                        ", ",
                                        tools.stream().map(InitramfsTool::name).toList()));
        };
    }

    private static String evidence(Places places, InitramfsTool tool) {
        return places.find(tool.directory())
                .orElseGet(() -> configuration(places, tool).getFirst());
    }

    private static List<String> configuration(Places places, InitramfsTool tool) {
        List<String> files = new ArrayList<>();
        tool.files().forEach(file -> places.find(file).ifPresent(files::add));
        files.addAll(places.files(tool.more(), tool.ending()));
        return files;
    }

    /// systemd's alias, Debian's own note, or else a process.
    private static Fact<String> displayManager(Tree tree, Processes processes) {
        return FirstOf.known(
                () -> tree.link(DISPLAY_MANAGER).map(name -> name.replaceFirst("\\.service$", "")),
                () -> tree.value("/etc/X11/default-display-manager")
                        .map(path -> path.substring(path.lastIndexOf('/') + 1)),
                () -> processes
                        .named(DISPLAY_MANAGERS)
                        .findFirst()
                        .map(p -> Fact.known(p.name(), p.directory() + "/comm"))
                        .orElse(Fact.absent(DISPLAY_MANAGER)));
    }

    /// By the control group of its process: being installed, or being the default, does not mean that it is started.
    private static Fact<String> displayManagerUnit(Tree tree, Processes processes) {
        if (processes.seen() instanceof Fact.Unreadable<Integer>(String source, String reason)) {
            return Fact.unreadable(source, reason);
        }
        List<Fact<String>> groups = processes
                .named(DISPLAY_MANAGERS)
                .map(p -> tree.text(p.directory() + "/cgroup"))
                .toList();
        return groups.stream()
                .flatMap(group -> service(group).stream())
                .findFirst()
                .or(() -> groups.stream()
                        .filter(group -> group.get().isEmpty())
                        .findFirst()
                        .map(group -> Fact.unreadable(group.source(), "a login screen's control group was not read")))
                .orElse(Fact.absent("/proc"));
    }

    private static Optional<Fact<String>> service(Fact<String> group) {
        return group.get()
                .flatMap(text -> SERVICE.matcher(text)
                        .results()
                        .findFirst()
                        .map(unit -> Fact.known(unit.group(1), group.source())));
    }
}
