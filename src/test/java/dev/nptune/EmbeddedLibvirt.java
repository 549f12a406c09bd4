package dev.nptune;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// libvirt's real QEMU driver, run inside `virsh` itself, with a folder of its own for all it keeps.
///
/// It runs in namespaces of its own: with no network but a loopback, with hugetlbfs mounted, and without `/dev/kvm`,
/// for
/// QEMU emulates here. Every process it starts ends with it. Definitions are kept from one call to the next, running
/// domains are not.
public final class EmbeddedLibvirt {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String INSIDE = """
            #!/bin/sh
            # The first process of its namespace, which has to collect those that QEMU leaves behind.
            set -e
            dev=ROOT/dev
            mkdir -p $dev
            mount -t tmpfs none $dev
            mkdir $dev/net $dev/shm $dev/pts $dev/huge2m $dev/huge1g
            for node in null zero full random urandom tty net/tun; do
                : > $dev/$node
                mount --bind /dev/$node $dev/$node
            done
            mount --move $dev /dev
            mount -t hugetlbfs -o pagesize=2M none /dev/huge2m
            mount -t hugetlbfs -o pagesize=1G none /dev/huge1g || true
            ip link set lo up
            set +e
            virsh "$@"
            exit $?
            """;
    private static final String OUTSIDE = """
            #!/bin/sh
            exec unshare --mount --net --pid --fork --kill-child --mount-proc sh ROOT/inside.sh "$@"
            """;
    private static final String CONFIGURATION = """
            user = "root"
            group = "root"
            security_driver = "none"
            namespaces = []
            cgroup_controllers = []
            stdio_handler = "file"
            """;

    private final Path root;

    /// @param root an empty folder with a short name, since there will be sockets in it
    public EmbeddedLibvirt(Path root) throws IOException {
        this.root = root;
        for (String program : List.of("unshare", "ip", "virsh", "qemu-system-x86_64")) {
            assumeTrue(Programs.find(program, System.getenv("PATH")).isPresent(), "no " + program + " here");
        }
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "no /dev/net/tun here");
        assumeTrue(
                Exec.run(LIMIT, List.of("unshare", "--mount", "--net", "--pid", "--fork", "true"))
                        .ok(),
                "no namespaces for this user");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/qemu.conf"), CONFIGURATION);
        Files.writeString(root.resolve("inside.sh"), INSIDE.replace("ROOT", root.toString()));
        Files.writeString(root.resolve("virsh"), OUTSIDE.replace("ROOT", root.toString()));
        Files.setPosixFilePermissions(root.resolve("virsh"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    public Libvirt libvirt() {
        return new Libvirt(uri(), root.resolve("virsh").toString());
    }

    /// Runs commands of virsh one after another, up to the first that fails.
    public Exec.Result run(List<String> commands) throws IOException {
        List<String> argv = new ArrayList<>(List.of(root.resolve("virsh").toString(), "--quiet", "-c", uri()));
        argv.add(String.join("; ", commands));
        return Exec.run(LIMIT, argv);
    }

    private String uri() {
        return "qemu:///embed?root=" + root;
    }

    /// The domain with what cannot be had here left out or replaced: KVM and its CPU by emulation (TCG), UEFI firmware
    /// by SeaBIOS and the TPM by none where OVMF or swtpm are not installed.
    public static String emulated(String xml) {
        String out = xml.replace("<domain type='kvm'", "<domain type='qemu'")
                .replace("<cpu mode='host-passthrough'", "<cpu mode='maximum'");
        if (!Files.isDirectory(Path.of("/usr/share/qemu/firmware"))) {
            out = without(out.replace("<os firmware='efi'>", "<os>"), "firmware");
        }
        if (Programs.find("swtpm", System.getenv("PATH")).isEmpty()) {
            out = without(out, "tpm");
        }
        return out;
    }

    /// As [#emulated], and it can be started: without PCI functions, evdev devices and reserved huge pages, with the
    /// user's network, and without Hyper-V's enlightenments, for which QEMU needs KVM.
    public static String startable(String xml) {
        String out = emulated(xml);
        for (String element : List.of("hostdev", "memoryBacking", "hyperv", "input")) {
            out = without(out, element);
        }
        return out.replaceAll("<interface type='(network|bridge)'>", "<interface type='user'>")
                .replaceAll(" *<source (network|bridge)='[^']*'/>\n", "")
                .replaceAll(" *<timer name='hypervclock'[^>]*>\n", "");
    }

    private static String without(String xml, String element) {
        return xml.replaceAll("(?s) *<" + element + "( [^>]*)?(?<!/)>.*?</" + element + ">\n", "")
                .replaceAll(" *<" + element + " [^>]*/>\n", "");
    }
}
