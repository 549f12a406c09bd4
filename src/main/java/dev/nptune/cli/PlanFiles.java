package dev.nptune.cli;

import dev.nptune.host.Boot;
import dev.nptune.host.Host;
import dev.nptune.host.Kernel;
import dev.nptune.plan.NodePages;
import dev.nptune.plan.Sysctl;
import dev.nptune.plan.boot.BootBinding;
import dev.nptune.plan.boot.BootChanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The text of the files that a plan may edit or must know. One that cannot be read, is no text or too large is left
/// out; the planner then says so, or applying refuses.
final class PlanFiles {
    /// The largest configuration file that is read, in bytes.
    private static final int MAX_SIZE = 1 << 20;

    /// Signs of systemd: booted as sd_booted(3) has it, its first control group, its program on a disk not booted from.
    private static final List<String> SYSTEMD =
            List.of("/run/systemd/system", "/sys/fs/cgroup/init.scope", "/usr/lib/systemd/systemd-sysctl");

    /// Files that belong to a boot loader's configuration and hold no kernel arguments themselves.
    private static final List<String> BOOT = List.of(
            "/boot/grub/grub.cfg",
            "/boot/grub2/grub.cfg",
            "/etc/kernel/install.conf",
            "/etc/dracut.conf",
            "/etc/sdboot-manage.conf",
            "/efi/loader/loader.conf",
            "/boot/loader/loader.conf",
            "/boot/efi/loader/loader.conf");

    /// Folders of images that are built and of kernels beside them, and programs that build them.
    private static final Map<String, String> NAMES = Map.of(
            "/boot/efi/EFI/Linux", ".*\\.efi",
            "/efi/EFI/Linux", ".*\\.efi",
            "/boot/EFI/Linux", ".*\\.efi",
            "/boot", "initramfs-.*\\.img|vmlinuz-.*",
            "/usr/bin", "limine-mkinitcpio|limine-update");

    private final Path root;
    private final Map<String, String> files = new LinkedHashMap<>();

    private PlanFiles(Path root) {
        this.root = root;
    }

    /// Reads them: the modprobe files that the host names, those of sysctl, and those of what the machine boots
    /// from, of which some are only named and have no text here.
    ///
    /// @param root the machine's root directory
    /// @return text by absolute path below the root
    static Map<String, String> read(Path root, Host host) {
        PlanFiles all = new PlanFiles(root);
        host.kernel().moduleOptions().stream()
                .map(Kernel.ModuleOption::file)
                .distinct()
                .forEach(all::add);
        Sysctl.DIRECTORIES.forEach(folder -> all.addFolder(folder, ".conf"));
        if (SYSTEMD.stream().noneMatch(path -> Files.exists(all.below(path)))) {
            all.add(Sysctl.LAST);
        }
        all.add(NodePages.FILE);
        all.addBootLoaders(host.boot());
        BootBinding.FILES.forEach(all::add);
        BootBinding.FOLDERS.forEach(all::addFolder);
        BootChanges.ownFiles().forEach(all::add);
        return all.files;
    }

    private void addBootLoaders(Boot boot) {
        boot.loaders().stream().flatMap(l -> l.commandLineFiles().stream()).forEach(this::add);
        BOOT.forEach(this::add);
        addFolder("/etc/dracut.conf.d", ".conf");
        NAMES.forEach(this::addNames);
    }

    private void addNames(String folder, String pattern) {
        try (Stream<Path> found = Files.list(below(folder))) {
            found.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(pattern))
                    .forEach(name -> files.put(folder + "/" + name, ""));
        } catch (IOException _) {
            // no such folder, or none that may be read
        }
    }

    private void addFolder(String folder, String ending) {
        try (Stream<Path> found = Files.list(below(folder))) {
            found.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending))
                    .sorted()
                    .forEach(name -> add(folder + "/" + name));
        } catch (IOException _) {
            // no such folder, or none that may be read
        }
    }

    private void add(String path) {
        Path file = below(path);
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= MAX_SIZE) {
                files.put(path, Files.readString(file));
            }
        } catch (IOException _) {
            // Not readable, or no UTF-8, so that it could not be written back as it is.
        }
    }

    private Path below(String path) {
        return root.resolve(path.substring(1));
    }
}
