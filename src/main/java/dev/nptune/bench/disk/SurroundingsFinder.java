package dev.nptune.bench.disk;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.internal.text.IoReason;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Joins a result with the VM and the machine it came from.
///
/// @param host the machine, if it is known
/// @param here whether that is the machine this program runs on, whose files can be looked at
public record SurroundingsFinder(Optional<Host> host, boolean here) {
    private static final int CLASS_STORAGE = 0x01;
    private static final String NO_HOST = "--host was not given";

    /// Of a test in a VM.
    ///
    /// @param where the domain's name or file, for people
    /// @param name which disk; `""` if nobody says
    /// @param qemu what QEMU moved
    /// @throws IllegalArgumentException if the domain has no disk of that name, naming those it has
    public DiskSurroundings of(Domain domain, String where, String name, Fact<ProcIo> qemu) {
        Fact<TestedDisk> disk;
        try {
            disk = Fact.known(TestedDisk.of(domain, where, name, this::isDrive), where);
        } catch (IllegalArgumentException e) {
            if (!name.isEmpty()) {
                throw e;
            }
            disk = Fact.unreadable(where, e.getMessage() + "; say which with --disk");
        }
        return new DiskSurroundings(disk, drives(disk), memory(), image(disk), qemu);
    }

    /// Of a test on the machine itself.
    public DiskSurroundings ofMachine(DiskResult result) {
        String target = result.target();
        // fio may test several files, with colons between them.
        String path = result.tool().equals("fio") && target.startsWith("/") && !target.contains(":") ? target : "";
        Fact<TestedDisk> disk = Fact.known(new TestedDisk.Bare(path), "the result");
        return new DiskSurroundings(disk, drives(disk), memory(), Fact.absent("the result"), DiskSurroundings.noQemu());
    }

    private boolean isDrive(PciAddress address) {
        return host.flatMap(h -> h.function(address))
                .filter(f -> f.classCode() >> 16 == CLASS_STORAGE)
                .isPresent();
    }

    private Fact<Long> memory() {
        return host.map(h -> h.memory().available()).orElse(Fact.unreadable("host", NO_HOST));
    }

    private Fact<List<Drive>> drives(Fact<TestedDisk> disk) {
        if (disk.get().isEmpty()) {
            return Fact.unreadable(disk.source(), DiskSurroundings.reason(disk));
        }
        if (host.isEmpty()) {
            return Fact.unreadable("host", NO_HOST);
        }
        DriveFinder finder = new DriveFinder(host.get());
        return switch (disk.get().get()) {
            case TestedDisk.OfQemu q ->
                q.disk()
                        .source()
                        .map(path -> below(finder, path))
                        .orElse(Fact.unreadable(q.words(), "its image is no file and no block device of the host's"));
            case TestedDisk.Passed p -> finder.passed(p.address());
            case TestedDisk.Bare b ->
                b.path().isEmpty()
                        ? Fact.unreadable("the result", "the result does not name one file that was tested")
                        : below(finder, b.path());
        };
    }

    /// On this machine links are followed, and a network file system is told from a drive. The file of a test is often
    /// removed after it; its folder is still there.
    private Fact<List<Drive>> below(DriveFinder finder, String path) {
        try {
            Path file = Path.of(path);
            if (!here) {
                return finder.below(path);
            }
            boolean removed = !path.startsWith("/dev/") && Files.notExists(file);
            Path real = removed ? DiskImage.onDrive(file.resolveSibling(".")).resolve("-") : DiskImage.onDrive(file);
            return finder.below(real.toString());
        } catch (IOException e) {
            return Fact.unreadable(path, IoReason.of(e));
        } catch (IllegalArgumentException e) {
            return Fact.unreadable(path, String.valueOf(e.getMessage()));
        }
    }

    private Fact<DiskImage> image(Fact<TestedDisk> disk) {
        if (disk.get().isEmpty()) {
            return Fact.unreadable(disk.source(), DiskSurroundings.reason(disk));
        }
        if (!(disk.get().get() instanceof TestedDisk.OfQemu q)
                || q.disk().source().isEmpty()) {
            return Fact.absent(disk.source());
        }
        String path = q.disk().source().get();
        if (!here) {
            return Fact.unreadable(path, "an image can only be looked at on the machine it is on");
        }
        try {
            return DiskImage.read(Path.of(path));
        } catch (InvalidPathException e) {
            return Fact.unreadable(path, "it is no path");
        }
    }
}
