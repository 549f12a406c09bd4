package dev.nptune.lab.debian;

import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A disk that a machine writes to: a qcow2 on top of an image, and for UEFI the firmware's variables beside it.
///
/// @param variant how what is on it boots
/// @param file the qcow2
public record DebianDisk(DebianVariant variant, Path file) {
    /// A disk with what is on the image.
    ///
    /// @param file to be made; its folder exists
    public static DebianDisk on(DebianImage image, Path file) throws IOException {
        run(List.of(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                "raw",
                "-b",
                image.file().toString(),
                file.toString()));
        DebianDisk disk = new DebianDisk(image.variant(), file);
        if (image.variant().uefi()) {
            Files.copy(DebianFirmware.VARIABLES, disk.variables());
        }
        return disk;
    }

    /// A disk of its own with the same on it. No machine may be writing meanwhile.
    public DebianDisk copy(Path to) throws IOException {
        DebianDisk copy = new DebianDisk(variant, to);
        run(List.of("cp", "--reflink=auto", "--sparse=always", file.toString(), to.toString()));
        if (variant.uefi()) {
            Files.copy(variables(), copy.variables());
        }
        return copy;
    }

    /// The files of its root file system as GRUB sees them. No machine may be writing meanwhile.
    ///
    /// @param raw the copy to make
    GrubFiles filesForGrub(Path raw) throws IOException {
        partition(variant.rootPartition(), 0, raw);
        return new GrubFiles(raw);
    }

    /// The files on it as the next boot will find them, for which no boot is needed: the file system's journal is
    /// replayed on a copy. No machine may be writing meanwhile.
    ///
    /// @param raw the copy to make, as large as a root file system
    public DebianFiles files(Path raw) throws IOException {
        if (variant.uefi()) {
            partition(
                    variant.firstPartition(), variant.rootPartition() - variant.firstPartition(), DebianFiles.esp(raw));
        }
        partition(variant.rootPartition(), 0, raw);
        return DebianFiles.of(variant, raw);
    }

    /// Copies a partition: e2fsck cannot replay a journal within a larger file.
    ///
    /// @param size in bytes; 0 for all up to the end of the disk
    private void partition(long offset, long size, Path to) throws IOException {
        String options = "driver=raw,offset=" + offset + (size > 0 ? ",size=" + size : "")
                + ",file.driver=qcow2,file.file.driver=file,file.file.filename=" + file;
        run(List.of("qemu-img", "convert", "-O", "raw", "--image-opts", options, to.toString()));
    }

    /// The firmware's variables.
    Path variables() {
        return file.resolveSibling(file.getFileName() + ".vars");
    }

    static void run(List<String> argv) throws IOException {
        Exec.Result result = Exec.run(DebianBuild.SHORT, argv);
        if (!result.ok()) {
            throw new IOException(String.join(" ", argv) + ": " + result.complaint());
        }
    }
}
