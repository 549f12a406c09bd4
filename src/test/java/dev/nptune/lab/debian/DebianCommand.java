package dev.nptune.lab.debian;

import dev.nptune.internal.text.UserException;
import dev.nptune.lab.Qemu;
import dev.nptune.lab.QemuCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// QEMU's command line for a Debian that boots by itself.
final class DebianCommand {
    /// CPUs of the machine.
    static final int CPUS = 2;

    private final List<String> argv = new ArrayList<>();

    private DebianCommand() {}

    /// @param sockets folder of the sockets `control` and `qmp`
    /// @param mounts folders of the real machine that can be read, by tag
    static List<String> of(DebianDisk disk, Path share, Path sockets, Path console, List<DebianMachine.Mount> mounts)
            throws UserException {
        DebianCommand command = new DebianCommand();
        command.add(Qemu.find(System.getenv("PATH")).program().toString());
        command.add("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none");
        // On the wall clock: the instruction clock jumps over every wait for the disk, so that hours pass inside and
        // nothing waits as long as it should. Both CPUs on one thread: with a thread for each, two machines on two
        // real CPUs wait for each other: a scan was seen to take 33 s instead of 16 to 20.
        command.add("-accel", "tcg,thread=single", "-smp", CPUS + ",cores=" + CPUS, "-m", "3G");
        command.argv.addAll(QemuCommand.board());
        command.argv.addAll(QemuCommand.displayDevices());
        command.disk(disk);
        command.add("-netdev", "user,id=net,restrict=on", "-device", "virtio-net-pci,netdev=net,romfile=");
        command.argv.addAll(QemuCommand.shared("lab", share, false));
        for (DebianMachine.Mount mount : mounts) {
            command.argv.addAll(QemuCommand.shared(mount.tag(), mount.path(), true));
        }
        command.add("-device", "virtio-serial-pci");
        command.add("-chardev", "socket,id=control,server=on,wait=off,path=" + path(sockets, "control"));
        command.add("-device", "virtserialport,chardev=control,name=nptune");
        command.add("-qmp", "unix:" + path(sockets, "qmp") + ",server=on,wait=off");
        command.add("-chardev", "file,id=console,path=" + QemuCommand.escape(console), "-serial", "chardev:console");
        return command.argv;
    }

    private static String path(Path sockets, String name) {
        return QemuCommand.escape(sockets.resolve(name));
    }

    private void add(String... arguments) {
        argv.addAll(List.of(arguments));
    }

    /// A flush of the machine's goes to the real machine's kernel and no further (`cache=unsafe`): that kernel outlives
    /// QEMU, which is all that is ever killed.
    private void disk(DebianDisk disk) {
        add("-drive", "file=" + QemuCommand.escape(disk.file()) + ",format=qcow2,if=none,id=disk,cache=unsafe");
        add("-device", "virtio-blk-pci,drive=disk,bootindex=0");
        if (disk.variant().uefi()) {
            add("-drive", "if=pflash,format=raw,unit=0,readonly=on,file=" + DebianFirmware.CODE);
            add("-drive", "if=pflash,format=raw,unit=1,file=" + QemuCommand.escape(disk.variables()));
        }
    }
}
