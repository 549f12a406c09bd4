package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootImage;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import dev.nptune.plan.Change.Rebuild;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// mkinitcpio's configuration: where the hook is named, and what builds the images.
///
/// A drop-in is the way that touches nothing of the owner's, but a preset that names a configuration file has all
/// drop-ins ignored, and mkinitcpio before 36 knows none. A mkinitcpio that old skips a preset that names no
/// file, so such a preset tells that drop-ins are read.
final class Mkinitcpio {
    static final String CONFIG = "/etc/mkinitcpio.conf";
    static final String FOLDER = "/etc/mkinitcpio.conf.d";
    static final String PRESETS = "/etc/mkinitcpio.d";

    /// Read after all that may set `HOOKS` anew.
    static final String DROP_IN = FOLDER + "/zz-nptune.conf";

    private static final String DROP_IN_TEXT = """
            # Made by nptune. It is read last, so that no other file sets the hooks anew.
            HOOKS+=(nptune-vfio)
            """;
    private static final Pattern HOOKS = Pattern.compile("(?m)^([ \\t]*HOOKS=[(\"'])([^()\"'#\\n]*)([)\"'].*)$");
    private static final Pattern ASSIGNMENT =
            Pattern.compile("(?m)^[ \\t]*(\\w+)=(\\([^)]*\\)|\"[^\"]*\"|'[^']*'|\\S*)");

    private final Map<String, String> files;
    private final List<Preset> presets;

    /// @param files text by absolute path
    Mkinitcpio(Map<String, String> files) {
        this.files = files;
        this.presets = files.entrySet().stream()
                .filter(e -> e.getKey().startsWith(PRESETS + "/") && e.getKey().endsWith(".preset"))
                .map(e -> Preset.of(e.getValue()))
                .toList();
    }

    /// A preset: the images that it has built.
    ///
    /// @param names those it builds, as `default`
    /// @param values its variables, as `default_image`
    private record Preset(List<String> names, Map<String, String> values) {
        static Preset of(String text) {
            Map<String, String> values = new TreeMap<>();
            Matcher matcher = ASSIGNMENT.matcher(text);
            while (matcher.find()) {
                values.put(
                        matcher.group(1),
                        matcher.group(2).replaceAll("[()\"'\\s]+", " ").strip());
            }
            String names = values.getOrDefault("PRESETS", "");
            return new Preset(names.isEmpty() ? List.of() : List.of(names.split(" ")), values);
        }

        private Stream<String> each(String... variables) {
            return names.stream()
                    .flatMap(name -> Stream.of(variables).map(v -> values.getOrDefault(name + "_" + v, "")))
                    .filter(value -> !value.isEmpty());
        }

        Stream<String> configs() {
            return Stream.concat(each("config"), Stream.of(values.getOrDefault("ALL_config", "")))
                    .filter(value -> !value.isEmpty());
        }

        Stream<String> outputs() {
            return each("image", "uki", "efi_image");
        }

        /// Whether it builds as mkinitcpio does when told nothing but a kernel and a file.
        boolean plain() {
            return configs().findAny().isEmpty()
                    && each("uki", "efi_image").findAny().isEmpty()
                    && names.stream()
                            .limit(1)
                            .allMatch(
                                    n -> values.getOrDefault(n + "_options", "").isEmpty());
        }
    }

    /// Whether a preset builds unified kernel images.
    boolean unified() {
        return presets.stream()
                .anyMatch(p -> p.each("uki", "efi_image").findAny().isPresent());
    }

    /// Names the hook: a drop-in, or an edit of the line in the main file.
    ///
    /// @return empty if it cannot be named
    Optional<Change.EditFile> hook() {
        if (readsDropIns()) {
            return Optional.of(dropIn());
        }
        String text = files.getOrDefault(CONFIG, "");
        Optional<String> edited = withHook(text);
        return edited.map(after -> BootBinding.file(CONFIG, text, after));
    }

    /// The file that names the hook where drop-ins are read.
    Change.EditFile dropIn() {
        return BootBinding.file(DROP_IN, files.get(DROP_IN), DROP_IN_TEXT);
    }

    private boolean readsDropIns() {
        boolean named = presets.stream().anyMatch(p -> p.configs().findAny().isPresent());
        return !named && (!presets.isEmpty() || files.keySet().stream().anyMatch(f -> f.startsWith(FOLDER + "/")));
    }

    /// The text with the hook at the end of the last `HOOKS` line, all else to the byte.
    static Optional<String> withHook(String text) {
        Matcher matcher = HOOKS.matcher(text);
        Optional<String> result = Optional.empty();
        while (matcher.find()) {
            String hooks = matcher.group(2);
            result = List.of(hooks.strip().split("\\s+")).contains(InitramfsFiles.NAME)
                    ? Optional.of(text)
                    : Optional.of(text.substring(0, matcher.end(2)) + " " + InitramfsFiles.NAME
                            + text.substring(matcher.end(2)));
        }
        return result;
    }

    /// Configuration files that presets name and this does not edit.
    List<String> othersConfigs() {
        return presets.stream()
                .flatMap(Preset::configs)
                .filter(c -> !c.equals(CONFIG))
                .distinct()
                .toList();
    }

    /// What has the images built: each by itself where that gives what the presets give, and the spare image
    /// stays as it is; else all by their presets.
    List<Rebuild> images(List<BootImage> images) {
        List<String> there = images.stream().map(BootImage::path).toList();
        List<String> named =
                presets.stream().flatMap(Preset::outputs).distinct().toList();
        boolean alone = presets.stream().allMatch(Preset::plain)
                && there.containsAll(
                        presets.stream().flatMap(p -> p.outputs().limit(1)).toList());
        if (alone) {
            return images.stream()
                    .filter(i -> !i.spare())
                    .map(i -> BootBinding.rebuild(Builder.MKINITCPIO, i))
                    .toList();
        }
        List<String> outputs = new ArrayList<>(named);
        outputs.removeIf(o -> o.matches("/boot/initramfs-[^/]*\\.img") && !there.contains(o));
        return outputs.isEmpty()
                ? List.of()
                : List.of(new Rebuild(
                        "Build the images of all presets anew, with the claim in them",
                        List.of(),
                        Builder.MKINITCPIO_PRESETS,
                        "",
                        outputs,
                        List.of()));
    }
}
