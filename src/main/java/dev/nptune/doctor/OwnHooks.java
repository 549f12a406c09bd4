package dev.nptune.doctor;

import dev.nptune.host.FileMode;
import dev.nptune.host.Host;
import dev.nptune.host.Virtualization.Hook;
import java.util.Locale;
import java.util.Optional;

/// Where this program's own libvirt hooks of a VM lie.
///
/// One file for the VM's CPUs, one for its devices and one for the host's screen: the last may be replaced only while
/// the VM is off, the others at any time. libvirt runs the files of its folder in the order of their bytes and all of
/// them, whatever they answer, so the CPUs (`nptune-…`) come before the screen (`nptune_screen-…`): the desktop that
/// comes back has all CPUs already. No VM's name makes two of them the same.
public final class OwnHooks {
    private static final String FOLDER = "/etc/libvirt/hooks/qemu.d/";

    private static final String HOSTDEVS = "nptune_hostdevs-";

    private static final String SCREEN = "nptune_screen-";

    private OwnHooks() {}

    /// The hook that keeps the host off a VM's CPUs.
    public static String cpus(String domain) {
        return FOLDER + "nptune-" + plain(domain);
    }

    /// The hook that looks whether a VM's devices are those it was planned with.
    public static String hostdevs(String domain) {
        return FOLDER + HOSTDEVS + plain(domain);
    }

    /// The hook that takes the only graphics card from the desktop.
    public static String screen(String domain) {
        return FOLDER + SCREEN + plain(domain);
    }

    /// Whether a path is one that a hook of ours could have.
    public static boolean isPlace(String path) {
        return path.startsWith(FOLDER + "nptune");
    }

    /// Whether it is that of one for the devices, which has nothing to give back.
    public static boolean isHostdevs(String path) {
        return path.startsWith(FOLDER + HOSTDEVS);
    }

    /// Whether it is that of one for the screen.
    public static boolean isScreen(String path) {
        return path.startsWith(FOLDER + SCREEN);
    }

    /// A name as a file's: where that takes changes, it gets a number made of it, so that two never meet.
    private static String plain(String domain) {
        String plain = domain.replaceAll("[^A-Za-z0-9_.-]", "_");
        return plain.equals(domain) ? plain : plain + "-" + String.format(Locale.ROOT, "%08x", domain.hashCode());
    }

    /// What is at a hook's place, whoever made it.
    public static Optional<Hook> at(Host host, String path) {
        return host.virtualization().hooks().stream()
                .filter(hook -> hook.path().equals(path))
                .findFirst();
    }

    /// A VM's hook for the screen, if it is there, of our own making.
    public static Optional<Hook> screenHook(Host host, String domain) {
        return at(host, screen(domain)).filter(Hooks::ours);
    }

    /// Whether it is there and libvirt would run it.
    static boolean takesScreen(Host host, String domain) {
        return screenHook(host, domain)
                .flatMap(hook -> hook.mode().get())
                .filter(FileMode::executable)
                .isPresent();
    }
}
