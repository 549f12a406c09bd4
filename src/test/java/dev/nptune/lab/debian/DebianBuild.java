package dev.nptune.lab.debian;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.lab.Console;
import dev.nptune.lab.Machine;
import dev.nptune.lab.Qemu;
import dev.nptune.lab.QemuCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes images. What it makes appears under its name only when it is whole.
final class DebianBuild {
    static final Duration SHORT = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofMinutes(15);
    private static final String GRUB_DONE = "GRUB is installed.";

    private DebianBuild() {}

    /// The tree that all variants start from.
    static Path base(Path folder) throws IOException {
        Path base = folder.resolve(DebianScripts.baseName());
        if (Files.exists(base)) {
            return base;
        }
        Path work = Files.createTempDirectory(folder, "build");
        try {
            DebianScripts.write(work);
            run(List.of(
                    "sh",
                    work.resolve("base.sh").toString(),
                    work.resolve("tree").toString()));
            return Files.move(work.resolve("tree"), base, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            remove(work);
        }
    }

    /// A variant's image.
    static Path image(Path base, DebianVariant variant, Path image) throws IOException, UserException {
        Path work = Files.createTempDirectory(base.getParent(), "build");
        try {
            DebianScripts.write(work);
            // What it mounts goes with its namespace, however it ends.
            run(List.of(
                    "unshare",
                    "--mount",
                    "sh",
                    work.resolve("variant.sh").toString(),
                    base.toString(),
                    variant.label(),
                    work.toString()));
            if (Files.exists(work.resolve("initrd"))) {
                installGrub(variant, work);
            }
            return Files.move(work.resolve("disk.raw"), image, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            remove(work);
        }
    }

    private static void installGrub(DebianVariant variant, Path work) throws IOException, UserException {
        Console console = new Console(work.resolve("console.log"));
        List<String> argv = new ArrayList<>(List.of(
                Qemu.find(System.getenv("PATH")).program().toString(),
                "-nodefaults",
                "-no-user-config",
                "-no-reboot",
                "-display",
                "none",
                "-accel",
                "tcg,thread=multi",
                "-m",
                "1G",
                "-drive",
                "file=" + QemuCommand.escape(work.resolve("disk.raw")) + ",format=raw,if=virtio,cache=unsafe",
                "-chardev",
                "file,id=console,path=" + QemuCommand.escape(console.file()),
                "-serial",
                "chardev:console",
                "-kernel",
                work.resolve("vmlinuz").toString(),
                "-initrd",
                work.resolve("initrd").toString(),
                "-append",
                "root=/dev/vda1 ro console=ttyS0 panic=-1 norandmaps mitigations=off init=/install-grub.sh"));
        argv.addAll(QemuCommand.board());
        try (Machine machine = Machine.start("GRUB for " + variant.label(), argv, console, LONG)) {
            machine.await(
                    "GRUB was installed",
                    console,
                    lines -> lines.contains(GRUB_DONE) ? Optional.of(GRUB_DONE) : Optional.empty());
            machine.awaitEnd();
        }
    }

    private static void run(List<String> argv) throws IOException {
        Exec.Result result = Exec.run(LONG, argv);
        if (!result.ok()) {
            List<String> lines = (result.out() + result.err()).lines().toList();
            throw new IOException(String.join(" ", argv) + " failed:\n"
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size())));
        }
    }

    /// Removes a file or a folder with all in it, but nothing that is mounted there.
    static void remove(Path path) throws IOException {
        Exec.run(LONG, List.of("rm", "-rf", "--one-file-system", path.toString()));
    }
}
