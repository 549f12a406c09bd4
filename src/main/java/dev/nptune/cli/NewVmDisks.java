package dev.nptune.cli;

import dev.nptune.host.Host;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.plan.NewVm;
import dev.nptune.vm.Disk;
import dev.nptune.vm.Domain;
import dev.nptune.vm.NewDevices;
import dev.nptune.vm.NewDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The disks that a person asks for, on this machine with their links followed.
///
/// @param here whether the machine is this one, whose files can be looked at
/// @param host the machine
record NewVmDisks(boolean here, Host host) {
    private static final String DEV = "/dev/";

    List<NewVm.Disk> of(List<String> asked) throws UserException {
        if (asked.size() > NewDevices.MOST_DISKS) {
            throw NewVmOptions.wrong("more than " + NewDevices.MOST_DISKS + " disks", "leave some out");
        }
        List<NewVm.Disk> all = new ArrayList<>();
        for (String one : asked) {
            NewVm.Disk disk = disk(one);
            for (NewVm.Disk other : all) {
                if (other.resolved().equals(disk.resolved())) {
                    throw NewVmOptions.wrong(
                            "--disk " + Printable.line(other.path()) + " and " + Printable.line(disk.path())
                                    + " are one and the same",
                            "give it once");
                }
            }
            all.add(disk);
        }
        return all;
    }

    private NewVm.Disk disk(String asked) throws UserException {
        String path = NewVmOptions.absolute(asked);
        String resolved = resolved(path);
        NewDisk.Kind kind = resolved.startsWith(DEV)
                ? NewDisk.Kind.BLOCK
                : path.endsWith(".qcow2") ? NewDisk.Kind.QCOW2 : NewDisk.Kind.RAW;
        if (kind == NewDisk.Kind.RAW && !path.matches(".*\\.(raw|img)")) {
            throw NewVmOptions.wrong(
                    "what kind of disk is '" + Printable.line(asked) + "'?",
                    "give a block device, or an image that ends with .qcow2, .raw or .img");
        }
        if (here && !Files.exists(Path.of(path))) {
            throw NewVmOptions.wrong(
                    "there is no disk " + Printable.line(path),
                    kind == NewDisk.Kind.BLOCK
                            ? "list the drives with: lsblk"
                            : "make it: qemu-img create -f " + (kind == NewDisk.Kind.QCOW2 ? "qcow2 " : "raw ")
                                    + Printable.line(path) + " 100G");
        }
        return new NewVm.Disk(kind, path, resolved, links(resolved));
    }

    /// As written where it cannot be followed.
    private String resolved(String path) {
        if (!here) {
            return path;
        }
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException | InvalidPathException _) {
            return path;
        }
    }

    /// Disks of the machine's VMs that are the same. What is no domain has none.
    private Set<String> links(String resolved) {
        return host.virtualization().domains().stream()
                .flatMap(file -> file.xml().map(Domain::parse).get().stream())
                .flatMap(domain -> domain.disks().stream())
                .map(Disk::source)
                .flatMap(source -> source.stream())
                .filter(source -> resolved(source).equals(resolved))
                .collect(Collectors.toSet());
    }
}
