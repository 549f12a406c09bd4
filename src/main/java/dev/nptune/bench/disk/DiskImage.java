package dev.nptune.bench.disk;

import dev.nptune.host.Fact;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A disk image as it lies on this machine.
///
/// @param format `raw`, `qcow2`, …
/// @param virtualBytes the disk's size as the guest sees it
/// @param allocatedBytes what the file takes on the host's drive
/// @param backed whether it rests on another image
public record DiskImage(String format, long virtualBytes, long allocatedBytes, boolean backed) {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /// Asks `qemu-img info`, without the lock that a running VM holds.
    ///
    /// @return unreadable if there is no such file or qemu-img cannot say
    public static Fact<DiskImage> read(Path file) {
        String source = file.toString();
        if (!Files.exists(file)) {
            return Fact.unreadable(source, "there is no such file on this machine");
        }
        try {
            Exec.Result result = Exec.run(
                    LIMIT,
                    List.of(
                            "qemu-img",
                            "info",
                            "-U",
                            "--output=json",
                            "--",
                            file.toAbsolutePath().toString()));
            return result.ok()
                    ? Fact.known(result.out(), "qemu-img info " + source).map(DiskImage::parse)
                    : Fact.unreadable(source, "qemu-img: " + result.complaint());
        } catch (IOException e) {
            return Fact.unreadable(source, "qemu-img could not be run");
        }
    }

    /// What qemu-img prints.
    ///
    /// @throws IllegalArgumentException if a size is missing
    static DiskImage parse(String json) {
        JsonNode root = Json.tree(json);
        if (!root.path("virtual-size").isIntegralNumber()
                || !root.path("actual-size").isIntegralNumber()) {
            throw new IllegalArgumentException("qemu-img does not tell its size");
        }
        return new DiskImage(
                root.path("format").asString(""),
                root.path("virtual-size").asLong(),
                root.path("actual-size").asLong(),
                root.has("backing-filename"));
    }

    /// Where a path leads without symbolic links, if it is on a drive of this machine.
    ///
    /// @throws IOException if there is no such file
    /// @throws IllegalArgumentException if it is on a file system that is on no drive, naming it
    public static Path onDrive(Path file) throws IOException {
        Path real = file.toRealPath();
        FileStore store = Files.getFileStore(real);
        if (!real.startsWith("/dev")
                && !store.name().startsWith("/dev/")
                && !store.type().equals("zfs")) {
            throw new IllegalArgumentException("it is on " + store.type() + ", not on a drive of this machine");
        }
        return real;
    }
}
