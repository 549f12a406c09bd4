package dev.nptune.plan.boot;

import dev.nptune.host.Boot;
import dev.nptune.host.Boot.BootImage;
import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.Boot.InUse;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import dev.nptune.plan.Change.Rebuild;
import dev.nptune.plan.PassedFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Has PCI functions bound to vfio-pci at boot, whatever builds the machine's initramfs.
///
/// All installed kernels' images are built anew, not the running one's alone: the next boot may be that of a
/// newer one, and the argument goes to all entries of a menu. Spare images stay as they are. What is built
/// changes nothing until the argument is given.
public sealed interface BootBinding {

    /// What is to be done, in this order.
    ///
    /// @param files texts to write; none that is there already
    /// @param images initramfs images to build then; none if no file changes
    /// @param arguments of the kernel
    /// @param notes what a person has to know or to do
    record Result(List<Change> files, List<Rebuild> images, List<String> arguments, List<String> notes)
            implements BootBinding {
        public Result {
            files = List.copyOf(files);
            images = List.copyOf(images);
            arguments = List.copyOf(arguments);
            notes = List.copyOf(notes);
        }
    }

    /// It cannot be done.
    ///
    /// @param reason a clause
    record Impossible(String reason) implements BootBinding {}

    /// Where systemd's unit is that the claim goes before; its text tells that systemd is there.
    List<String> TRIGGER = List.of(
            "/usr/lib/systemd/system/systemd-udev-trigger.service", "/lib/systemd/system/systemd-udev-trigger.service");

    /// Files that [#plan] has to know, besides those in [#FOLDERS].
    List<String> FILES = Stream.concat(
                    TRIGGER.stream(),
                    Stream.of(
                            ClaimScript.PATH,
                            InitramfsFiles.UNIT,
                            InitramfsFiles.DROP_IN,
                            InitramfsFiles.TOOLS_HOOK,
                            InitramfsFiles.TOOLS_SCRIPT,
                            InitramfsFiles.DRACUT + "module-setup.sh",
                            InitramfsFiles.DRACUT + "nptune-claim.sh",
                            InitramfsFiles.MKINITCPIO_INSTALL,
                            InitramfsFiles.MKINITCPIO_HOOK,
                            Mkinitcpio.CONFIG,
                            BoosterConfig.FILE))
            .toList();

    /// Folders of which [#plan] has to know all files that end so.
    Map<String, String> FOLDERS = Map.of(Mkinitcpio.FOLDER, ".conf", Mkinitcpio.PRESETS, ".preset");

    /// Plans it.
    ///
    /// @param files text by absolute path of [#FILES] and of what is in [#FOLDERS]; one that is missing is taken
    ///     for one that does not exist
    /// @param functions what is to be bound; what the script of before claims for other VMs stays claimed
    static BootBinding plan(Host host, Map<String, String> files, List<PassedFunction> functions) {
        if (TRIGGER.stream().noneMatch(files::containsKey)) {
            return new Impossible(
                    "systemd's systemd-udev-trigger.service, before which it would be done, was not found");
        }
        Boot boot = host.boot();
        List<PassedFunction> all = together(files, functions);
        if (isOstree(boot)) {
            Map<String, String> texts = texts(all, Map.of());
            return new Result(List.copyOf(edits(files, texts)), List.of(), List.of(argument(texts)), List.of(ostree()));
        }
        return switch (boot.initramfs()) {
            case Fact.Known<String>(String tool, String _) -> byTool(tool, host, files, all);
            case Fact.Absent<String> _ -> new Impossible("nothing that builds an initramfs is known of this machine");
            case Fact.Unreadable<String>(String source, String reason) ->
                new Impossible("what builds the initramfs is not known (" + source + ": " + reason + ")");
        };
    }

    /// All functions of the machine that are to be claimed: those of before, unless another card is at the
    /// address now.
    static List<PassedFunction> together(Map<String, String> files, List<PassedFunction> functions) {
        List<PassedFunction> all = new ArrayList<>(ClaimScript.functions(files.getOrDefault(ClaimScript.PATH, "")));
        all.removeIf(old -> functions.stream().anyMatch(f -> f.address().equals(old.address()) && !f.equals(old)));
        functions.stream().filter(f -> !all.contains(f)).forEach(all::add);
        return all;
    }

    private static BootBinding byTool(String tool, Host host, Map<String, String> files, List<PassedFunction> all) {
        List<BootImage> images = host.boot().images().stream()
                .filter(i -> !i.path().contains("/booster-"))
                .toList();
        Mkinitcpio mkinitcpio = new Mkinitcpio(files);
        boolean unified = host.boot()
                .manager()
                .get()
                .map(InUse::kind)
                .filter(Kind.UKI::equals)
                .isPresent();
        if (unified && !(tool.equals("mkinitcpio") && mkinitcpio.unified())) {
            return new Impossible("the initramfs is part of a unified kernel image, which " + tool
                    + " is not known to build by itself here");
        }
        if (LimineEdits.makesImages(host.boot()) && !tool.equals("mkinitcpio")) {
            return new Impossible("how " + tool + " makes the images that Limine starts is not known");
        }
        return switch (tool) {
            case "initramfs-tools" -> {
                Map<String, String> texts = texts(all, InitramfsFiles.initramfsTools());
                yield built(argument(texts), edits(files, texts), each(Builder.MKINITRAMFS, images), List.of());
            }
            case "dracut" -> {
                Map<String, String> texts = texts(all, InitramfsFiles.dracut());
                yield built(argument(texts), edits(files, texts), each(Builder.DRACUT, images), List.of());
            }
            case "mkinitcpio" -> {
                Map<String, String> texts = texts(all, InitramfsFiles.mkinitcpio());
                yield LimineEdits.makesImages(host.boot())
                        ? limine(host, files, argument(texts), mkinitcpio.dropIn(), edits(files, texts))
                        : mkinitcpio(argument(texts), mkinitcpio, edits(files, texts), images);
            }
            case "booster" -> {
                Map<String, String> texts = texts(all, Map.of());
                yield new Result(
                        List.copyOf(edits(files, texts)),
                        List.of(),
                        List.of(argument(texts)),
                        BoosterConfig.notes(host, files, all));
            }
            default -> new Impossible("how " + tool + " is told to bind a card is not known");
        };
    }

    private static BootBinding mkinitcpio(
            String argument, Mkinitcpio mkinitcpio, List<Change.EditFile> edits, List<BootImage> images) {
        Optional<Change.EditFile> hook = mkinitcpio.hook();
        if (hook.isEmpty()) {
            return new Impossible("no line of " + Mkinitcpio.CONFIG + " sets HOOKS in a way that can be edited: add "
                    + InitramfsFiles.NAME + " to it");
        }
        List<Change.EditFile> all = new ArrayList<>(edits);
        hook.filter(h -> !Objects.equals(h.after(), h.before())).ifPresent(all::add);
        List<String> notes = mkinitcpio.othersConfigs().stream()
                .map(c -> "a preset in " + Mkinitcpio.PRESETS + " has images built from " + c + ": add "
                        + InitramfsFiles.NAME + " to its HOOKS")
                .toList();
        return built(argument, all, mkinitcpio.images(images), notes);
    }

    /// limine-mkinitcpio-hook takes no notice of presets, and comes with a mkinitcpio that reads drop-ins.
    private static BootBinding limine(
            Host host, Map<String, String> files, String argument, Change.EditFile hook, List<Change.EditFile> edits) {
        Optional<Rebuild> images = LimineEdits.images(host.boot(), files);
        if (images.isEmpty()) {
            return new Impossible("what builds the initramfs images that Limine starts is not known");
        }
        List<Change.EditFile> all = new ArrayList<>(edits);
        if (!Objects.equals(hook.after(), hook.before())) {
            all.add(hook);
        }
        return built(argument, all, List.of(images.get()), List.of());
    }

    private static BootBinding built(
            String argument, List<Change.EditFile> edits, List<Rebuild> images, List<String> notes) {
        return images.isEmpty()
                ? new Impossible("no initramfs image of an installed kernel was found")
                : new Result(List.copyOf(edits), edits.isEmpty() ? List.of() : images, List.of(argument), notes);
    }

    private static List<Rebuild> each(Builder builder, List<BootImage> images) {
        return images.stream()
                .filter(i -> !i.spare())
                .map(i -> rebuild(builder, i))
                .toList();
    }

    /// An image built anew.
    static Rebuild rebuild(Builder builder, BootImage image) {
        return new Rebuild(
                "Build " + image.path() + " anew, with the claim in it",
                List.of(),
                builder,
                image.kernel(),
                List.of(image.path()),
                List.of());
    }

    /// The script, the units of the real root, and what else puts them into an initramfs.
    private static Map<String, String> texts(List<PassedFunction> all, Map<String, String> ofTool) {
        Map<String, String> beside = new LinkedHashMap<>(InitramfsFiles.systemd());
        beside.putAll(ofTool);
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(ClaimScript.PATH, ClaimScript.of(all, beside.values()));
        texts.putAll(beside);
        return texts;
    }

    private static String argument(Map<String, String> texts) {
        return ClaimScript.argument(texts.getOrDefault(ClaimScript.PATH, ""));
    }

    private static List<Change.EditFile> edits(Map<String, String> files, Map<String, String> texts) {
        return texts.entrySet().stream()
                .filter(e -> !e.getValue().equals(files.get(e.getKey())))
                .map(e -> file(e.getKey(), files.get(e.getKey()), e.getValue()))
                .toList();
    }

    /// An edit of one of the files, with what it is for.
    static Change.EditFile file(String path, @Nullable String before, String after) {
        String summary = switch (path) {
            case ClaimScript.PATH ->
                "Claim for vfio-pci at boot: "
                        + ClaimScript.functions(after).stream()
                                .map(f -> f.address() + " (" + f.id() + ")")
                                .collect(Collectors.joining(", "));
            case InitramfsFiles.UNIT, InitramfsFiles.DROP_IN ->
                "Have systemd claim them before udev loads drivers: " + path;
            default -> "Have the initramfs claim them before udev loads drivers: " + path;
        };
        return new Change.EditFile(summary, List.of(), path, before, after);
    }

    /// Booted by ostree, though by whose tool may not be known.
    private static boolean isOstree(Boot boot) {
        return switch (boot.manager()) {
            case Fact.Known<InUse>(InUse manager, String _) ->
                manager.kind() == Kind.RPM_OSTREE || manager.kind() == Kind.BOOTC;
            case Fact.Unreadable<InUse>(String source, String _) -> source.equals("/run/ostree-booted");
            case Fact.Absent<InUse> _ -> false;
        };
    }

    private static String ostree() {
        return "the initramfs of an image-based system is the image's own, and its drivers may have the card before"
                + " the claim, which the kernel's log says then ('nptune: ... keeps it'). rpm-ostree can put the claim"
                + " in front: sudo rpm-ostree initramfs-etc --track=" + ClaimScript.PATH + " --track="
                + InitramfsFiles.UNIT + " --track=" + InitramfsFiles.DROP_IN;
    }
}
