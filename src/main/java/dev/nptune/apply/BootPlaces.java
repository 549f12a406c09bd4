package dev.nptune.apply;

import java.io.IOException;
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

    /// Mount points of FAT file systems.
    private static Stream<String> fat(Machine machine) throws IOException {
        return Mounts.of(machine).all().stream()
                .filter(m -> m.type().equals("vfat") && m.point().length() > 1)
                .map(Mounts.Mount::point);
    }
}
