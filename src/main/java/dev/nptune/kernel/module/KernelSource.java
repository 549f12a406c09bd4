package dev.nptune.kernel.module;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/// Where a kernel's source is: a folder or an archive, of which only some folders are needed.
public record KernelSource(Path place) {
    private static final List<String> BUILT = List.of(".o", ".ko", ".cmd", ".mod", ".mod.c", "Module.symvers");

    /// Copies files and folders of the source below a target.
    ///
    /// @param wanted names from the source's top, a folder's with a `/` at the end; what does not exist is left out
    /// @return how many bytes were copied
    /// @throws UserException if this is no source
    long copy(List<String> wanted, Path target) throws IOException, UserException {
        if (Files.isDirectory(place)) {
            return copyTree(wanted, target);
        }
        if (!Files.isRegularFile(place)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "no kernel source in " + place + ": no such file or folder",
                    "name a folder or a .tar.xz with --source");
        }
        return SourceArchive.extract(place, wanted, target);
    }

    private long copyTree(List<String> wanted, Path target) throws IOException {
        long bytes = 0;
        for (String name : wanted) {
            Path from = place.resolve(name).normalize();
            if (!from.startsWith(place.normalize()) || !Files.exists(from)) {
                continue;
            }
            List<Path> files;
            try (Stream<Path> walk = Files.walk(from)) {
                files = walk.filter(Files::isRegularFile)
                        .filter(file -> !isBuilt(file))
                        .toList();
            }
            for (Path file : files) {
                Path to = target.resolve(
                        place.normalize().relativize(file.normalize()).toString());
                Files.createDirectories(to.resolveSibling("."));
                Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
                bytes += Files.size(to);
                SourceArchive.checkTotal(bytes);
            }
        }
        return bytes;
    }

    /// Whether a file of a tree was left there by a build.
    static boolean isBuilt(Path file) {
        String name = file.getFileName().toString();
        return BUILT.stream().anyMatch(name::endsWith) || name.equals("modules.order");
    }
}
