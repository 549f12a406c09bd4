package dev.nptune.lab;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The emulated Ryzen: boots machines for one run, each in a folder of its own below the run's.
public final class Lab {
    /// The domain defined in the emulated host.
    public static final String DOMAIN = "win10";
    /// The domain defined in a host to inspect.
    public static final String HELD = "game";

    private static final Duration STUCK = Duration.ofSeconds(45);
    /// No random layout, of the kernel or of programs: it moves the figures by some percent from boot to boot.
    private static final String SAME_LAYOUT = "quiet nokaslr norandmaps";

    private static final String MEASURED_ARGUMENTS = "console=ttyS0 panic=-1 " + SAME_LAYOUT;
    private static final String RAM_DISK_ARGUMENTS = SAME_LAYOUT + " nptune.ram=64";
    private static final List<String> MEASURED_MODULES = List.of("ahci", "sd_mod", "virtio_pci", "virtio_blk");
    private static final List<String> HOST_MODULES =
            List.of("virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay");

    /// Every module that the lab loads somewhere, their dependencies left out.
    static final List<String> MODULES = Stream.of(
                    MEASURED_MODULES, HOST_MODULES, List.of("brd", "kvm-amd", "vfio-pci", "vfio_iommu_type1", "bochs"))
            .flatMap(List::stream)
            .toList();

    private final Qemu qemu;
    private final KernelFiles kernel;
    private final Path folder;
    private final Duration limit;

    private Lab(Qemu qemu, KernelFiles kernel, Path folder, Duration limit) {
        this.qemu = qemu;
        this.kernel = kernel;
        this.folder = folder;
        this.limit = limit;
    }

    /// Builds what the machines boot.
    ///
    /// @param kernel the kernel for all of them
    /// @param folder the run's folder, existing and empty
    /// @param limit how long each machine may run before it is ended
    /// @throws UserException if the workloads do not compile
    public static Lab prepare(Qemu qemu, KernelFiles kernel, Path folder, Duration limit)
            throws IOException, UserException {
        Initramfs measured = base("init-measured.sh")
                .executable("bin/nptune-workloads", WorkloadProgram.compile(folder))
                .modules(kernel, MEASURED_MODULES, List.of("brd"));
        measured.write(folder.resolve("measured.cpio.gz"));
        base("init-host.sh").modules(kernel, HOST_MODULES, List.of()).write(folder.resolve("host.cpio.gz"));
        return new Lab(qemu, kernel, folder, limit);
    }

    /// As [#prepare], for hosts in which no VM is run and nothing measured.
    public static Lab prepareHosts(Qemu qemu, KernelFiles kernel, Path folder, Duration limit) throws IOException {
        base("init-host.sh").modules(kernel, HOST_MODULES, List.of()).write(folder.resolve("host.cpio.gz"));
        return new Lab(qemu, kernel, folder, limit);
    }

    private static Initramfs base(String init) throws IOException {
        Initramfs image = new Initramfs().executable("init", Resources.bytes(init));
        for (String path : List.of("bin", "dev", "proc", "sys", "root")) {
            image.folder(path);
        }
        return image.executable("bin/busybox", Files.readAllBytes(Path.of("/bin/busybox")));
    }

    /// Runs the workloads on bare metal: the same processor, kernel, initramfs and memory as the VM, no hypervisor.
    public WorkloadLog bare() throws IOException, UserException {
        Path own = Files.createDirectories(folder.resolve("bare"));
        Console console = new Console(own.resolve("console.log"));
        List<String> argv = QemuCommand.bare(
                qemu.program().toString(),
                kernel.image(),
                folder.resolve("measured.cpio.gz"),
                RAM_DISK_ARGUMENTS,
                console.file());
        try (Machine machine = Machine.start("bare metal", argv, console, limit)) {
            return machine.await("its workloads were done", console, WorkloadLog::parse);
        }
    }

    /// Boots the emulated host, set up badly as in the thread, its domain not yet started.
    public EmulatedHost hostAsFound(String name) throws IOException, UserException {
        Path share = fill(
                name,
                List.of("host.cpio.gz", "measured.cpio.gz"),
                List.of("agent.sh", "libvirt.sh", "as-found.sh", "warm-up.sh"));
        Files.writeString(share.resolve("win10.xml"), domainXml(qemu));
        return boot(name, share, "as-found.sh");
    }

    /// Boots a host with the domain [#HELD], not yet started, that keeps its card's framebuffer mapped.
    ///
    /// @param kvmAmd a `kvm-amd.ko` to load in place of the kernel's own; null for that
    /// @param options what it is loaded with, each such as `npt=0`
    public EmulatedHost hostToInspect(String name, @Nullable Path kvmAmd, List<String> options)
            throws IOException, UserException {
        Path share = gameShare(
                name,
                List.of("host.cpio.gz", "measured.cpio.gz"),
                "game.xml",
                MEASURED_ARGUMENTS + " nptune.hold",
                options);
        if (kvmAmd != null) {
            Files.copy(kvmAmd, share.resolve("kvm-amd.ko"), StandardCopyOption.REPLACE_EXISTING);
        }
        return boot(name, share, "to-inspect.sh");
    }

    /// Boots a host with the domain [#HELD], not yet started, that draws frames whenever a character comes in at its
    /// serial port, and prints then how long each took: `frames.c`. Of a lab made with [#prepareHosts].
    ///
    /// @param frames how many at a time
    public EmulatedHost hostToDraw(String name, int frames) throws IOException, UserException {
        Path share = gameShare(name, List.of("host.cpio.gz"), "draw.xml", "", List.of());
        WorkloadProgram.compileFrames(frames, share.resolve("frames.elf"));
        return boot(name, share, "to-inspect.sh");
    }

    private Path gameShare(String name, List<String> images, String xml, String arguments, List<String> options)
            throws IOException {
        Path share = fill(name, images, List.of("agent.sh", "libvirt.sh", "to-inspect.sh", "load-kvm.sh"));
        Files.writeString(share.resolve("game.xml"), domainXml(qemu, xml, arguments));
        Files.writeString(share.resolve("kvm-options"), String.join("\n", options) + "\n");
        return share;
    }

    /// Starts the domain of such a host and waits until it holds its framebuffer.
    ///
    /// @throws GuestStuckException as [#workloads]
    public HeldVm startHeld(EmulatedHost host, String name) throws IOException, UserException {
        Files.deleteIfExists(share(name).resolve("guest.log"));
        Exec.Result start = host.call("virsh", "--quiet", "start", HELD);
        if (!start.ok()) {
            throw new UserException(
                    Exit.ROLLED_BACK,
                    "the VM '" + HELD + "' did not start in the emulated host: " + start.complaint(),
                    "its logs are in " + share(name));
        }
        return guest(host, name, "the VM held its framebuffer", HeldVm::parse);
    }

    /// Boots a host with KVM and libvirt and no domain.
    public EmulatedHost hostToRehearse(String name) throws IOException, UserException {
        Path share = fill(name, List.of("host.cpio.gz"), List.of("agent.sh", "libvirt.sh", "to-rehearse.sh"));
        return boot(name, share, "to-rehearse.sh");
    }

    private Path fill(String name, List<String> images, List<String> scripts) throws IOException {
        setAside(folder.resolve(name));
        Path share = Files.createDirectories(share(name));
        Files.copy(kernel.image(), share.resolve("vmlinuz"), StandardCopyOption.REPLACE_EXISTING);
        for (String image : images) {
            Files.copy(folder.resolve(image), share.resolve(image), StandardCopyOption.REPLACE_EXISTING);
        }
        for (String script : scripts) {
            Files.writeString(share.resolve(script), Resources.text(script).replace("@QEMU@", qemu.inShell()));
        }
        return share;
    }

    private EmulatedHost boot(String name, Path share, String setUp) throws IOException, UserException {
        EmulatedHost host = EmulatedHost.boot(name, qemu.program().toString(), kernel, share, limit);
        try {
            Exec.Result set = host.call("sh", "/lab/" + setUp);
            if (set.exit() != 0) {
                throw new UserException(
                        Exit.ROLLED_BACK,
                        "the emulated host could not be set up: " + set.complaint(),
                        "its console is in " + share.resolveSibling("console.log"));
            }
            return host;
        } catch (IOException | UserException | RuntimeException e) {
            host.close();
            throw e;
        }
    }

    /// The domain as it is defined in the emulated host.
    static String domainXml(Qemu qemu) throws IOException {
        return domainXml(qemu, "win10.xml", MEASURED_ARGUMENTS);
    }

    private static String domainXml(Qemu qemu, String resource, String arguments) throws IOException {
        return Resources.text(resource).replace("@ARGUMENTS@", arguments).replace("@QEMU@", qemu.inXml());
    }

    /// Keeps what an earlier machine of the same name left, for whoever wants to know why there is a second.
    private static void setAside(Path own) throws IOException {
        if (Files.exists(own)) {
            Runs.slim(own);
            Files.move(own, own.resolveSibling(own.getFileName() + "-" + System.currentTimeMillis()));
        }
    }

    /// Waits until the VM in a host has run its workloads. Nothing runs in the host meanwhile.
    ///
    /// @throws GuestStuckException if the VM prints nothing for [#STUCK] or what its host's boot took, in QEMU's
    ///     CPU time, so that a busy computer makes no VM stand still:
    ///     QEMU 7.2's TCG can deliver an injected interrupt twice when the instruction budget ends inside the
    ///     guest's handler (`helper_vmrun` leaves the vector in `exception_index`), upon which the guest's kernel
    ///     waits for a lock that it holds itself
    public WorkloadLog workloads(EmulatedHost host, String name) throws IOException, UserException {
        return guest(host, name, "the VM's workloads were done", WorkloadLog::parse);
    }

    private <T> T guest(EmulatedHost host, String name, String what, Function<List<String>, Optional<T>> told)
            throws IOException, UserException {
        Console guest = new Console(folder.resolve(name).resolve("lab/guest.log"));
        Duration patience = STUCK.compareTo(host.bootCost()) > 0 ? STUCK : host.bootCost();
        Quiet quiet = new Quiet(host, patience);
        Optional<T> answer = host.await(
                what,
                guest,
                lines -> told.apply(lines)
                        .map(Optional::of)
                        .or(() -> quiet.tooLong(lines.size()) ? Optional.of(Optional.empty()) : Optional.empty()));
        return answer.orElseThrow(() -> new GuestStuckException(
                "the VM '" + name + "' printed nothing for " + patience.toSeconds() + " s of CPU time", guest));
    }

    /// The kernel that all machines run.
    public KernelFiles kernel() {
        return kernel;
    }

    /// The folder that is `/lab` in a host.
    public Path share(String name) {
        return folder.resolve(name).resolve("lab");
    }

    /// The folder where a host's `/var/lib/nptune` is kept.
    public Path state(String name) {
        return share(name).resolve("state");
    }
}
