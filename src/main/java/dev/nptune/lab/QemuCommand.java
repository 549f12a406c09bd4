package dev.nptune.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Command lines of the outermost QEMU: an AMD machine with SVM, nested paging, an AMD IOMMU and two display devices,
/// the second behind a root port of its own.
public final class QemuCommand {
    /// Address of the display device that is passed through.
    public static final String GUEST_GPU = "0000:01:00.0";
    /// The socket of the control port, in the folder for sockets.
    static final String CONTROL = "control";
    /// The socket of QEMU's machine protocol.
    static final String QMP = "qmp";
    /// CPUs of the emulated host.
    static final int HOST_CPUS = 8;

    private static final String CPU = "EPYC,+svm,+npt";
    private static final String CPU_DEVICE = "EPYC-x86_64-cpu";
    /// Loops per jiffy at the instruction clock's 10⁹ a second and 250 jiffies. Calibration fails there on all but
    /// the first CPU, since none of them runs while another does.
    private static final String LOOPS_PER_JIFFY = "lpj=4000000";

    // norandmaps: QEMU 7.2 translates a program at random addresses anew with each process (ARCHITECTURE.md).
    // tsc=reliable: the emulated processor's counters are one counter, but it cannot say so (TCG has no invtsc), and
    // Linux would fall back to the HPET, whose every reading leaves the emulated code.

    private final List<String> argv = new ArrayList<>();

    private QemuCommand() {}

    /// The emulated host.
    ///
    /// @param share the folder shared with it
    /// @param sockets the folder for the UNIX-domain sockets [#CONTROL] and [#QMP]
    static List<String> host(String qemu, KernelFiles kernel, Path share, Path sockets, Path console) {
        return new QemuCommand()
                .machine(qemu)
                .memory("4G")
                .cpusWithSpacers()
                .displays()
                .share("root", Path.of("/"), true)
                .share("modules", kernel.modules(), true)
                .share("lab", share, false)
                .add("-device", "virtio-serial-pci")
                .add("-chardev", "socket,id=control,server=on,wait=off,path=" + escape(sockets.resolve(CONTROL)))
                .add("-device", "virtserialport,chardev=control,name=nptune")
                .add("-qmp", "unix:" + escape(sockets.resolve(QMP)) + ",server=on,wait=off")
                .console(console)
                .boot(
                        share.resolve("vmlinuz"),
                        share.resolve("host.cpio.gz"),
                        "iommu=pt tsc=reliable norandmaps nr_cpus=" + HOST_CPUS + " " + LOOPS_PER_JIFFY)
                .argv;
    }

    /// Bare metal for the measurement: the same processor without a hypervisor, of the size of the VM.
    static List<String> bare(String qemu, Path kernel, Path initramfs, String arguments, Path console) {
        return new QemuCommand()
                .machine(qemu)
                .memory("512M")
                .add("-smp", "1")
                .displays()
                .console(console)
                .boot(kernel, initramfs, arguments)
                .argv;
    }

    private QemuCommand add(String... arguments) {
        argv.addAll(List.of(arguments));
        return this;
    }

    /// All CPUs take turns on one thread, 1 ns of the machine's clock for each executed instruction: exact, and the
    /// same on a busy computer. (On the wall clock, with a thread for each CPU, eight CPUs on two real ones
    /// sometimes do nothing but tick for ever once something else wants the real ones too.)
    private QemuCommand machine(String qemu) {
        add(qemu, "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-nic", "none");
        argv.addAll(board());
        return add("-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off");
    }

    private QemuCommand memory(String size) {
        return add("-m", size);
    }

    /// Eight CPUs, and after each in QEMU's round a ninth to sixteenth that the kernel is told to leave alone
    /// (`nr_cpus`).
    ///
    /// A CPU runs up to the next timer; the one after it in the round then finds a timer
    /// that has expired and is given no instructions at all. A CPU that spins without `pause` would so starve its
    /// successor for ever (Linux hangs at "Booting SMP configuration"). A successor that never runs cannot starve.
    private QemuCommand cpusWithSpacers() {
        int spacer = HOST_CPUS;
        add("-smp", "1,maxcpus=" + 2 * HOST_CPUS + ",sockets=1,cores=" + 2 * HOST_CPUS + ",threads=1");
        for (int cpu = 1; cpu <= HOST_CPUS; cpu++) {
            add("-device", CPU_DEVICE + ",socket-id=0,thread-id=0,core-id=" + spacer++);
            if (cpu < HOST_CPUS) {
                add("-device", CPU_DEVICE + ",svm=on,npt=on,socket-id=0,thread-id=0,core-id=" + cpu);
            }
        }
        return this;
    }

    private QemuCommand displays() {
        argv.addAll(displayDevices());
        return this;
    }

    /// The emulated machine's kind and processor, without its clock, size and devices.
    public static List<String> board() {
        // kernel-irqchip is KVM's; off is what the AMD IOMMU's interrupt remapping asks for.
        return List.of("-machine", "q35,kernel-irqchip=off", "-cpu", CPU);
    }

    /// The display device of the host, that of the guest at [#GUEST_GPU], and the IOMMU.
    public static List<String> displayDevices() {
        return List.of(
                "-device",
                "VGA,addr=01.0",
                "-device",
                "pcie-root-port,id=rp1,chassis=1,slot=1,addr=02.0",
                "-device",
                "secondary-vga,bus=rp1",
                "-device",
                "amd-iommu,intremap=on");
    }

    private QemuCommand share(String tag, Path folder, boolean readOnly) {
        argv.addAll(shared(tag, folder, readOnly));
        return this;
    }

    /// A folder that the machine can mount over 9p.
    public static List<String> shared(String tag, Path folder, boolean readOnly) {
        return List.of(
                "-virtfs",
                "local,path=" + escape(folder) + ",mount_tag=" + tag + ",security_model=none,multidevs=remap"
                        + (readOnly ? ",readonly=on" : ""));
    }

    private QemuCommand console(Path file) {
        return add("-chardev", "file,id=console,path=" + escape(file), "-serial", "chardev:console");
    }

    private QemuCommand boot(Path kernel, Path initramfs, String arguments) {
        return add("-kernel", kernel.toString(), "-initrd", initramfs.toString())
                .add("-append", "console=ttyS0 panic=-1 " + arguments);
    }

    /// QEMU's option syntax wants commas doubled.
    public static String escape(Path path) {
        return path.toString().replace(",", ",,");
    }
}
