package dev.nptune.apply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Where what the machine is started with lies: `/boot`, `/efi`, `/esp`, and FAT file systems wherever they are
/// mounted.
///
/// A plan may come from anybody, and what it has copied or built replaces whole files that it does not show. It has
/// that done nowhere else.
final class BootPlaces {
    private static final List<String> FOLDERS = List.of("/boot", "/efi", "/esp");

    private BootPlaces() {}

    /// What is against a file there; empty if it lies where it should.
    ///
    /// @param path absolute path below the root
    static List<String> obstacles(Machine machine, String path) throws IOException {
        Path file = machine.locate(path);
        for (String folder : Stream.concat(FOLDERS.stream(), fat(machine)).toList()) {
            Path place = machine.locate(folder);
            if (file.startsWith(place) && !file.equals(place)) {
                return List.of();
            }
        }
        return List.of(file + " is not where a machine keeps what it is started with (" + String.join(", ", FOLDERS)
                + ", or a FAT file system)");
    }

    /// Mount points of FAT file systems. A path in this table has octal escapes, which no such mount point needs.
    private static Stream<String> fat(Machine machine) throws IOException {
        Path mounts = machine.root().resolve("proc/self/mounts");
        if (!Files.isRegularFile(mounts)) {
            return Stream.empty();
        }
        return new String(Files.readAllBytes(mounts), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(" "))
                .filter(words -> words.length > 2 && words[2].equals("vfat") && words[1].matches("/[^\\\\]+"))
                .map(words -> words[1]);
    }
}
