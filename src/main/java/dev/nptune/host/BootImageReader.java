package dev.nptune.host;

import dev.nptune.host.Boot.BootImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the initramfs images of installed kernels by the names that distributions give them.
final class BootImageReader {
    private static final String MODULES = "/lib/modules";

    /// Where the Boot Loader Specification has folders by entry token and kernel release.
    private static final List<String> BOOT = List.of("/boot", "/efi", "/boot/efi");

    /// The entry token that limine-entry-tool has: the machine's id. It has folders by it and the kernel's package.
    private static final Pattern MACHINE_ID = Pattern.compile(".*/[0-9a-f]{32}");

    private static final Pattern RELEASE = Pattern.compile("[0-9][\\w.+~-]*");

    private final Tree tree;
    private final Places places;
    private final List<BootImage> images = new ArrayList<>();

    private BootImageReader(Tree tree) {
        this.tree = tree;
        this.places = new Places(tree);
    }

    static List<BootImage> read(Tree tree) {
        BootImageReader reader = new BootImageReader(tree);
        tree.namesOrGap(MODULES).stream()
                .filter(name -> RELEASE.matcher(name).matches())
                .forEach(reader::kernel);
        return reader.images;
    }

    private void kernel(String release) {
        // Debian and kin; Fedora and dracut's own; openSUSE
        Stream.of("initrd.img-" + release, "initramfs-" + release + ".img", "initrd-" + release)
                .forEach(name -> add("/boot/" + name, release, false));
        for (String boot : BOOT) {
            for (String token : places.files(boot, "")) {
                Stream.of("initrd", "initrd.img-" + release)
                        .forEach(name -> add(token + "/" + release + "/" + name, release, false));
            }
        }
        packageName(release).ifPresent(name -> {
            add("/boot/initramfs-" + name + ".img", release, false);
            add("/boot/initramfs-" + name + "-fallback.img", release, true);
            add("/boot/booster-" + name + ".img", release, false);
            limine(name, release);
        });
    }

    /// Those that limine-mkinitcpio-hook copies there; older ones of it put the package's name behind theirs.
    private void limine(String name, String release) {
        for (String boot : BOOT) {
            for (String token : places.files(boot, "")) {
                if (MACHINE_ID.matcher(token).matches()) {
                    String folder = token + "/" + name + "/initramfs";
                    add(folder, release, false);
                    add(folder + "-" + name, release, false);
                    add(folder + "-fallback", release, true);
                    add(folder + "-" + name + "-fallback", release, true);
                }
            }
        }
    }

    /// Arch and kin name a kernel's files by its package.
    private Optional<String> packageName(String release) {
        return tree.value(MODULES + "/" + release + "/pkgbase").get().filter(name -> name.matches("[\\w.+@-]+"));
    }

    private void add(String path, String release, boolean spare) {
        if (places.find(path).filter(path::equals).isPresent()) {
            images.add(new BootImage(path, release, spare));
        }
    }
}
