package dev.nptune.plan.boot;

import dev.nptune.plan.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Copies of what a machine is started with, made before it is built anew, and the names that lead to them.
final class KeptFiles {
    /// Names that say no release are Arch's and its kin's.
    private static final Pattern UNVERSIONED = Pattern.compile("(?:initramfs|booster)-(.+)\\.img");

    private static final String UNIFIED = ".efi";

    private final Map<String, String> files;
    private final List<String> rules;
    private final List<Change.KeepCopy> changes = new ArrayList<>();
    private final Map<String, String> renamed = new TreeMap<>();

    /// @param files text by absolute path; `""` for those of which only the name counts
    /// @param rules what the change answers for which they are kept
    KeptFiles(Map<String, String> files, List<String> rules) {
        this.files = files;
        this.rules = rules;
    }

    List<Change> changes() {
        return List.copyOf(changes);
    }

    /// Names of the copies by those of the files.
    Map<String, String> renamed() {
        return Map.copyOf(renamed);
    }

    /// The copy with the shortest name; `""` if there is none. Spare images have longer names.
    String first() {
        return renamed.values().stream()
                .min(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .orElse("");
    }

    /// An initramfs image. Where its name says no release the kernel goes with it: an update puts another one in its
    /// place, which finds none of its modules in the image that was kept.
    void image(Change.Rebuild built) {
        for (String path : built.outputs()) {
            copy(path);
            kernel(built, path).ifPresent(this::copy);
        }
    }

    private Optional<String> kernel(Change.Rebuild built, String path) {
        Matcher name = UNVERSIONED.matcher(name(path));
        return saysRelease(built, path) || !name.matches()
                ? Optional.empty()
                : Optional.of(sibling(path, "vmlinuz-" + name.group(1))).filter(files::containsKey);
    }

    /// What is built anew, and the kernels that go with it, as far as a menu names them.
    ///
    /// @param menu text in which the files are named
    void named(Change.Rebuild built, String menu) {
        for (String path : built.outputs()) {
            Stream.concat(Stream.of(path), kernel(built, path).stream())
                    .filter(p -> names(menu, name(p)))
                    .forEach(p -> {
                        if (p.endsWith(UNIFIED)) {
                            unified(p);
                        } else {
                            copy(p);
                        }
                    });
        }
    }

    /// A unified kernel image, which boot menus find by its ending; nothing else. systemd-boot sorts its copy, of the
    /// same system and version, by the name: it must come after the image.
    void unified(String path) {
        if (path.endsWith(UNIFIED)) {
            String stem = name(path).substring(0, name(path).length() - UNIFIED.length());
            copy(path, stem + "-" + BootChanges.KEPT_ENTRY + UNIFIED);
        }
    }

    /// Any file.
    void copy(String path) {
        copy(path, GrubFallback.KEPT + name(path));
    }

    private void copy(String path, String kept) {
        String name = name(path);
        renamed.put(name, kept);
        // kernel-install puts an image of the same name on the EFI system partition
        if (changes.stream().noneMatch(c -> c.from().equals(path))) {
            changes.add(new Change.KeepCopy("Keep " + name + " as it is", rules, path, sibling(path, kept), Map.of()));
        }
    }

    /// An entry of the Boot Loader Specification that starts the copies.
    String entry(String before) {
        String text = before.replaceFirst("(?m)^(title\\s.*?)\\s*$", "$1 (before nptune)")
                .replaceFirst("(?m)^(version\\s+\\S+).*$", "$1~nptune");
        return renamed(text, renamed);
    }

    /// A text that names the copies.
    ///
    /// @param renamed names by those whose places they take
    static String renamed(String text, Map<String, String> renamed) {
        String out = text;
        for (Map.Entry<String, String> name : renamed.entrySet()) {
            out = named(name.getKey()).matcher(out).replaceAll(Matcher.quoteReplacement(name.getValue()));
        }
        return out;
    }

    private static boolean names(String text, String name) {
        return named(name).matcher(text).find();
    }

    /// A file's name at the end of a path, which Limine has a hash behind.
    private static Pattern named(String name) {
        return Pattern.compile("(?<=[/\\\\])" + Pattern.quote(name) + "(?=[\\s\"#]|$)");
    }

    /// Whether the name of an image says of which kernel it is.
    static boolean saysRelease(Change.Rebuild built, String path) {
        return !built.kernel().isEmpty() && path.contains(built.kernel());
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static String sibling(String path, String name) {
        return path.substring(0, path.lastIndexOf('/') + 1) + name;
    }
}
